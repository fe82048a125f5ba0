"""Evaluation of models: TRAM's protocol, cross-validation, calibration, leakage, learning curves."""
