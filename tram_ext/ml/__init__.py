"""Models that propose techniques for sentences: registry, training, evaluation, prediction, model files."""
