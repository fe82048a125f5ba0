"""Routes that map without keeping anything."""
