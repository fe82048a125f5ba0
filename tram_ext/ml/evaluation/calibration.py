"""Measures calibration: whether predictions with a confidence of 80 % are right in 80 of 100 cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def reliability(confidences: Sequence[float], correct: Sequence[bool], bins: int = 15) -> dict[str, Any]:
    """Compare confidences with accuracies, in bins of equal width.

    Returns
    -------
    dict
        ``ece``: expected calibration error, 0 to 1, the mean gap weighted by rows; ``ece_by_chance``: about its
        expectation for a perfectly calibrated model, from sampling error alone: in each bin the mean absolute
        deviation of a normal distribution, sqrt(2 / pi) standard deviations; ``bins``: those that are not empty, each
        ``{"from", "to", "count", "confidence", "accuracy"}``.
    """
    confidence = np.asarray(confidences, dtype=float)
    right = np.asarray(correct, dtype=float)
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    rows, chance = [], 0.0
    for number in np.unique(place):
        inside = place == number
        rows.append(
            {
                "from": float(number / bins),
                "to": float((number + 1) / bins),
                "count": int(inside.sum()),
                "confidence": float(confidence[inside].mean()),
                "accuracy": float(right[inside].mean()),
            }
        )
        chance += float(np.sqrt(2 / np.pi * (confidence[inside] * (1 - confidence[inside])).sum()))
    gap = sum(row["count"] * abs(row["confidence"] - row["accuracy"]) for row in rows)
    n = max(len(confidence), 1)
    return {"ece": gap / n, "ece_by_chance": chance / n, "bins": rows}
