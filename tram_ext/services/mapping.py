"""Mapping a document or a text without keeping it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from tram_ext.domain.documents import ParsedDocument
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.models import Proposal
from tram_ext.domain.reports import MappingSource, NewMapping, NewReport, NewSentence
from tram_ext.services.prediction import Predictions, Predictor
from tram_ext.services.reading import Reading


class Mapper:
    """Proposes techniques for what it is given."""

    def __init__(self, reading: Reading, predictions: Predictions) -> None:
        self._reading = reading
        self._predictions = predictions

    def map_file(
        self, path: Path, model: str = "default", on_progress: Callable[[float, str], None] | None = None
    ) -> tuple[NewReport, ParsedDocument]:
        """Map the file at `path`.

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
        """
        if not path.exists():
            raise NotFound(f"There is no file {str(path)!r}.")
        if not path.is_file():
            raise Invalid(f"{str(path)!r} is not a file.")
        document = self._reading.read(path, path.name, on_progress=on_progress)
        return self.map_document(document, path.name, self._predictions.predictor(model)), document

    def map_document(self, document: ParsedDocument, name: str, predictor: Predictor) -> NewReport:
        """Make a report of what was read from the file called `name`."""
        now = datetime.now(timezone.utc)
        return NewReport(
            name=f"Report for {name}",
            text=document.text,
            ml_model=predictor.version.model,
            sentences=map_sentences(document, predictor),
            created_on=now,
            updated_on=now,
        )


def map_sentences(document: ParsedDocument, predictor: Predictor) -> tuple[NewSentence, ...]:
    """Return the sentences of `document` with what `predictor` proposes for each."""
    texts = document.sentence_texts()
    return tuple(
        NewSentence(
            text=text,
            order=order,
            mappings=tuple(_mapping(proposal) for proposal in proposals),
            start=span.start,
            end=span.end,
            page=span.page,
        )
        for order, (text, span, proposals) in enumerate(
            zip(texts, document.sentences, predictor.propose(texts), strict=True)
        )
    )


def _mapping(proposal: Proposal) -> NewMapping:
    return NewMapping(proposal.attack_id, round(100 * proposal.confidence, 1), MappingSource.MODEL)
