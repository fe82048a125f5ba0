"""The loaded ATT&CK: look-up, objects of one's own, the upgrade to another release."""
