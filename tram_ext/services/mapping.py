"""Mapping a document: read and proposed for in one child process, which returns what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tram_ext.domain.documents import ParsedDocument
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.models import Proposal
from tram_ext.domain.reports import MappingSource, NewMapping, NewReport, NewSentence
from tram_ext.services.prediction import ModelFile, Predictions
from tram_ext.services.processes import ChildPool
from tram_ext.services.settings import Settings

if TYPE_CHECKING:
    from tram_ext.documents import Limits
    from tram_ext.ml.model import SentenceModel

READING_SHARE: Final = 0.6
_BATCH: Final = 2_000
_FOUND_SHARE: Final = 0.97


@dataclass(frozen=True)
class MappedDocument:
    """What was read, the text of its sentences, and what the model proposes for each."""

    document: ParsedDocument
    texts: tuple[str, ...]
    proposals: tuple[tuple[Proposal, ...], ...]
    model: str


class Mapper:
    """Reads files and proposes techniques for their sentences; keeps nothing."""

    def __init__(self, children: ChildPool, predictions: Predictions, settings: Settings) -> None:
        self._children = children
        self._predictions = predictions
        self._settings = settings

    def map_file(
        self,
        path: Path,
        model: str = "default",
        *,
        name: str | None = None,
        on_progress: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[NewReport, ParsedDocument]:
        """Map the file at `path`.

        Parameters
        ----------
        name : str, optional
            What its owner calls it, where that is not the name it is stored under.

        Returns
        -------
        report : NewReport
            Named as an upload of the file would be.
        document : ParsedDocument
            What was read, with its warnings.

        Raises
        ------
        NotFound
            There is no such file, or no such model.
        Invalid
            It is not a file that can be read.
        Conflict
            The model was never trained.
        """
        if not path.exists():
            raise NotFound(f"There is no file {str(path)!r}.")
        if not path.is_file():
            raise Invalid(f"{str(path)!r} is not a file.")
        shown = name or path.name
        found: MappedDocument = self._children.run(
            _map,
            path,
            shown,
            self._limits(),
            self._predictions.file_of(model),
            seconds=self._settings.job_seconds,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        return report_of(found, shown), found.document

    def _limits(self) -> Limits:
        from tram_ext.documents import Limits

        return Limits(pages=self._settings.max_pages, file_bytes=self._settings.max_upload_bytes)


def report_of(found: MappedDocument, name: str) -> NewReport:
    """Make a report of what was found in the file called `name`."""
    now = datetime.now(timezone.utc)
    sentences = tuple(
        NewSentence(
            text=text,
            order=order,
            mappings=tuple(_mapping(proposal) for proposal in proposals),
            start=span.start,
            end=span.end,
            page=span.page,
        )
        for order, (text, span, proposals) in enumerate(
            zip(found.texts, found.document.sentences, found.proposals, strict=True)
        )
    )
    return NewReport(
        name=f"Report for {name}",
        text=found.document.text,
        ml_model=found.model,
        sentences=sentences,
        created_on=now,
        updated_on=now,
    )


def _mapping(proposal: Proposal) -> NewMapping:
    return NewMapping(proposal.attack_id, round(100 * proposal.confidence, 1), MappingSource.MODEL)


_loaded: dict[str, Any] = {}
"""In a child: the model it used last, by the hash of its file."""


def _map(
    path: Path, name: str, limits: Limits, model: ModelFile, progress: Callable[[float, str], None]
) -> MappedDocument:
    """Run in the child."""
    from tram_ext.documents.child import parse_limited

    document = parse_limited(path, name, limits, lambda share, stage: progress(READING_SHARE * share, stage))
    progress(READING_SHARE, "mapping")
    texts = document.sentence_texts()
    proposals: list[tuple[Proposal, ...]] = []
    predictor = _predictor(model)
    for begin in range(0, len(texts), _BATCH):
        proposals.extend(predictor.propose(texts[begin : begin + _BATCH], model.threshold))
        done = min(1.0, (begin + _BATCH) / len(texts))
        progress(READING_SHARE + (_FOUND_SHARE - READING_SHARE) * done, "mapping")
    return MappedDocument(document, tuple(texts), tuple(proposals), model.name)


def _predictor(model: ModelFile) -> SentenceModel:
    predictor: SentenceModel | None = _loaded.get(model.sha256)
    if predictor is None:
        predictor = model.load()
        _loaded.clear()
        _loaded[model.sha256] = predictor
    return predictor
