"""The configuration of the workbench from files, environment and command line, read alike by every interface."""
