"""Maps documents and texts: a child process reads them and proposes techniques."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tram_ext.domain.assertions import Assertion, MappingSource
from tram_ext.domain.documents import ParsedDocument
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.models import Proposal
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.ml.text.mentions import explicit_ids
from tram_ext.services.mapping.mapping_work import MappedDocument, map_in_child, map_text_in_child, propose_in_child
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import Settings

if TYPE_CHECKING:
    from tram_ext.documents import Limits


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
        found = self._children.run(
            map_in_child,
            path,
            shown,
            self._limits(),
            self._predictions.file_of(model),
            seconds=self._settings.job_timeout,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        return report_of(found, shown), found.document

    def map_text(self, text: str, model: str = "default", *, cancelled: Callable[[], bool] | None = None) -> NewReport:
        """Map a text.

        Raises
        ------
        NotFound
            There is no such model.
        Invalid
            The text holds no words.
        Conflict
            The model was never trained.
        Cancelled
            `cancelled` answered True.
        """
        file, seconds = self._predictions.file_of(model), self._settings.job_timeout
        found = self._children.run(map_text_in_child, text, file, seconds=seconds, cancelled=cancelled)
        return report_of(found, "text")

    def map_texts(
        self, texts: Sequence[str], model: str, *, cancelled: Callable[[], bool] | None = None
    ) -> tuple[str, list[tuple[Assertion, ...]]]:
        """Propose techniques for existing sentences; return also the full name of the model.

        Raises
        ------
        NotFound
            There is no such model.
        Conflict
            The model was never trained.
        Cancelled
            `cancelled` answered True.
        """
        file, seconds = self._predictions.file_of(model), self._settings.job_timeout
        found = self._children.run(propose_in_child, tuple(texts), file, seconds=seconds, cancelled=cancelled)
        return file.name, [_mappings(text, proposals) for text, proposals in zip(texts, found, strict=True)]

    def _limits(self) -> Limits:
        from tram_ext.documents import Limits

        return Limits(pages=self._settings.max_pages, file_bytes=self._settings.max_upload_size)


def report_of(found: MappedDocument, name: str) -> NewReport:
    """Return the report that was read from a file called `name`."""
    now = datetime.now(UTC)
    sentences = tuple(
        NewSentence(
            text=text,
            order=order,
            mappings=_mappings(text, proposals),
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
        blocks=found.document.blocks,
    )


def _mappings(text: str, proposals: Sequence[Proposal]) -> tuple[Assertion, ...]:
    """Return mappings of proposals; where the sentence names the id, the source is the text."""
    written = explicit_ids(text)
    return tuple(
        Assertion(
            proposal.attack_id,
            round(100 * proposal.confidence, 1),
            MappingSource.TEXT if proposal.attack_id in written else MappingSource.MODEL,
        )
        for proposal in proposals
    )
