"""Importing an export and training ``logreg`` through the HTTP API, beside TRAM's protocol in plain scikit-learn.

    python benchmarks/train.py EXPORT.json

Starts a server of its own on a free port of the loopback address, with its data in a temporary folder, and prints one
JSON object. Both sides are held to one thread. ``peer`` is TRAM's published protocol: counts of words without digits,
English stop words, at least three documents a word, multinomial logistic regression, 80/20 stratified, seed 0. The
ratios are ours over the peer's, so that less is better for seconds and more for F1; the peer's seconds are one fit and
its prediction, ours are everything from the request to the stored model: a fit on 80 %, its evaluation, a fit on all.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from server import BenchmarkServer

_RUNS = 3
_MIN_DOCUMENTS = 3
_MIN_SENTENCES = 4


def ours(export: bytes) -> dict[str, object]:
    """Import and train over HTTP; the best of three trainings, as the first one warms caches up."""
    with BenchmarkServer() as server:
        server.wait_until_ready()
        started = time.perf_counter()
        server.post("/api/report-mappings/", export)
        imported = time.perf_counter() - started
        walls, reported = [], []
        for _ in range(_RUNS):
            started = time.perf_counter()
            reported.append(server.post("/api/train-model/logreg")["elapsed_sec"])
            walls.append(time.perf_counter() - started)
        result = server.train_async("logreg")
    return {
        "import_sec": round(imported, 3),
        "elapsed_sec": round(min(reported), 3),
        "elapsed_sec_of_each_run": [round(seconds, 3) for seconds in reported],
        "wall_sec": round(min(walls), 3),
        **{f"f1_{kind}": round(result[f"f1_{kind}"], 4) for kind in ("weighted", "micro", "macro")},
    }


def peer(export: bytes) -> dict[str, object]:
    """Run TRAM's protocol in this process."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split

    accepted = [item for item in json.loads(export)["sentences"] if item["disposition"] == "accept"]
    pairs = [(item["text"], mapping["attack_id"]) for item in accepted for mapping in item["mappings"]]
    labels = [label for _, label in pairs]
    kept = {label for label in set(labels) if labels.count(label) >= _MIN_SENTENCES}
    texts = [re.sub(r"\d+", "", text) for text, label in pairs if label in kept]
    labels = [label for label in labels if label in kept]
    fits = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        x_train, x_test, y_train, y_test = train_test_split(
            texts, labels, test_size=0.2, random_state=0, stratify=labels
        )
        words = CountVectorizer(stop_words="english", min_df=_MIN_DOCUMENTS)
        model = LogisticRegression().fit(words.fit_transform(x_train), y_train)
        predicted = model.predict(words.transform(x_test))
        fits.append(time.perf_counter() - started)
    scores = {
        f"f1_{kind}": round(float(f1_score(y_test, predicted, average=kind)), 4)
        for kind in ("weighted", "micro", "macro")
    }
    return {"rows": len(labels), "fit_and_predict_sec": round(min(fits), 3), **scores}


def main(path: str) -> None:
    export = Path(path).read_bytes()
    found, other = ours(export), peer(export)
    ratios = {
        "seconds": round(float(str(found["elapsed_sec"])) / float(str(other["fit_and_predict_sec"])), 3),
        "f1_weighted": round(float(str(found["f1_weighted"])) / float(str(other["f1_weighted"])), 4),
    }
    print(json.dumps({"file": Path(path).name, "ours": found, "peer": other, "ours_over_peer": ratios}, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - one argument
        sys.exit(__doc__)
    main(sys.argv[1])
