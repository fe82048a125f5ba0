"""Backup of the whole workbench to one file, and restore from it."""
