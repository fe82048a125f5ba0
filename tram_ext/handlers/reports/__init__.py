"""Handlers of exports and of the import."""
