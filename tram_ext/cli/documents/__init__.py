"""Uploading documents, and purging their files."""
