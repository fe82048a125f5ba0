"""The workbench of a widget: the given one, or one shared by all widgets of a kernel."""

from __future__ import annotations

import atexit
import threading
from typing import TYPE_CHECKING, Final

from tram_ext.domain.errors import NotFound

if TYPE_CHECKING:
    from tram_ext.api.connection import Connection
    from tram_ext.api.responses import ReportBody
    from tram_ext.workbenches.workbench import Workbench

_lock: Final = threading.Lock()
_shared: list[Workbench] = []


def workbench_of(given: Workbench | None) -> Workbench:
    """Return `given` or, where it is None, the kernel's shared workbench, opened on first use.

    Cells are run again and again, and each run makes a widget anew: a workbench of its own for each of them would keep
    as many connections, or as many queues, alive.
    """
    if given is not None:
        return given
    from tram_ext.workbenches.opening import workbench

    with _lock:
        if not _shared:
            _shared.append(workbench())
            atexit.register(_close)
        return _shared[0]


def existing_report(connection: Connection, report_id: int) -> ReportBody:
    """Return a report.

    Raises
    ------
    NotFound
        There is none with this number; says where to look.
    """
    try:
        return connection.report(report_id)
    except NotFound:
        message = f"There is no report {report_id}. 'workbench.reports()' lists those that there are."
    raise NotFound(message)  # without the way there: a wrong number is no fault of the connection


def _close() -> None:
    with _lock:
        while _shared:
            _shared.pop().close()
