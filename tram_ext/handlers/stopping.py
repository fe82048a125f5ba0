"""Makes SIGHUP and SIGINT shut a server down in the same way as SIGTERM."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Final

_DEFAULTS: Final = {"SIGHUP": signal.SIG_DFL, "SIGINT": signal.default_int_handler}
"""What Python does of itself: a hang-up ends the process where it stands, an interrupt without a goodbye."""


def stop_in_order(log: logging.Logger) -> None:
    """Handle signals that would kill the process as SIGTERM, upon which Jupyter stops its extensions.

    A signal that somebody has decided about is left as it is: that Jupyter asks at a terminal before it stops, and that
    ``nohup`` has a hang-up passed over.
    """
    if threading.current_thread() is not threading.main_thread():  # only there signals can be set
        return
    order = signal.getsignal(signal.SIGTERM)
    if not callable(order):
        return
    for name, default in _DEFAULTS.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is default:
            signal.signal(number, order)
            log.debug("TRAM: %s stops the server as SIGTERM does.", name)
