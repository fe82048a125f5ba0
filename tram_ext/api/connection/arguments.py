"""Arguments of calls that are more than plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Required

from typing_extensions import TypedDict


class SentenceQuery(TypedDict, total=False):
    """A filter of sentences; absent conditions do not filter.

    `disposition` is ``accept``, ``reject`` or, for those that await review, ``none``; `technique` is an id of ATT&CK;
    confidences are in percent; `text` is a part of it in any case of letters; `ids` are numbers of sentences.
    """

    report: int
    technique: str
    disposition: str
    min_confidence: float
    max_confidence: float
    text: str
    ids: Sequence[int]


class ReportChanges(TypedDict, total=False):
    """Attributes of a report to change."""

    name: str
    text: str
    ml_model: str
    use_for_training: bool


class SentenceChanges(TypedDict, total=False):
    """Attributes of a sentence to change; a `disposition` of None clears it."""

    text: str
    order: int
    disposition: str | None


class MappingChanges(TypedDict, total=False):
    """Attributes of a mapping to change; `confidence` in percent, a `disposition` of None leaves it to its sentence."""

    attack_id: str
    confidence: float
    note: str
    disposition: str | None


class Step(TypedDict, total=False):
    """One step of reviewing a sentence.

    Its `kind` is ``decide``, which needs a `disposition` (None awaits review), ``judge``, which needs that and the
    `attack_id` of the technique that is decided about, or ``add``, ``change`` or ``remove``, which need an `attack_id`.
    `confidence`, in percent, and `note` are those of a technique that is added or changed; `searched` are the ids that
    the reviewer was shown beside those on the sentence.
    """

    kind: Required[str]
    disposition: str | None
    attack_id: str
    confidence: float
    note: str
    searched: list[str]
