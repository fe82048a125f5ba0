"""Measures how the time of a fit grows with rows: from an eighth of TRAM's sentences to all, from all to eightfold.

The additional sentences are variants with a fifth of the words removed and others swapped, so that words, word pairs
and rows all grow. Beside it TRAM's pipeline on the same rows; one thread each, CPU seconds.
"""

from __future__ import annotations

import json
import random
import time

from material import bootstrap, quiet, tram_pipeline, tram_text
from sklearn.model_selection import train_test_split

from tram_ext.ml.linear import LinearModel
from tram_ext.ml.model import TrainingSet

TIMES = 8
LEFT_OUT = 0.2
MAX_RATIO = 10


def varied(texts: list[str], seed: int) -> list[str]:
    """Return the texts with words removed and adjacent words swapped."""
    draw = random.Random(seed)
    found = []
    for text in texts:
        words = [word for word in text.split() if draw.random() > LEFT_OUT] or text.split()
        place = draw.randrange(max(len(words) - 1, 1))
        words[place : place + 2] = reversed(words[place : place + 2])
        found.append(" ".join(words))
    return found


def ours(texts: list[str], labels: list[str]) -> float:
    rows = TrainingSet(tuple(texts), tuple((t,) for t in labels), ("bootstrap",) * len(texts), (False,) * len(texts))
    start = time.process_time()
    LinearModel.fit(rows, quiet)
    return time.process_time() - start


def trams(texts: list[str], labels: list[str]) -> float:
    start = time.process_time()
    tram_pipeline().fit([tram_text(text) for text in texts], labels)
    return time.process_time() - start


def main() -> None:
    texts, labels = bootstrap()
    few, _, few_labels, _ = train_test_split(texts, labels, train_size=1 / TIMES, random_state=0, stratify=labels)
    many = [text for seed in range(TIMES) for text in (varied(texts, seed) if seed else texts)]
    sizes = {"an_eighth": (few, few_labels), "all": (texts, labels), "eightfold": (many, labels * TIMES)}
    seconds: dict[str, dict[str, float]] = {"linear": {}, "tram_logreg": {}}
    for size, rows in sizes.items():
        seconds["linear"][size] = ours(*rows)
        seconds["tram_logreg"][size] = trams(*rows)
    result = {
        name: {
            "fit_cpu_s": {size: round(value, 2) for size, value in own.items()},
            "times_as_long": {
                "an_eighth_to_all": round(own["all"] / own["an_eighth"], 2),
                "all_to_eightfold": round(own["eightfold"] / own["all"], 2),
            },
        }
        for name, own in seconds.items()
    }
    held = max(result["linear"]["times_as_long"].values()) <= MAX_RATIO
    print(json.dumps({"rows": {size: len(rows[0]) for size, rows in sizes.items()}, **result, "holds": held}, indent=2))


if __name__ == "__main__":
    main()
