"""The techniques of a report as an analyst reads them: along the matrix, each with its surest sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tram_ext.cli import output, text
from tram_ext.cli.matrix import Matrix
from tram_ext.domain.reports import NewReport

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST: Final = 400
"""Characters of a sentence that are shown; longer ones are lists or tables that were read as one."""

_NO_TACTIC: Final = "No tactic"


@dataclass(frozen=True)
class Finding:
    """A technique in a report: its sentences with their confidence in percent, the surest first."""

    attack_id: str
    sentences: tuple[tuple[float, str], ...]


def find(report: NewReport, matrix: Matrix) -> list[Finding]:
    """Collect the techniques of `report`, along the matrix."""
    found: dict[str, list[tuple[float, int, str]]] = {}
    for sentence in report.sentences:
        for mapping in sentence.mappings:
            found.setdefault(mapping.attack_id, []).append((-mapping.confidence, sentence.order, sentence.text))
    return [
        Finding(attack_id, tuple((-confidence, said) for confidence, _, said in sorted(found[attack_id])))
        for attack_id in sorted(found, key=matrix.place)
    ]


def show(name: str, report: NewReport, matrix: Matrix, limit: int) -> None:
    """Print a report's techniques.

    Parameters
    ----------
    limit : int
        Sentences shown for each technique; 0: all.
    """
    found = find(report, matrix)
    mapped = sum(1 for sentence in report.sentences if sentence.mappings)
    summary = (
        f"{name}: {text.counted(len(found), 'technique')} in {mapped:,} "
        f"of {text.counted(len(report.sentences), 'sentence')}"
    )
    output.heading(f"{summary} (model {report.ml_model})")
    if found:
        output.show(_table(found, matrix, limit))


def _table(found: Sequence[Finding], matrix: Matrix, limit: int) -> Table:
    """Lay the findings out under the first of their tactics; a sentence has the width of the page."""
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
        _add(table, finding, matrix.full_name(finding.attack_id), others, limit)
    return table


def _add(table: Table, finding: Finding, name: str, others: Sequence[str], limit: int) -> None:
    shown = finding.sentences[: limit or None]
    title = output.cell("").append_text(output.cell(name, "bold"))
    if others:
        title.append_text(output.cell(f" (also {', '.join(others)})", "dim"))
    table.add_row(output.cell(finding.attack_id, "bold"), title, _percent(shown[0][0]))
    for index, (confidence, said) in enumerate(shown):
        sentence = output.cell(text.shortened(text.one_line(said), _LONGEST))
        table.add_row("", sentence, _percent(confidence) if index else "")
    more = len(finding.sentences) - len(shown)
    if more:
        table.add_row("", output.cell(f"+ {text.counted(more, 'more sentence')}", "dim"), "")


def _percent(confidence: float) -> str:
    return f"{confidence:.1f} %"
