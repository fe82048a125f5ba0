"""The part of folder mapping that runs in a child process; it imports little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tram_ext.services.mapping.mapping_work import MappedDocument, propose_in_child
from tram_ext.services.processes.model_file import ModelFile

if TYPE_CHECKING:
    from tram_ext.documents import Limits


def map_bytes(data: bytes, name: str, limits: Limits, model: ModelFile) -> MappedDocument:
    """Read a document and propose techniques for its sentences, in this process, which may be killed."""
    from tram_ext.documents.child import parse_limited

    document = parse_limited(data, name, limits)
    texts = document.sentence_texts()
    return MappedDocument(document, tuple(texts), propose_in_child(texts, model, _nobody), model.name)


def _nobody(_share: float, _stage: str) -> None:
    """Discard the progress within a file: only the number of finished files is shown."""
