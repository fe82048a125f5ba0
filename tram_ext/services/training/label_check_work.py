"""What the child process does to check labels; the same runs here where an executor does the heavy part."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tram_ext.ml.label_errors import LabelError
    from tram_ext.ml.model import TrainingSet

_TWIN: Final = 0.8
_FITTED_SHARE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Found:
    """A doubt, and the row of a nearly identical sentence that is labelled otherwise, with its similarity."""

    doubt: LabelError
    twin: int | None
    similarity: float


def check_in_child(
    name: str, training: TrainingSet, min_examples: int, most: int, progress: Callable[[float, str], None]
) -> tuple[Found, ...]:
    """Check labels in this process, one fold after the other."""
    return check(name, training, min_examples, most, progress)


def check(
    name: str,
    training: TrainingSet,
    min_examples: int,
    most: int,
    progress: Callable[[float, str], None],
    *,
    executor: Executor | None = None,
) -> tuple[Found, ...]:
    """Return the greatest doubts about the labels of accepted sentences, `most` of them at most."""
    from tram_ext.ml.label_errors import find_label_errors
    from tram_ext.ml.nearest_neighbors import NearestNeighbors

    found = find_label_errors(
        name,
        training,
        min_examples=min_examples,
        executor=executor,
        progress=lambda share, stage: progress(_FITTED_SHARE * share, stage),
    )[:most]
    progress(_FITTED_SHARE, "looking for twins")
    near: NearestNeighbors[int] = NearestNeighbors()
    near.put(0, training.texts)

    def twin(doubt: LabelError) -> Found:
        own = set(training.labels[doubt.row])
        close = near.nearest(training.texts[doubt.row], 1, lambda _, row: set(training.labels[row]) != own)
        if not close or close[0].similarity < _TWIN:
            return Found(doubt, None, 0.0)
        return Found(doubt, close[0].place, close[0].similarity)

    return tuple(twin(doubt) for doubt in found)
