"""Measures how many known label errors of TRAM's bootstrap sentences the label check finds, beside a random choice.

Known errors, or at least disputed labels, are those of sentences that occur with another technique elsewhere, exactly
or nearly; and labels that this script exchanges itself.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import defaultdict
from dataclasses import replace

import numpy as np
from material import bootstrap, quiet

from tram_ext.ml.label_errors import find_label_errors
from tram_ext.ml.model import TrainingSet
from tram_ext.ml.nearest_neighbors import NearestNeighbors

LISTED = (100, 300)
NEAR = 0.9
EXCHANGED = 200


def disputed(texts: list[str], labels: list[str]) -> tuple[set[int], set[int]]:
    """Return the rows with the words of a row of another technique, and the others with a near duplicate of one."""
    by_words = defaultdict(set)
    for text, label in zip(texts, labels, strict=True):
        by_words[words(text)].add(label)
    exact = {row for row, text in enumerate(texts) if len(by_words[words(text)]) > 1}
    near = NearestNeighbors()
    near.put(0, texts)
    twins = set()
    for row, text in enumerate(texts):
        found = near.nearest(text, 1, lambda _, other, row=row: labels[other] != labels[row])
        if found and found[0].similarity >= NEAR:
            twins.add(row)
    return exact, twins - exact


def words(text: str) -> str:
    """Return the words of a text, in lower case."""
    return " ".join(re.findall(r"\w+", text.lower()))


def main(name: str) -> None:
    """Check the original labels, and with some exchanged."""
    texts, labels = bootstrap()
    rows = TrainingSet(
        tuple(texts), tuple((label,) for label in labels), ("bootstrap",) * len(texts), (False,) * len(texts)
    )
    exact, twins = disputed(texts, labels)
    random = np.random.default_rng(0)
    began = time.process_time()
    found = [doubt.row for doubt in find_label_errors(name, rows, min_examples=4, progress=quiet)]
    seconds = time.process_time() - began
    chosen = random.permutation(len(texts))
    wrong = {int(row): labels[row] for row in random.choice(len(texts), EXCHANGED, replace=False)}
    techniques = sorted(set(labels))
    exchanged = list(rows.labels)
    for row, label in wrong.items():
        exchanged[row] = (str(random.choice([other for other in techniques if other != label])),)
    again = find_label_errors(name, replace(rows, labels=tuple(exchanged)), min_examples=4, progress=quiet)
    result = {
        "model": name,
        "sentences": len(texts),
        "cpu_s": round(seconds, 1),
        "doubted": len(found),
        "disputed_word_for_word": len(exact),
        "disputed_nearly": len(twins),
        "among": {
            str(n): {
                "doubted": {"word_for_word": len(exact & set(found[:n])), "nearly": len(twins & set(found[:n]))},
                "random": {
                    "word_for_word": len(exact & set(chosen[:n].tolist())),
                    "nearly": len(twins & set(chosen[:n].tolist())),
                },
            }
            for n in LISTED
        },
        "exchanged": {
            "labels": EXCHANGED,
            "found_among_the_first_200": sum(doubt.row in wrong for doubt in again[:EXCHANGED]),
            "expected_at_random": round(EXCHANGED * EXCHANGED / len(texts), 1),
            "put_right": sum(wrong.get(doubt.row) == doubt.instead for doubt in again),
        },
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "linear")
