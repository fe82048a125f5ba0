"""The HTTP client; imports nothing that only the server needs."""
