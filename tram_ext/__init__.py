"""The Jupyter-native workbench for mapping cyber threat reports to MITRE ATT&CK."""

from tram_ext._version import __version__ as __version__


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Name the server extension; its import waits until a server asks."""
    from tram_ext.app import TramExtension

    return [{"module": "tram_ext", "app": TramExtension}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Name the lab extension, for development installs."""
    return [{"src": "labextension", "dest": "tram-ext"}]
