"""Cross-validates the default model by report, with bootstrap and ATT&CK in training, beside TRAM's logreg."""

from __future__ import annotations

import json
import time

import numpy as np
from material import (
    AnnotatedReport,
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
    with_accepted,
)

from tram_ext.ml.linear import LinearModel

FOLDS = 5


def bootstrap_without(reports: list[AnnotatedReport]) -> list[tuple[str, str]]:
    """Return the bootstrap rows that occur in none of the given reports."""
    body = " ".join(" ".join(s.lower().split()) for report in reports for s in report.sentences)
    return [
        (text, current(technique))
        for text, technique in zip(*bootstrap(), strict=True)
        if " ".join(text.lower().split()).rstrip(".") not in body
    ]


def main() -> None:
    reports, counted, attack = annotated_reports(), fifty(), attack_training_set()
    order = np.random.default_rng(0).permutation(len(reports))
    ours, trams = ReportScore(counted), ReportScore(counted)
    seconds, thresholds = [], []
    for fold in range(FOLDS):
        numbers = set(order[fold::FOLDS].tolist())
        held_out = [reports[i] for i in sorted(numbers)]
        read = [report for i, report in enumerate(reports) if i not in numbers]
        rows = [(text, (technique,), "bootstrap") for text, technique in bootstrap_without(held_out)]
        rows += [(s, y, r.name) for r in read for s, y in zip(r.sentences, r.labels, strict=True)]
        texts, labels, groups = zip(*rows, strict=True)
        start = time.process_time()
        model = LinearModel.fit(with_accepted(attack, texts, labels, groups), quiet)
        seconds.append(time.process_time() - start)
        thresholds.append(model.threshold or 0.0)
        single = [(t, technique) for t, found in zip(texts, labels, strict=True) for technique in found]
        pipeline = tram_pipeline().fit([tram_text(t) for t, _ in single], [technique for _, technique in single])
        propose = report_proposals(model)
        for report in held_out:
            ours.add(report, propose(report.sentences))
            trams.add(report, tram_proposals(pipeline, report.sentences))
    result = {
        "folds": FOLDS,
        "linear": {
            **ours.result(),
            "fit_cpu_s": round(float(np.mean(seconds)), 1),
            "thresholds": [round(t, 3) for t in thresholds],
        },
        "tram_logreg": trams.result(),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
