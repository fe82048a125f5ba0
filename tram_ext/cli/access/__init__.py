"""``jupyter tram user``."""
