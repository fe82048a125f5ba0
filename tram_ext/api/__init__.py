"""Requests and responses as they stand on the wire; shared by handlers and client."""
