"""Explanations of proposals as text: the passages that weighed most, and similar accepted sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tram_ext.cli import output, text

if TYPE_CHECKING:
    from tram_ext.cli.attack.matrix import Matrix
    from tram_ext.cli.options import Workbench
    from tram_ext.domain.learning import Explanation

Pair: TypeAlias = tuple[str, str]
"""A sentence and a technique."""

_WORDS: Final = 6
_LONGEST: Final = 160
_LIKE: Final = 0.2
"""Similarity under which an accepted sentence explains nothing."""


@dataclass(frozen=True)
class Reasons:
    """Explains the proposals of one model."""

    workbench: Workbench
    model: str
    matrix: Matrix

    def of(self, pairs: Sequence[Pair]) -> Mapping[Pair, Explanation]:
        """Explain techniques of sentences."""
        wanted = list(dict.fromkeys(pairs))
        with output.progress_bar(lines=False) as tell:
            explanations = self.workbench.services.explanations
            found = explanations.of_texts(wanted, self.model, self.matrix.full_name, self.workbench.actor, tell)
        return dict(zip(wanted, found, strict=True))


def lines(said: str, explanation: Explanation) -> list[str]:
    """Return the lines that explain why the sentence `said` has a technique."""
    reasons = explanation.reasons[:_WORDS]
    weights = ", ".join(f"{said[reason.start : reason.end]} {reason.weight:+.1f}" for reason in reasons)
    found = [f"because of: {text.one_line(weights)}"] if weights else []
    if explanation.note:
        found.append(explanation.note)
    if explanation.examples and explanation.examples[0].similarity >= _LIKE:
        example = explanation.examples[0]
        quoted = text.shortened(text.one_line(example.text), _LONGEST)
        found.append(f"like: {quoted} ({text.one_line(example.report_name)}, {100 * example.similarity:.0f} % alike)")
    return found or ["no single word weighed"]
