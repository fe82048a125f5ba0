"""Training, evaluation, comparison and restoring of models."""
