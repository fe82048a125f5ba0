"""The techniques of a report in the order of the matrix, each with its best evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tram_ext.cli import output, text
from tram_ext.cli.attack.matrix import Matrix
from tram_ext.cli.mapping.reasons import Pair, Reasons
from tram_ext.cli.mapping.reasons import lines as reason_lines
from tram_ext.domain.assertions import MappingSource
from tram_ext.domain.reports import NewReport
from tram_ext.ml.text.mentions import names_only

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from tram_ext.domain.learning import Explanation

_LONGEST: Final = 400
"""Characters of a sentence that are shown; longer ones are lists or tables that were read as one."""

_NO_TACTIC: Final = "No tactic"
_WRITTEN: Final = " (id in the text)"
_ONLY_NAMED: Final = " (id in the text, which says no more)"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that a technique is mapped to.

    Attributes
    ----------
    confidence : float
        In percent.
    is_written : bool
        Whether the technique's id is written in it.
    names_only : bool
        Whether it does nothing else than name the technique, as a heading does.
    """

    text: str
    confidence: float
    is_written: bool
    names_only: bool


@dataclass(frozen=True)
class Finding:
    """A technique in a report with its evidence: descriptions by confidence, then mere mentions of its name."""

    attack_id: str
    sentences: tuple[Evidence, ...]


def find(report: NewReport, matrix: Matrix) -> list[Finding]:
    """Collect the techniques of `report` in the order of the matrix."""
    found: dict[str, list[tuple[bool, float, int, Evidence]]] = {}
    for sentence in report.sentences:
        for mapping in sentence.mappings:
            is_written = mapping.source is MappingSource.TEXT
            is_name = is_written and names_only(sentence.text, matrix.full_name(mapping.attack_id))
            evidence = Evidence(sentence.text, mapping.confidence, is_written, is_name)
            place = (is_name, -mapping.confidence, sentence.order, evidence)
            found.setdefault(mapping.attack_id, []).append(place)
    return [
        Finding(attack_id, tuple(evidence for *_, evidence in sorted(found[attack_id], key=lambda place: place[:3])))
        for attack_id in sorted(found, key=matrix.place)
    ]


def show(name: str, report: NewReport, matrix: Matrix, limit: int, reasons: Reasons | None = None) -> None:
    """Print a report's techniques.

    Parameters
    ----------
    limit : int
        Sentences shown for each technique; 0: all.
    reasons : Reasons, optional
        What explains the sentences that are shown.
    """
    found = find(report, matrix)
    shown = [(evidence.text, finding.attack_id) for finding in found for evidence in finding.sentences[: limit or None]]
    explained = reasons.of(shown) if reasons is not None and shown else {}
    mapped = sum(1 for sentence in report.sentences if sentence.mappings)
    summary = (
        f"{name}: {text.counted(len(found), 'technique')} in {mapped:,} "
        f"of {text.counted(len(report.sentences), 'sentence')}"
    )
    output.heading(f"{summary} (model {report.ml_model})")
    if found:
        output.show(_table(found, matrix, limit, explained))


def _table(found: Sequence[Finding], matrix: Matrix, limit: int, explained: Mapping[Pair, Explanation]) -> Table:
    """Return the table of findings grouped by their first tactic, sentences as wide as the page."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    tactic = ""
    for finding in found:
        first, *others = matrix.tactics_of(finding.attack_id) or [_NO_TACTIC]
        if first != tactic:
            tactic = first
            table.add_row()
            table.add_row("", output.cell(tactic.upper(), "bold"), "")
        title = output.cell("").append_text(output.cell(matrix.full_name(finding.attack_id), "bold"))
        if others:
            title.append_text(output.cell(f" (also {', '.join(others)})", "dim"))
        _add(table, finding, title, limit, explained)
    return table


def _add(table: Table, finding: Finding, title: Text, limit: int, explained: Mapping[Pair, Explanation]) -> None:
    shown = finding.sentences[: limit or None]
    table.add_row(output.cell(finding.attack_id, "bold"), title, _percent(shown[0].confidence))
    for index, evidence in enumerate(shown):
        sentence = output.cell(text.shortened(text.one_line(evidence.text), _LONGEST))
        if evidence.is_written:
            sentence.append_text(output.cell(_ONLY_NAMED if evidence.names_only else _WRITTEN, "dim"))
        table.add_row("", sentence, _percent(evidence.confidence) if index else "")
        explanation = explained.get((evidence.text, finding.attack_id))
        for line in [] if explanation is None else reason_lines(evidence.text, explanation):
            table.add_row("", output.cell(f"  {line}", "dim"), "")
    more = len(finding.sentences) - len(shown)
    if more:
        table.add_row("", output.cell(f"+ {text.counted(more, 'more sentence')}", "dim"), "")


def _percent(confidence: float) -> str:
    return f"{confidence:.1f} %"
