"""The ATT&CK knowledge base, read from STIX bundles and from the package that ships with us."""
