"""Compares active learning with random sampling on TRAM's bootstrap sentences: labels needed for 95 % of the full F1.

Starting from 250 random labels, the model is trained, chooses the next 250 among the others, and so on; F1 is measured
on a held-out fifth. The learner is TRAM's logreg unless another is named, since it is trained dozens of times.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from material import bootstrap, quiet

from tram_ext.ml.active_learning import diversified_order, informativeness
from tram_ext.ml.confidences import proposal_confidences, threshold_of
from tram_ext.ml.evaluation.splits import holdout
from tram_ext.ml.examples import take
from tram_ext.ml.model import TrainingSet
from tram_ext.ml.nearest_neighbors import tfidf_vectors
from tram_ext.ml.registry import model_class

FIRST, STEP, LAST = 250, 250, 4000
SEEDS = (0, 1)
SHARE = 0.95


def curve(name: str, rows: TrainingSet, test: TrainingSet, seed: int, *, by_use: bool) -> dict[int, float]:
    """Return micro F1 by number of labels."""
    learner = model_class(name)
    random = np.random.default_rng(seed)
    pool = random.permutation(len(rows.texts)).tolist()
    chosen, pool = pool[:FIRST], pool[FIRST:]
    found = {}
    while True:
        model = learner.fit(take(rows, chosen), quiet)
        best = model.predict(test.texts)
        found[len(chosen)] = float(np.mean([guess in own for guess, own in zip(best, test.labels, strict=True)]))
        if len(chosen) >= LAST:
            return found
        if by_use:
            texts = [rows.texts[row] for row in pool]
            likely = proposal_confidences(model, texts, None)
            worth = informativeness(likely, threshold_of(model, None), multi_label=model.multi_label)
            ranked = diversified_order(worth, tfidf_vectors(texts)).tolist()
            pool = [pool[place] for place in ranked]
        chosen, pool = chosen + pool[:STEP], pool[STEP:]


def main(name: str) -> None:
    """Compare both ways of sampling."""
    texts, labels = bootstrap()
    rows = TrainingSet(
        tuple(texts), tuple((label,) for label in labels), ("bootstrap",) * len(texts), (False,) * len(texts)
    )
    results = []
    for seed in SEEDS:
        train, test = holdout(rows, seed)
        learned, held_out = take(rows, train), take(rows, test)
        whole = model_class(name).fit(learned, quiet)
        full = float(np.mean([g in own for g, own in zip(whole.predict(held_out.texts), held_out.labels, strict=True)]))
        result = {"seed": seed, "all_labels": len(train), "f1_micro_of_all": round(full, 4)}
        for way in ("use", "random"):
            points = curve(name, learned, held_out, seed, by_use=way == "use")
            enough = [count for count, f1 in points.items() if f1 >= SHARE * full]
            result[way] = {
                "labels_for_95_percent": min(enough) if enough else None,
                "f1_micro": {str(count): round(f1, 4) for count, f1 in points.items()},
            }
        results.append(result)
    print(json.dumps({"model": name, "runs": results}, indent=2))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "logreg")
