"""Decisions, the log, undo and redo."""
