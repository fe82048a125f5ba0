"""The ATT&CK knowledge base, read from STIX bundles and from the installed package."""

from tram_ext.attack.packaged import load_default
from tram_ext.attack.revocation import resolve
from tram_ext.attack.stix import load_stix

__all__ = ["load_default", "load_stix", "resolve"]
