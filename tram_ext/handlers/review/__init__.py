"""Routes of sentences, mappings, decisions, undo and the log."""
