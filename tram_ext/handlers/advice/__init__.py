"""Routes of explanations, suggestions, label checks, learning curves and overviews."""
