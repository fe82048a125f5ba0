"""Reports, sentences and mappings, stored and yet to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tram_ext.domain.assertions import Assertion, Disposition, MappingSource
from tram_ext.domain.documents import Block
from tram_ext.domain.states import PlainFields


@dataclass(frozen=True, slots=True)
class Mapping:
    """A stored assertion on a sentence.

    Attributes
    ----------
    name : str
        What ATT&CK calls the technique today.
    """

    id: int
    report_id: int
    sentence_id: int
    name: str
    assertion: Assertion
    version: int = 1

    @property
    def attack_id(self) -> str:
        """ATT&CK's own id of the technique."""
        return self.assertion.attack_id

    @property
    def confidence(self) -> float:
        """Percent, 0 to 100."""
        return self.assertion.confidence

    @property
    def source(self) -> MappingSource:
        """Who proposed it."""
        return self.assertion.source

    @property
    def note(self) -> str:
        """The note that somebody wrote on it."""
        return self.assertion.note

    @property
    def disposition(self) -> Disposition | None:
        """The decision about it, None where that about its sentence counts."""
        return self.assertion.disposition


@dataclass(frozen=True, slots=True)
class SentenceContent:
    """The content of a sentence, shared by stored and new sentences.

    Attributes
    ----------
    start, end : int or None
        Character offsets into the report's text; None where the sentence was imported without them.
    page : int or None
        Page of the PDF, from 1.
    origin : str
        For ATT&CK's procedure examples, the id of the group or software they speak of.
    """

    text: str
    order: int
    disposition: Disposition | None = None
    start: int | None = None
    end: int | None = None
    page: int | None = None
    origin: str = ""

    def state(self) -> dict[str, Any]:
        """Return all fields but those of subclasses, JSON-compatible."""
        return SENTENCE_CONTENT.state(self)


SENTENCE_CONTENT: Final = PlainFields(SentenceContent)
"""The fields of what a sentence says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence(SentenceContent):
    """A sentence of a report.

    Attributes
    ----------
    mappings : tuple of Mapping
        Without those that were rejected on their own.
    rejected_mappings : tuple of Mapping
        Those: kept, so that nobody proposes them again, and shown by nothing that does not speak of them.
    version : int
        Rises by one with every change; what an ``ETag`` is made of.
    """

    id: int
    report_id: int
    mappings: tuple[Mapping, ...] = ()
    version: int = 1
    rejected_mappings: tuple[Mapping, ...] = ()

    @property
    def all_mappings(self) -> tuple[Mapping, ...]:
        """Mappings, rejected or not."""
        return (*self.mappings, *self.rejected_mappings)


@dataclass(frozen=True, slots=True)
class Report:
    """A report with the counts that lists show; its sentences are read separately.

    Attributes
    ----------
    uuid : str
        What it is known by in other workbenches, and on platforms that take STIX; it never changes.
    """

    id: int
    name: str
    text: str
    ml_model: str
    created_by: str | None
    created_on: datetime
    updated_on: datetime
    uuid: str
    document_id: int | None = None
    use_for_training: bool = True
    builtin: str | None = None
    accepted_sentences: int = 0
    reviewing_sentences: int = 0
    total_sentences: int = 0
    version: int = 1

    @property
    def status(self) -> str:
        """``Accepted`` where no sentence awaits review, else ``Reviewing``."""
        return "Reviewing" if self.reviewing_sentences else "Accepted"

    @property
    def byline(self) -> str:
        """``USER on YYYY-MM-DD HH:MM:SS UTC``."""
        return f"{self.created_by} on {self.created_on:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSentence(SentenceContent):
    """A sentence that is yet to be stored; see :class:`Sentence`."""

    mappings: tuple[Assertion, ...] = ()
    rejected_mappings: tuple[Assertion, ...] = ()

    @property
    def all_mappings(self) -> tuple[Assertion, ...]:
        """Mappings, rejected or not."""
        return (*self.mappings, *self.rejected_mappings)


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report with its sentences that is yet to be stored; it is given a UUID there where it has none.

    Attributes
    ----------
    blocks : tuple of Block
        The parts of the text that are more than paragraphs, in order.
    """

    name: str
    text: str
    ml_model: str
    sentences: tuple[NewSentence, ...] = ()
    created_on: datetime | None = None
    updated_on: datetime | None = None
    use_for_training: bool = True
    uuid: str | None = None
    blocks: tuple[Block, ...] = ()
