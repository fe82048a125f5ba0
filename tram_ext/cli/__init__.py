"""The command jupyter tram."""
