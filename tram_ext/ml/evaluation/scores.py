"""Computes precision, recall and F1 by technique, their averages, and confusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tram_ext.domain.models import TechniqueScore


@dataclass(frozen=True)
class Scores:
    """Averages of F1 over all techniques in truth or prediction, as in scikit-learn.

    Attributes
    ----------
    techniques : tuple of TechniqueScore
        In the order of their ids.
    """

    f1_weighted: float
    f1_micro: float
    f1_macro: float
    techniques: tuple[TechniqueScore, ...]


def score(truth: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> Scores:
    """Compare true and predicted sets of techniques, row by row.

    Parameters
    ----------
    truth, predicted : sequence of sequence of str, of one length
        The techniques of each row; a row of TRAM's protocol has one in each.
    """
    true_positives: Counter[str] = Counter()
    support: Counter[str] = Counter()
    predicted_count: Counter[str] = Counter()
    for own, proposed in zip(truth, predicted, strict=True):
        true, guess = set(own), set(proposed)
        support.update(true)
        predicted_count.update(guess)
        true_positives.update(true & guess)
    rows = tuple(
        _technique(t, true_positives[t], predicted_count[t], support[t])
        for t in sorted(support.keys() | predicted_count.keys())
    )
    return Scores(
        f1_weighted=_ratio(sum(row.f1 * row.support for row in rows), support.total()),
        f1_micro=_ratio(2 * true_positives.total(), support.total() + predicted_count.total()),
        f1_macro=_ratio(sum(row.f1 for row in rows), len(rows)),
        techniques=rows,
    )


def score_documents(
    groups: Sequence[str], truth: Sequence[Sequence[str]], proposed: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Compare true and proposed sets of techniques by document; documents without techniques are left out.

    Returns
    -------
    dict
        ``documents``: their number; ``f1``: the mean of the documents' F1; ``f1_micro``: over all pairs of document and
        technique.
    """
    wanted: dict[str, set[str]] = {}
    given: dict[str, set[str]] = {}
    for group, own, found in zip(groups, truth, proposed, strict=True):
        wanted.setdefault(group, set()).update(own)
        given.setdefault(group, set()).update(found)
    scored = [group for group, own in wanted.items() if own]
    hits = {group: len(wanted[group] & given[group]) for group in scored}
    sizes = {group: len(wanted[group]) + len(given[group]) for group in scored}
    return {
        "documents": len(scored),
        "f1": _ratio(sum(2 * hits[group] / sizes[group] for group in scored), len(scored)),
        "f1_micro": _ratio(2 * sum(hits.values()), sum(sizes.values())),
    }


def confusions(truth: Sequence[str], predicted: Sequence[str], most: int = 20) -> list[dict[str, Any]]:
    """Return the most frequent confusions, most frequent first."""
    wrong = Counter((true, guess) for true, guess in zip(truth, predicted, strict=True) if true != guess)
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [{"truth": true, "predicted": guess, "count": count} for (true, guess), count in ranked]


def _technique(attack_id: str, hits: int, given: int, wanted: int) -> TechniqueScore:
    return TechniqueScore(
        attack_id,
        precision=_ratio(hits, given),
        recall=_ratio(hits, wanted),
        f1=_ratio(2 * hits, given + wanted),
        support=wanted,
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
