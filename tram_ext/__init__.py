"""The Jupyter-native workbench for mapping cyber threat reports to MITRE ATT&CK."""

from importlib.metadata import version as _version

__version__ = _version("tram-ext")
