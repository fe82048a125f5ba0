"""``jupyter tram doctor``: installed versions, data, and problems."""
