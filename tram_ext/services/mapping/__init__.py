"""Mapping of texts and reports to techniques with a trained model."""
