"""The findings of a report: its techniques by tactic, with the sentences as evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tram_ext.domain import reports
from tram_ext.domain.assertions import Assertion, Disposition, MappingSource
from tram_ext.domain.attack import AttackKind, AttackObject, AttackStatus
from tram_ext.domain.decisions import counted_as
from tram_ext.domain.reports import Sentence
from tram_ext.exports.bundle import ExportBundle, ReviewedReport

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SHOWN_APART: Final = frozenset({"attack_id", "confidence", "source", "disposition"})
_SOURCES: Final = {
    MappingSource.MODEL: "proposed by a model",
    MappingSource.PERSON: "added by a person",
    MappingSource.IMPORT: "imported",
    MappingSource.ATTACK: "from ATT&CK",
    MappingSource.TEXT: "its id is in the text",
}
_SMALL_WORDS: Final = frozenset({"and", "of", "the"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence as evidence for a technique."""

    sentence: Sentence
    mapping: reports.Mapping

    @property
    def accepted(self) -> bool:
        """Whether a person accepted the technique on the sentence."""
        return counted_as(self.mapping.disposition, self.sentence.disposition) is Disposition.ACCEPT

    @property
    def review(self) -> str:
        """The state of the review of the technique on the sentence, in words."""
        return review_state(self.sentence, self.mapping)

    @property
    def source(self) -> str:
        """The source of the mapping, in words."""
        return _SOURCES[self.mapping.source]

    @property
    def remarks(self) -> dict[str, str]:
        """The remarks of the mapping, by field name; see `remarks`."""
        return remarks(self.mapping.assertion)


@dataclass(frozen=True)
class Finding:
    """A technique and its evidence, in the order of the text."""

    technique: AttackObject
    evidence: tuple[Evidence, ...]

    @property
    def confidence(self) -> float:
        """The highest confidence of the accepted evidence, or of all where none is accepted yet; percent."""
        accepted = [item.mapping.confidence for item in self.evidence if item.accepted]
        return max(accepted or (item.mapping.confidence for item in self.evidence))

    @property
    def accepted(self) -> int:
        """The number of its sentences that a person accepted."""
        return sum(item.accepted for item in self.evidence)

    @property
    def review(self) -> str:
        """The state of the technique's review, in words."""
        waiting = len(self.evidence) - self.accepted
        if not waiting:
            return "accepted"
        return f"{self.accepted} accepted, {waiting} awaiting review" if self.accepted else "awaiting review"


def findings(reviewed: ReviewedReport, bundle: ExportBundle) -> list[Finding]:
    """Return the techniques of a report with their evidence, by ATT&CK id; what was rejected does not count."""
    found: dict[str, list[Evidence]] = {}
    for sentence in in_order(reviewed.sentences):
        for mapping in counting(sentence, accepted_only=bundle.accepted_only):
            found.setdefault(mapping.attack_id, []).append(Evidence(sentence, mapping))
    return [
        Finding(technique(attack_id, evidence[0].mapping.name, bundle.objects), tuple(evidence))
        for attack_id, evidence in sorted(found.items())
    ]


def counting(sentence: Sentence, *, accepted_only: bool) -> list[reports.Mapping]:
    """Return the mappings of a sentence that count as accepted or undecided, or only as accepted."""
    counted = (Disposition.ACCEPT,) if accepted_only else (Disposition.ACCEPT, None)
    return [item for item in sentence.mappings if counted_as(item.disposition, sentence.disposition) in counted]


def remarks(assertion: Assertion) -> dict[str, str]:
    """Return the remarks of an assertion (all but confidence and source) as text, by field name."""
    said = {name: value for name, value in assertion.state().items() if name not in _SHOWN_APART}
    return {name: str(value) for name, value in said.items() if value is not None and value != ""}


def field_title(name: str) -> str:
    """Return the title of a field: "Seen in" for ``seen_in``."""
    return name.replace("_", " ").capitalize()


def in_order(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Return sentences in the order of the report."""
    return sorted(sentences, key=lambda sentence: (sentence.order, sentence.id))


def technique(attack_id: str, name: str, objects: Mapping[str, AttackObject]) -> AttackObject:
    """Return the technique of an id; for an id that ATT&CK does not know, a retired one of that name."""
    known = objects.get(attack_id)
    if known is not None:
        return known
    return AttackObject(attack_id, AttackKind.TECHNIQUE, name or attack_id, domain="", status=AttackStatus.RETIRED)


def by_tactic(found: Iterable[Finding], objects: Mapping[str, AttackObject]) -> list[tuple[str, list[Finding]]]:
    """Group findings by the names of their tactics, in the order of the matrix.

    A technique of several tactics is in each; one without is under "No tactic", last.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        for shortname in finding.technique.tactics or ("",):
            groups.setdefault(shortname, []).append(finding)
    tactics = {item.shortname: item for item in objects.values() if item.kind is AttackKind.TACTIC}

    def place(shortname: str) -> tuple[bool, bool, int, str]:
        tactic = tactics.get(shortname)
        position = tactic.position if tactic is not None else None
        return not shortname, position is None, position or 0, shortname

    return [
        (tactics[shortname].name if shortname in tactics else tactic_title(shortname), groups[shortname])
        for shortname in sorted(groups, key=place)
    ]


def tactic_title(shortname: str) -> str:
    """Return the title of a tactic: "Command and Control" for ``command-and-control``."""
    words = shortname.split("-")
    return " ".join(word if word in _SMALL_WORDS else word.capitalize() for word in words) or "No tactic"


def review_state(sentence: Sentence, mapping: reports.Mapping | None = None) -> str:
    """Return the state of the review of a sentence, or of a mapping on it: accepted, rejected, awaiting review."""
    disposition = counted_as(mapping.disposition if mapping else None, sentence.disposition)
    if disposition is None:
        return "awaiting review"
    return "accepted" if disposition is Disposition.ACCEPT else "rejected"


def printable(text: str) -> str:
    """Replace characters that XML and spreadsheets cannot hold, such as controls, by U+FFFD."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Return a sentence without the line breaks of its document."""
    return " ".join(printable(text).split())


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 sentence``, ``11,130 sentences``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is Arabic, Hebrew or of another such script."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in {"L", "R", "AL"}), "L") != "L"
