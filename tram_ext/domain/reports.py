"""A report, its sentences and their mappings, stored and on their way into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Disposition(str, Enum):
    """What an analyst decided about a sentence (None where nobody decided yet)."""

    ACCEPT = "accept"
    REJECT = "reject"


class MappingSource(str, Enum):
    """Who proposed a mapping; ``text`` where the technique's id is written in the sentence."""

    MODEL = "model"
    PERSON = "person"
    IMPORT = "import"
    ATTACK = "attack"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A technique on a sentence.

    Attributes
    ----------
    confidence : float
        Percent, 0 to 100, as TRAM counts.
    """

    id: int
    report_id: int
    sentence_id: int
    attack_id: str
    name: str
    confidence: float
    source: MappingSource
    note: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report.

    Attributes
    ----------
    start, end : int or None
        Character offsets into the report's text; None where the sentence was imported without them.
    page : int or None
        Page of the PDF, from 1.
    version : int
        Rises by one with every change; what an ``ETag`` is made of.
    origin : str
        For ATT&CK's procedure examples, the id of the group or software they speak of.
    """

    id: int
    report_id: int
    text: str
    order: int
    disposition: Disposition | None
    mappings: tuple[Mapping, ...] = ()
    start: int | None = None
    end: int | None = None
    page: int | None = None
    version: int = 1
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report with the counts that lists show; its sentences are asked for by themselves."""

    id: int
    name: str
    text: str
    ml_model: str
    created_by: str | None
    created_on: datetime
    updated_on: datetime
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


@dataclass(frozen=True, slots=True)
class NewMapping:
    """A technique on its way into the store; confidence in percent."""

    attack_id: str
    confidence: float = 100.0
    source: MappingSource = MappingSource.PERSON
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewSentence:
    """A sentence on its way into the store."""

    text: str
    order: int
    disposition: Disposition | None = None
    mappings: tuple[NewMapping, ...] = ()
    start: int | None = None
    end: int | None = None
    page: int | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report on its way into the store, whole."""

    name: str
    text: str
    ml_model: str
    sentences: tuple[NewSentence, ...] = ()
    created_on: datetime | None = None
    updated_on: datetime | None = None
    use_for_training: bool = True
