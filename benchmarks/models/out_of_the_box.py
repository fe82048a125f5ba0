"""Evaluates the default model trained on ATT&CK's texts alone, beside TRAM's logreg: ranking and annotated reports."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict

import numpy as np
from material import (
    ReportScore,
    annotated_reports,
    attack_training_set,
    bootstrap,
    current,
    fifty,
    quiet,
    report_proposals,
    tram_pipeline,
    tram_proposals,
    tram_text,
)

from tram_ext.ml import files
from tram_ext.ml.linear import LinearModel

SHINGLE = 8
CONTAINED = 0.5


def shingles(text: str) -> set[str]:
    flat = " ".join(text.lower().split())
    return {flat[i : i + SHINGLE] for i in range(max(1, len(flat) - SHINGLE + 1))}


def clean_rows(examples) -> tuple[list[tuple[str, str]], list[bool]]:
    """Return the bootstrap rows that share less than half of their shingles with any procedure example.

    The flags mark rows that also contain less than half of the shingles of any example, which is stricter.
    """
    where = defaultdict(list)
    sizes = []
    for number, example in enumerate(examples):
        own = shingles(example)
        sizes.append(len(own))
        for shingle in own:
            where[shingle].append(number)
    rows, strict = [], []
    for text, technique in zip(*bootstrap(), strict=True):
        own = shingles(text)
        shared = Counter(number for shingle in own for number in where.get(shingle, ()))
        if max(shared.values(), default=0) / len(own) < CONTAINED:
            rows.append((text, current(technique)))
            strict.append(all(n / sizes[number] < CONTAINED for number, n in shared.items()))
    return rows, strict


def top(order, truth, strict) -> dict[str, float]:
    figures = {}
    for k in (1, 5):
        hits = np.array([t in row[:k] for row, t in zip(order, truth, strict=True)])
        figures[f"top_{k}"] = round(float(hits.mean()), 4)
        figures[f"top_{k}_strict"] = round(float(hits[np.array(strict)].mean()), 4)
    return figures


def main() -> None:
    training = attack_training_set()
    clean, strict = clean_rows(training.texts)
    texts, truth = [t for t, _ in clean], [t for _, t in clean]
    reports, counted = annotated_reports(), fifty()

    start = time.process_time()
    model = LinearModel.fit(training, quiet)
    fit = time.process_time() - start
    data = files.dump(model, "linear")
    start = time.process_time()
    files.load(data, "linear")
    load = time.process_time() - start
    score, propose = ReportScore(counted), report_proposals(model)
    for report in reports:
        score.add(report, propose(report.sentences))
    order = [[p.attack_id for p in row[:5]] for row in model.propose(texts, threshold=0.0)]
    ours = {
        "techniques": len(model.techniques),
        "fit_cpu_s": round(fit, 1),
        "file_bytes": len(data),
        "load_cpu_s": round(load, 3),
        "threshold": round(model.threshold or 0.0, 3),
        "clean_rows": top(order, truth, strict),
        "reports": score.result(),
    }

    start = time.process_time()
    pipeline = tram_pipeline().fit([tram_text(t) for t in training.texts], [labels[0] for labels in training.labels])
    fit = time.process_time() - start
    score = ReportScore(counted)
    for report in reports:
        score.add(report, tram_proposals(pipeline, report.sentences))
    best = np.argsort(-pipeline.predict_proba([tram_text(t) for t in texts]), axis=1)[:, :5]
    trams = {
        "techniques": len(pipeline.classes_),
        "fit_cpu_s": round(fit, 1),
        "clean_rows": top([[str(pipeline.classes_[i]) for i in row] for row in best], truth, strict),
        "reports": score.result(),
    }
    print(
        json.dumps(
            {"clean_rows": len(clean), "strictly_clean_rows": sum(strict), "linear": ours, "tram_logreg": trams},
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
