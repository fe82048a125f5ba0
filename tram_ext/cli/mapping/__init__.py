"""``jupyter tram map``: map files and folders without storing anything."""
