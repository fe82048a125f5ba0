"""Decisions about sentences and mappings, with versions, a log, undo and redo."""
