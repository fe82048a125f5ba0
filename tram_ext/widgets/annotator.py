"""The annotator widget: review of a report sentence by sentence, by keyboard."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from tram_ext.api.review_responses import SentenceBody
from tram_ext.domain.errors import TramError
from tram_ext.widgets.assets import asset
from tram_ext.widgets.attack import CountedReports
from tram_ext.widgets.dispatcher import Dispatcher, Method
from tram_ext.widgets.fallback import StaticSummary, Summary
from tram_ext.widgets.following import LogFollower
from tram_ext.widgets.review import KEYED, SLOW, ReportReview
from tram_ext.widgets.workbenches import existing_report, workbench_of
from tram_ext.workbenches import rows

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_SHOWN: Final = 30
"""Sentences in the snapshot: a notebook saves them, and a view paints them before the kernel has answered."""

_BEFORE: Final = 3
"""Of these, the ones before the place."""

_SETTLED_SECONDS: Final = 4.0
"""A burst of decisions makes one snapshot."""

_DECIDED: Final = {"accept": "accepted", "reject": "rejected", None: "awaits review"}

_places: Final[dict[tuple[str, int], int]] = {}
"""The sentence that was worked on last, by workbench and report: a cell that is run again begins there.

The browser keeps the place, too, with filter and order; this is for the first paint, and for a notebook that is saved.
"""


class Annotator(StaticSummary, anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no type information for mypy
    """Review a report: its sentences in reading order, the techniques of each, and why they are proposed.

    All is done by keyboard, or by mouse; press ``?`` in it for the keys. Every decision is saved at once.

    Parameters
    ----------
    report : int or row
        A report's number, or its row of ``workbench.reports()``.
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.
    height : int, optional
        In pixels.

    Attributes
    ----------
    sentences : DataFrame
        The report's sentences as they are now.

    Raises
    ------
    NotFound
        There is no such report.

    Examples
    --------
    >>> from tram_ext.widgets import Annotator
    >>> Annotator(1)  # doctest: +SKIP
    """

    _esm = asset("annotator.js")
    _css = asset("annotator.css")

    height = traitlets.Int(640, help="In pixels.").tag(sync=True)
    snapshot = traitlets.Dict(help="What is shown where no kernel answers.").tag(sync=True)

    def __init__(self, report: Any, workbench: Workbench | None = None, *, height: int = 640, **kwargs: Any) -> None:
        self.workbench = workbench_of(workbench)
        self.report_id = rows.item(report, rows.REPORT).id
        connection = self.workbench.connection
        existing_report(connection, self.report_id)
        self._review = ReportReview(connection, self.report_id, CountedReports(connection, [self.report_id]))
        super().__init__(height=height, snapshot=self._snapshot(), **kwargs)
        self._follower = LogFollower(connection, self.report_id, self._heard)
        self._settling: threading.Timer | None = None
        self._dispatcher = Dispatcher(self._methods(), self._tell, slow=SLOW, keyed=KEYED)
        self.on_msg(lambda _widget, content, _buffers: self._dispatcher.receive(content))

    @property
    def sentences(self) -> pd.DataFrame:
        """The report's current sentences: columns as ``tram_ext.workbenches.frames.SENTENCES``."""
        return self.workbench.sentences(self.report_id)

    @property
    def mappings(self) -> pd.DataFrame:
        """Their current mappings: columns as ``tram_ext.workbenches.frames.MAPPINGS``."""
        return self.workbench.mappings(self.report_id)

    def close(self) -> None:
        """Close the view; decisions are kept."""
        if hasattr(self, "_dispatcher"):  # not where the constructor failed
            self._dispatcher.close()
            self._follower.close()
            if self._settling is not None:
                self._settling.cancel()
        super().close()

    def summary(self) -> Summary:
        """Return the static summary for places where widgets cannot run."""
        report, shown = self.snapshot["report"], self.snapshot["sentences"]
        total, waiting = report["total_sentences"], report["reviewing_sentences"]
        return Summary(
            lines=[
                f"{report['name']}: {total - waiting:,} of {total:,} sentences reviewed",
                "Run the notebook to go on with the review.",
            ],
            columns=("Sentence", "Techniques", "Review"),
            rows=[
                (item["text"], ", ".join(map(_technique, item["mappings"])), _DECIDED[item["disposition"]])
                for item in shown
            ],
        )

    def _methods(self) -> dict[str, Method]:
        review = self._review
        writing = {name: self._writing(review.methods()[name]) for name in ("bulk", "split", "merge", "extract")}
        return {
            **review.methods(),
            **writing,
            "session": lambda: review.session(self._follower.listen()),
            "operate": self._operate,
            "undo": self._writing(review.undo),
            "redo": self._writing(review.redo),
        }

    def _operate(self, sentence: int, version: int, operation: Any, key: str | None = None) -> SentenceBody:
        done = self._review.operate(sentence, version, operation, key)
        _places[self._place] = done["id"]
        self._follower.soon()
        return done

    def _writing(self, method: Method) -> Method:
        def write(**params: Any) -> Any:
            done = method(**params)
            self._follower.soon()
            return done

        return write

    @property
    def _place(self) -> tuple[str, int]:
        return self._review.status["workbench"], self.report_id

    def _heard(self, change: dict[str, Any]) -> None:
        self._tell(change)
        if self._settling is None:
            self._settling = threading.Timer(_SETTLED_SECONDS, self._settle)
            self._settling.daemon = True
            self._settling.start()

    def _settle(self) -> None:
        """Update the snapshot, so that a saved notebook shows the decisions."""
        self._settling = None
        with contextlib.suppress(TramError):  # the next change tries again
            self.snapshot = self._snapshot()

    def _snapshot(self) -> dict[str, Any]:
        review = self._review
        outline = review.rows()
        ids, states = outline["ids"], outline["states"]
        place = _places.get(self._place)
        here = ids.index(place) if place in ids else max(0, states.find("."))
        some = slice(max(0, here - _BEFORE), here - _BEFORE + _SHOWN if here > _BEFORE else _SHOWN)
        return {
            "report": review.report(),
            "rows": {"ids": ids[some], "states": states[some], "least": outline["least"][some]},
            "before": some.start,
            "sentences": review.sentences(ids[some]),
        }

    def _tell(self, message: dict[str, Any]) -> None:
        if self.comm is not None:
            self.send(message)


def _technique(mapping: dict[str, Any]) -> str:
    return f"{mapping['attack_id']} {mapping['name']} ({mapping['confidence']} %)"
