"""Measures how decisions in a report improve the proposals for the rest of it, without training.

Each annotated report is reviewed from its beginning until ten sentences with techniques are accepted; the others up to
there are rejected. The rest is scored with and without adaptation. The model is the default one, trained on ATT&CK's
texts alone.
"""

from __future__ import annotations

import json
import time

import numpy as np
from material import annotated_reports, attack_training_set, fifty, quiet

from tram_ext.ml.confidences import proposal_confidences, threshold_of
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.nearest_neighbors import NearestNeighbors
from tram_ext.ml.report_adaptation import adapt

ACCEPTED = 10


class Score:
    """Adds up scores of pairs of sentence and technique, and of the techniques of each report."""

    def __init__(self) -> None:
        self.hits = self.found = self.wanted = 0
        self.by_report: list[float] = []

    def add(self, found: np.ndarray, truth: np.ndarray) -> None:
        """Add a report: sentences by techniques."""
        self.hits += int((found & truth).sum())
        self.found += int(found.sum())
        self.wanted += int(truth.sum())
        mine, theirs = found.any(axis=0), truth.any(axis=0)
        if theirs.any():
            self.by_report.append(2 * (mine & theirs).sum() / (mine.sum() + theirs.sum()))

    def result(self) -> dict[str, float]:
        """Return the figures of all reports."""
        return {
            "pairs_f1": round(2 * self.hits / (self.found + self.wanted), 4),
            "pairs_precision": round(self.hits / max(self.found, 1), 4),
            "pairs_recall": round(self.hits / self.wanted, 4),
            "report_f1": round(float(np.mean(self.by_report)), 4),
        }


def main() -> None:
    """Review every report."""
    training, counted = attack_training_set(), sorted(fifty())
    model = LinearModel.fit(training, quiet)
    near = NearestNeighbors()
    near.put(0, training.texts)
    least = threshold_of(model, None)
    columns = [model.techniques.index(technique) for technique in counted]
    alone, adapted, seconds, reviewed = Score(), Score(), [], 0
    for report in annotated_reports():
        truth = np.array([[technique in own for technique in counted] for own in report.labels], bool)
        places = np.flatnonzero(truth.any(axis=1))
        if len(places) <= ACCEPTED:
            continue
        end = int(places[ACCEPTED - 1]) + 1
        order = [*range(end, len(truth)), *range(end)]
        texts = [report.sentences[row] for row in order]
        before = proposal_confidences(model, texts, None)[:, columns]
        began = time.process_time()
        after = adapt(before, near.tfidf_vectors(texts), len(truth) - end, truth[:end])
        seconds.append(time.process_time() - began)
        rest = truth[end:]
        alone.add(before[: len(rest)] >= least, rest)
        adapted.add(after >= least, rest)
        reviewed += 1
    result = {
        "reports": reviewed,
        "accepted_in_each": ACCEPTED,
        "model_alone": alone.result(),
        "with_decisions": adapted.result(),
        "cpu_s_a_report": round(float(np.mean(seconds)), 4),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
