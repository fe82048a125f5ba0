"""Evaluates the default model on TRAM's protocol, seeds 0-4, beside TRAM's pipeline, one thread each.

Where a sentence encoder is installed, also the default model with it; its seconds include encoding the texts that no
earlier seed has encoded.
"""

from __future__ import annotations

import json
import time

import numpy as np
from material import bootstrap, quiet, tram_pipeline, tram_text
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

from tram_ext.ml import encoders
from tram_ext.ml.evaluation.calibration import reliability
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.model import TrainingSet

SEEDS = range(5)


def figures(truth, predicted, confidences, seconds) -> dict[str, float]:
    fit, predict, evaluate = seconds
    calibration = reliability(confidences, [t == p for t, p in zip(truth, predicted, strict=True)])
    return {
        **{f"f1_{average}": f1_score(truth, predicted, average=average) for average in ("micro", "macro", "weighted")},
        "ece": calibration["ece"],
        "ece_by_chance": calibration["ece_by_chance"],
        "fit_cpu_s": fit,
        "fit_and_evaluate_cpu_s": fit + evaluate,
        "predict_sentences_per_s": len(truth) / predict,
    }


def ours(train, test, encoder="none") -> dict[str, float]:
    texts, labels = train
    start = time.process_time()
    rows = TrainingSet(
        tuple(texts),
        tuple((t,) for t in labels),
        ("bootstrap",) * len(texts),
        (False,) * len(texts),
        encoder=encoder,
    )
    model = LinearModel.fit(rows, quiet)
    fitted = time.process_time()
    predicted = model.predict(test[0])
    done = time.process_time()
    confidences = [row[0].confidence for row in model.propose(test[0], threshold=0.0)]
    return figures(test[1], predicted, confidences, (fitted - start, done - fitted, time.process_time() - fitted))


def trams(train, test) -> dict[str, float]:
    start = time.process_time()
    pipeline = tram_pipeline().fit([tram_text(t) for t in train[0]], train[1])
    fitted = time.process_time()
    predicted = pipeline.predict([tram_text(t) for t in test[0]])
    done = time.process_time()
    confidences = pipeline.predict_proba([tram_text(t) for t in test[0]]).max(axis=1)
    return figures(test[1], predicted, confidences, (fitted - start, done - fitted, time.process_time() - fitted))


def main() -> None:
    texts, labels = bootstrap()
    encoder = encoders.chosen("auto")
    results: dict[str, list[dict[str, float]]] = {"linear": [], "tram_logreg": []}
    if encoder:
        results[f"linear_with_{encoder}"] = []
    for seed in SEEDS:
        a, b, ya, yb = train_test_split(texts, labels, test_size=0.2, random_state=seed, stratify=labels)
        results["linear"].append(ours((a, ya), (b, yb)))
        results["tram_logreg"].append(trams((a, ya), (b, yb)))
        if encoder:
            results[f"linear_with_{encoder}"].append(ours((a, ya), (b, yb), encoder))
    summary = {
        name: {
            key: {"mean": round(float(np.mean(values)), 4), "std": round(float(np.std(values)), 4)}
            for key in rows[0]
            for values in [[row[key] for row in rows]]
        }
        for name, rows in results.items()
    }
    print(json.dumps({"rows": len(texts), "techniques": len(set(labels)), "seeds": len(SEEDS), **summary}, indent=2))


if __name__ == "__main__":
    main()
