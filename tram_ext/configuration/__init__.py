"""The configuration of the workbench: files, environment and command line, read alike by all doors."""
