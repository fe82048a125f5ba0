"""What a model says about single sentences: explanations, suggestions, what to review next."""
