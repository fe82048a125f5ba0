"""Data sets that models learn from; README.md says how each was made and what it is for."""

from __future__ import annotations

from importlib import resources


def invented_reports() -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """Return the sentences of the invented reports, and whether each describes adversary behaviour."""
    lines = resources.files(__name__).joinpath("invented_reports.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line and not line.startswith("#")]
    return tuple(text for _, text in pairs), tuple(label == "1" for label, _ in pairs)
