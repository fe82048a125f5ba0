"""``jupyter tram backup``, ``restore`` and ``adopt``."""
