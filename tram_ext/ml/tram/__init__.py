"""TRAM's models: one technique a sentence, from counts of stems."""
