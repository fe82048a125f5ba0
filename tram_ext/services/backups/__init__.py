"""Backups of the whole workbench in one file, and their restoring."""
