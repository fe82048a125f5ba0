"""Input and output of an export: reports with their sentences and ATT&CK, and the rendered file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tram_ext.domain.attack import AttackObject, AttackRelease
from tram_ext.domain.documents import Block
from tram_ext.domain.reports import Report, Sentence


@dataclass(frozen=True)
class ReviewedReport:
    """A stored report, all its sentences, and the parts of its text that are more than paragraphs."""

    report: Report
    sentences: tuple[Sentence, ...]
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class ExportBundle:
    """Everything that a format needs, so that no format reads from a store.

    Attributes
    ----------
    objects : mapping of str to AttackObject
        Techniques and tactics by ATT&CK id. A technique that is missing is shown as retired.
    releases : tuple of AttackRelease
        The loaded versions of ATT&CK, which every export names.
    accepted_only : bool
        Leave out what no person accepted. Without it, rejected sentences are in CSV, and sentences that await review
        are everywhere, marked as such. TRAM's JSON is always whole.
    """

    reports: tuple[ReviewedReport, ...]
    objects: Mapping[str, AttackObject] = field(default_factory=dict)
    releases: tuple[AttackRelease, ...] = ()
    accepted_only: bool = False

    def attack_version(self) -> str:
        """Return domain and version of the loaded ATT&CK (``enterprise-attack 18.1``), joined by commas."""
        return ", ".join(f"{release.domain} {release.version}" for release in self.releases) or "not loaded"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file; `suffix` is what its name ends with (``.docx``)."""

    content: bytes
    media_type: str
    suffix: str
