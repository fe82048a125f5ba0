"""Use cases; the only place where transactions begin and end."""
