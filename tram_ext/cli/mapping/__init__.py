"""``jupyter tram map``: files and folders, without keeping anything."""
