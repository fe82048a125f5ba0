"""The child process for advice, kept up to date with the accepted sentences."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from tram_ext.services.advice.advice_work import Example, Missing, learn_in_child
from tram_ext.services.processes.pool import ChildPool
from tram_ext.store.database import Store
from tram_ext.store.training_data import TrainingReport

T = TypeVar("T")

_REST_SECONDS: Final = 0.001
"""For each of its accepted sentences a changed report is left alone so long before it is read again, which takes a
tenth of that: a review of thousands of sentences changes its report with each decision."""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class _Reading:
    """The version of a report that was read last, and when it may be read again."""

    version: int
    rests_until: float


class Adviser:
    """A child process that caches a model and all accepted sentences; it starts with the first question.

    Parameters
    ----------
    children : ChildPool
        Of one child: another would have to be told everything, too.
    seconds : float
        An answer that takes longer is given up.
    """

    def __init__(self, store: Store, children: ChildPool, seconds: float) -> None:
        self._store = store
        self._children = children
        self._seconds = seconds
        self._lock = threading.Lock()
        self._read: dict[int, _Reading] = {}

    def ask(
        self,
        function: Callable[..., T | Missing],
        *args: Any,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> T:
        """Call ``function(*args, revision, progress)`` in the child, after sending it what it lacks.

        Raises
        ------
        WorkFailed
            The child failed, or took too long.
        """
        for _ in range(_TRIES):
            revision = self._revision()
            answer = self._children.run(function, *args, revision, seconds=self._seconds, on_progress=on_progress)
            if not isinstance(answer, Missing):
                return answer
            self._teach(answer.reports)
        return cast("T", self._children.run(function, *args, {}, seconds=self._seconds, on_progress=on_progress))

    def close(self) -> None:
        """End the child."""
        self._children.close()

    def _revision(self) -> dict[int, int]:
        """Return the reports that are trained on, each with its version."""
        with self._store.read() as work:
            there = work.training_data.reports()
        with self._lock:
            self._read = {report.id: self._read[report.id] for report in there if report.id in self._read}
            return {report.id: self._wanted(report) for report in there}

    def _wanted(self, report: TrainingReport) -> int:
        last = self._read.get(report.id)
        if last is not None and time.monotonic() < last.rests_until:
            return last.version
        return report.version

    def _teach(self, report_ids: tuple[int, ...]) -> None:
        """Send the child the accepted sentences of some reports."""
        with self._store.read() as work:
            versions = {report.id: report.version for report in work.training_data.reports()}
            wanted = [report_id for report_id in report_ids if report_id in versions]
            accepted = work.training_data.accepted(wanted) if wanted else []
        examples: dict[int, list[Example]] = {report_id: [] for report_id in wanted}
        for sentence in accepted:
            example = Example(sentence.id, sentence.report_id, sentence.text, sentence.techniques)
            examples[sentence.report_id].append(example)
        told = {report_id: tuple(own) for report_id, own in examples.items()}
        self._children.run(learn_in_child, told, versions, seconds=self._seconds)
        now = time.monotonic()
        with self._lock:
            for report_id, own in told.items():
                self._read[report_id] = _Reading(versions[report_id], now + _REST_SECONDS * len(own))
