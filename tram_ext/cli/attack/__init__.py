"""``jupyter tram attack``."""
