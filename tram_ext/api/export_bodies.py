"""Report exports in TRAM's own JSON format, as they are written and as an import accepts them."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from tram_ext.api.vocabulary import (
    BlockKindName,
    Confidence,
    DispositionName,
    File,
    Moment,
    ReportStatusName,
    SourceName,
    TechniqueId,
    Uuid,
)


class ExportedMapping(TypedDict):
    """A mapping in an export."""

    id: int
    attack_id: str
    name: str
    confidence: Confidence
    source: SourceName
    note: str
    disposition: DispositionName | None


class ExportedSentence(TypedDict):
    """A sentence in an export; `start` and `end` are offsets into the report's text, in characters."""

    id: int
    text: str
    order: int
    disposition: DispositionName | None
    mappings: list[ExportedMapping]
    start: int | None
    end: int | None
    page: int | None
    origin: str
    rejected_mappings: list[ExportedMapping]


class ExportedBlock(TypedDict):
    """A part of the text that is more than a paragraph; `level` is that of a heading, from 1, else 0."""

    start: int
    end: int
    kind: BlockKindName
    level: int


class ExportedReport(TypedDict):
    """A report with everything in it; `document_id` is None where it was made of no upload."""

    id: int
    document_id: int | None
    name: str
    byline: str
    accepted_sentences: int
    reviewing_sentences: int
    total_sentences: int
    text: str
    ml_model: str
    created_by: str | None
    created_on: Moment
    updated_on: Moment
    status: ReportStatusName
    uuid: Uuid
    sentences: list[ExportedSentence]
    blocks: list[ExportedBlock]


class MappingToImport(TypedDict):
    """A mapping in a file; a well-formed technique id that ATT&CK does not know is kept as retired."""

    attack_id: TechniqueId
    confidence: str | float
    name: NotRequired[str | None]
    source: NotRequired[SourceName | None]
    note: NotRequired[str | None]
    disposition: NotRequired[DispositionName | None]


class SentenceToImport(TypedDict):
    """A sentence in a file; without `order` it stands where the file has it."""

    text: str
    order: NotRequired[int]
    disposition: NotRequired[DispositionName | None]
    mappings: list[MappingToImport]
    start: NotRequired[int | None]
    end: NotRequired[int | None]
    page: NotRequired[int | None]
    origin: NotRequired[str | None]
    rejected_mappings: NotRequired[list[MappingToImport] | None]


class ReportToImport(TypedDict):
    """A report export; ids, byline, author and counts of the workbench that wrote it are passed over.

    Its `uuid` is taken, unless another report has it: then the report gets a new one, and a warning says so.
    """

    name: str
    text: str
    ml_model: str
    sentences: list[SentenceToImport]
    created_on: NotRequired[Moment | None]
    updated_on: NotRequired[Moment | None]
    uuid: NotRequired[Uuid | None]
    blocks: NotRequired[list[ExportedBlock] | None]


class UploadForm(TypedDict):
    """A file, and the model that shall map it; without one the default model does."""

    file: File
    model: NotRequired[str]


class BundleForm(TypedDict):
    """A STIX bundle of ATT&CK."""

    file: File
