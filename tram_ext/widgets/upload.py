"""The upload widget: files picked or dropped, several at once, each followed until it is mapped."""

from __future__ import annotations

import contextlib
import logging
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from tram_ext.domain.errors import Cancelled, Throttled, TramError, Unavailable
from tram_ext.widgets.assets import asset
from tram_ext.widgets.fallback import StaticSummary, Summary
from tram_ext.widgets.workbenches import workbench_of

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.api.responses import UploadedBody
    from tram_ext.workbenches.workbench import Workbench

_IN_MEMORY: Final = 4 << 20
_SENT: Final = 0.3
"""The share of a file's way that sending it to the kernel is."""

_SECONDS: Final = 0.5
_MOST_FILES: Final = 200
_ACCEPT: Final = ".pdf,.docx,.html,.htm,.txt,.md,.json"
_ENDED: Final = ("done", "failed", "cancelled")

_log: Final = logging.getLogger(__name__)


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)  # closed with the file's way


@dataclass
class _File:
    """A file being uploaded or mapped."""

    id: str
    name: str
    size: int
    content: IO[bytes] = field(default_factory=_spool)
    progress: float = 0.0
    state: str = "sending"
    message: str = "Waiting"
    job_id: int | None = None
    report_id: int | None = None

    def shown(self) -> dict[str, Any]:
        names = ("id", "name", "size", "progress", "state", "message")
        return {name: getattr(self, name) for name in names}

    @property
    def received(self) -> int:
        return self.content.tell()


class ReportUpload(StaticSummary, anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no type information for mypy
    """Uploads picked or dropped files and maps them to reports.

    Parameters
    ----------
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.
    model : str, optional
        Who proposes techniques; by default the default model.

    Attributes
    ----------
    report_ids : list of int
        The reports that files became, the latest last; observe it to go on with them.
    result : DataFrame
        These reports as they are now.
    """

    _esm = asset("upload.js")
    _css = asset("upload.css")

    accept = traitlets.Unicode(_ACCEPT, help="What the picker offers.").tag(sync=True)
    files = traitlets.List(traitlets.Dict(), help="Files, as they are shown.").tag(sync=True)
    report_ids = traitlets.List(traitlets.Int(), help="The reports that files became.")

    def __init__(self, workbench: Workbench | None = None, *, model: str | None = None, **kwargs: Any) -> None:
        self.workbench = workbench_of(workbench)
        self.model = model
        self._lock = threading.RLock()
        self._known: dict[str, _File] = {}
        self._ended = threading.Event()
        super().__init__(**kwargs)
        self.on_msg(lambda _widget, content, buffers: self._receive(content, buffers))

    @property
    def result(self) -> pd.DataFrame:
        """The reports made of the files: columns as ``tram_ext.workbenches.frames.REPORTS``."""
        return self.workbench.reports().query("id in @self.report_ids")

    def close(self) -> None:
        """Close the view; queued jobs continue."""
        if hasattr(self, "_ended"):  # not where the constructor failed
            self._ended.set()
        super().close()

    def summary(self) -> Summary:
        """Return the static summary for places where widgets cannot run."""
        rows_ = [(item["name"], item["state"], item["message"]) for item in self.files]
        lines = ["Upload reports: run the notebook to choose files."]
        return Summary(lines, ("File", "State", "What is said") if rows_ else (), rows_)

    def _receive(self, content: object, buffers: Sequence[Any]) -> None:
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            return
        with self._lock:
            event, file = content.get("event"), self._known.get(content["id"])
            if event == "begin" and file is None:
                self._begin(content)
            elif file is None or file.state in _ENDED:
                self.send({"event": "taken", "id": content["id"], "at": -1})
            elif event == "piece":
                self._take(file, content, buffers)
            elif event == "end":
                self._hand_over(file)
            elif event == "cancel":
                self._cancel(file, str(content.get("reason") or ""))

    def _begin(self, content: Mapping[str, Any]) -> None:
        size = content.get("size")
        file = _File(content["id"], str(content.get("name"))[:255], size if isinstance(size, int) else 0)
        waiting = sum(known.state not in _ENDED for known in self._known.values())
        self._known[file.id] = file
        if waiting >= _MOST_FILES:
            self._end(file, "failed", f"{_MOST_FILES} files wait already. Drop this one again later.")
        self._show()

    def _take(self, file: _File, content: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        if content.get("at") == file.received and len(buffers) == 1:
            file.content.write(buffers[0])
            file.progress = _SENT * file.received / max(file.size, 1)
            file.message = "Sending"
            if file.received > file.size:
                self._end(file, "failed", "The file grew while it was sent. Drop it again.")
            self._show()
        self.send({"event": "taken", "id": file.id, "at": -1 if file.state in _ENDED else file.received})

    def _hand_over(self, file: _File) -> None:
        if file.received != file.size:
            self._end(file, "failed", "The file did not arrive whole. Drop it again.")
            self._show()
            return
        file.state, file.message = "working", "Handing over"
        self._show()
        threading.Thread(target=self._work, args=(file,), name="tram-upload", daemon=True).start()

    def _cancel(self, file: _File, reason: str) -> None:
        job_id = file.job_id
        if reason:
            self._end(file, "failed", f"The browser cannot read it: {reason}")
        else:
            self._end(file, "cancelled", "Cancelled")
        self._show()
        if job_id is not None:
            with contextlib.suppress(TramError):  # it has ended meanwhile, or nobody answers: its job says how it is
                self.workbench.connection.cancel_job(job_id)

    def _work(self, file: _File) -> None:
        """Upload a file, and follow its job."""
        try:
            self._upload(file)
            while file.state == "working" and file.job_id is not None and not self._ended.wait(_SECONDS):
                with contextlib.suppress(Unavailable):  # the server is gone for now: the job is kept
                    self._follow(file, file.job_id)
        except TramError as error:
            self._finish(file, "cancelled" if isinstance(error, Cancelled) else "failed", error.message)
        except Exception:  # a fault of ours must not leave a file that seems to go on for ever
            _log.exception("The upload of a file failed.")
            self._finish(file, "failed", "Something went wrong in the kernel; its log says what.")

    def _upload(self, file: _File) -> None:
        taken = self._sent(file)
        if taken is None:
            return
        with self._lock:
            file.job_id = taken.get("job-id")
            was_cancelled = file.state == "cancelled"
        if file.job_id is None:
            self._finish(file, "done", taken["message"], taken.get("report_id"))
        elif was_cancelled:
            self.workbench.connection.cancel_job(file.job_id)

    def _sent(self, file: _File) -> UploadedBody | None:
        """Upload a file, again later where the queue is full; return None where it was cancelled."""
        while file.state == "working":
            file.content.seek(0)
            try:
                return self.workbench.connection.upload(file.name, file.content, model=self.model)  # type: ignore[arg-type]  # a spooled file is one
            except Throttled as error:
                if self._ended.wait(error.retry_after):
                    return None
        return None

    def _follow(self, file: _File, job_id: int) -> None:
        job = self.workbench.connection.job(job_id)
        if job["status"] == "Done":
            self._finish(file, "done", f"Report {job['report_id']}", job["report_id"])
        elif job["status"] == "Error":
            self._finish(file, "failed", job["message"])
        elif job["status"] == "Cancelled":
            self._finish(file, "cancelled", "Cancelled")
        else:
            with self._lock:
                if file.state == "working":
                    file.progress = _SENT + (1 - _SENT) * job["progress"]
                    file.message = job["stage"].capitalize() or job["status"]
                    self._show()

    def _finish(self, file: _File, state: str, message: str, report_id: int | None = None) -> None:
        with self._lock:
            if file.state in _ENDED:
                return
            file.report_id = report_id
            self._end(file, state, message)
            self._show()
            if report_id is not None:
                self.report_ids = [known for known in self.report_ids if known != report_id] + [report_id]

    @staticmethod
    def _end(file: _File, state: str, message: str) -> None:
        file.state, file.message = state, message
        file.progress = 1.0 if state == "done" else file.progress
        file.content.close()

    def _show(self) -> None:
        self.files = [file.shown() for file in self._known.values()]
