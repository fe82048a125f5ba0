"""The part of mapping that runs in a child process; it imports little, so that the child starts fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tram_ext.domain.documents import ParsedDocument
from tram_ext.domain.models import Proposal
from tram_ext.services.processes.model_file import ModelFile

if TYPE_CHECKING:
    from tram_ext.documents import Limits
    from tram_ext.ml.model import SentenceModel

READING_SHARE: Final = 0.6
_BATCH: Final = 2_000
_FOUND_SHARE: Final = 0.97


@dataclass(frozen=True)
class MappedDocument:
    """A document that was read, the texts of its sentences, and the proposals for each."""

    document: ParsedDocument
    texts: tuple[str, ...]
    proposals: tuple[tuple[Proposal, ...], ...]
    model: str


_loaded: dict[str, Any] = {}
"""In a child: the model it used last, by the hash of its file."""


def map_in_child(
    path: Path, name: str, limits: Limits, model: ModelFile, progress: Callable[[float, str], None]
) -> MappedDocument:
    """Read a file and propose techniques for its sentences, in this process."""
    from tram_ext.documents.child import parse_limited

    document = parse_limited(path, name, limits, lambda share, stage: progress(READING_SHARE * share, stage))
    progress(READING_SHARE, "mapping")
    texts = document.sentence_texts()

    def tell(done: float, stage: str) -> None:
        progress(READING_SHARE + (_FOUND_SHARE - READING_SHARE) * done, stage)

    return MappedDocument(document, tuple(texts), propose_in_child(texts, model, tell), model.name)


def map_text_in_child(text: str, model: ModelFile, progress: Callable[[float, str], None]) -> MappedDocument:
    """Split a text into sentences and propose techniques for them, in this process."""
    from tram_ext.documents import split_sentences

    document = ParsedDocument(text, tuple(split_sentences(text)), "text/plain")
    texts = document.sentence_texts()
    return MappedDocument(document, tuple(texts), propose_in_child(texts, model, progress), model.name)


def propose_in_child(
    texts: Sequence[str], model: ModelFile, progress: Callable[[float, str], None]
) -> tuple[tuple[Proposal, ...], ...]:
    """Propose for each of `texts`, in this process."""
    proposals: list[tuple[Proposal, ...]] = []
    predictor = predictor_of(model)
    for begin in range(0, len(texts), _BATCH):
        proposals.extend(predictor.propose(texts[begin : begin + _BATCH], model.threshold))
        progress(min(1.0, (begin + _BATCH) / len(texts)), "mapping")
    return tuple(proposals)


def predictor_of(model: ModelFile) -> SentenceModel:
    """Load the model of a file; the last one is cached."""
    predictor: SentenceModel | None = _loaded.get(model.sha256)
    if predictor is None:
        predictor = model.load()
        _loaded.clear()
        _loaded[model.sha256] = predictor
    return predictor
