"""Notification of changes to reports: a thread that polls the log while a view is open."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from tram_ext.api.connection import Connection
from tram_ext.api.review_responses import LogBody
from tram_ext.domain.errors import TramError
from tram_ext.domain.review import MAPPING, MOST_IDS, SENTENCE

_AT_ONCE: Final = 200
"""Rows of the log that are read at once; where more came, a view reads everything anew."""

_log: Final = logging.getLogger(__name__)


class LogFollower:
    """Calls a listener with every change of one report, or of all.

    Parameters
    ----------
    report_id : int or None
        None: all reports.
    tell : callable
        Called with each change, from the follower's thread.
    seconds : float
        Between two looks.
    patience : float
        Seconds without :meth:`listen` after which nobody seems to look any more; then it rests.
    """

    def __init__(
        self,
        connection: Connection,
        report_id: int | None,
        tell: Callable[[dict[str, Any]], None],
        *,
        seconds: float = 2.0,
        patience: float = 60.0,
    ) -> None:
        self._connection = connection
        self._report_id = report_id
        self._tell = tell
        self._seconds = seconds
        self._patience = patience
        self._wake = threading.Event()
        self._looking = threading.Lock()
        self._ended = threading.Event()
        self._listened = time.monotonic()
        self._thread: threading.Thread | None = None
        self.position = self._latest()

    def listen(self) -> int:
        """Start following, poll at once, and return the number of the last row of the log.

        Raises
        ------
        TramError
            The workbench cannot be asked.
        """
        self._listened = time.monotonic()
        self._start()
        self._look()
        return self.position

    def soon(self) -> None:
        """Poll now: something was done."""
        self._wake.set()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._wake.set()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="tram-widget-follower", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set() and time.monotonic() - self._listened < self._patience:
            self._wake.wait(self._seconds)
            self._wake.clear()
            if self._ended.is_set():
                return
            try:
                self._look()
            except TramError:  # nobody answers: the views hear that from their own requests
                continue
            except Exception:  # a fault in one look must not end all that follow
                _log.exception("The changes of reports could not be read.")

    def _look(self) -> None:
        with self._looking:
            rows = self._rows(_AT_ONCE)
            news = [row for row in rows if row["id"] > self.position]
            if not news:
                return
            if len(news) == _AT_ONCE:
                changes = [_change(news[0]["action"], news[0], set(), whole=True)]
            else:
                changes = _changes(news)
            self.position = news[0]["id"]
        for change in changes:
            self._tell(change)

    def _latest(self) -> int:
        rows = self._rows(1)
        return rows[0]["id"] if rows else 0

    def _rows(self, limit: int) -> list[LogBody]:
        return self._connection.log(report_id=self._report_id, limit=limit).records


def _changes(news: list[LogBody]) -> list[dict[str, Any]]:
    """Return one change per action, oldest first."""
    actions: dict[str, list[LogBody]] = {}
    for row in reversed(news):
        actions.setdefault(row["batch"], []).append(row)
    found = []
    for rows in actions.values():
        sentences = {key for row in rows for key in sentences_of(row)}
        whole = not sentences or len(sentences) > MOST_IDS
        found.append(_change(rows[-1]["action"], rows[-1], sentences, whole=whole))
    return found


def _change(action: str, last: LogBody, sentences: set[int], *, whole: bool) -> dict[str, Any]:
    shown = [] if whole else sorted(sentences)
    return {"event": "change", "action": action, "position": last["id"], "sentences": shown, "user": last["user"]}


def sentences_of(row: LogBody) -> set[int]:
    """Return the sentences that a row of the log concerns."""
    if row["target"] == SENTENCE and row["target_id"] is not None:
        return {row["target_id"]}
    if row["target"] == MAPPING:
        states = (row["before"], row["after"])
        return {state["sentence_id"] for state in states if state is not None and "sentence_id" in state}
    return set()
