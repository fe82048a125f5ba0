"""The loaded ATT&CK: look-up, custom objects, the upgrade to another release."""
