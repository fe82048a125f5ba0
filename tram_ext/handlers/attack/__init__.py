"""Routes of ATT&CK and its techniques."""
