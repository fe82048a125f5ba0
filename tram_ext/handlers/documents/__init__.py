"""Handlers of uploads and downloads."""
