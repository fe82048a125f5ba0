"""The Jupyter-native workbench for mapping cyber threat reports to MITRE ATT&CK."""

__version__ = "0.1.0"
