"""``jupyter tram reports``, ``export`` and ``import``."""
