"""Mapping of whole folders of reports to files, on many cores or a cluster."""
