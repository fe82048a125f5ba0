"""Training, measuring, comparing and restoring of models."""
