"""TRAM's own models: one technique a sentence, on counts of words."""
