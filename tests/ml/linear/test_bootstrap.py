from __future__ import annotations

import json

import numpy as np
import pytest

from tram_ext.ml.linear import LinearModel
from tram_ext.ml.model import TrainingSet


@pytest.mark.real_data
def test_on_trams_sentences_it_is_better_than_tram(real_data):
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split

    sentences = json.loads((real_data / "tram-bootstrap.json").read_text("utf-8"))["sentences"]
    texts = [s["text"] for s in sentences for _ in s["mappings"]]
    labels = [m["attack_id"] for s in sentences for m in s["mappings"]]
    a, b, ya, yb = train_test_split(texts, labels, test_size=0.2, random_state=0, stratify=labels)
    n = len(a)
    model = LinearModel.fit(
        TrainingSet(tuple(a), tuple((y,) for y in ya), ("one file",) * n, (False,) * n), lambda share, stage: None
    )
    assert f1_score(yb, model.predict(b), average="micro") > 0.88
    best = [row[0] for row in model.propose(b, threshold=0.0)]
    hits = np.array([p.attack_id == y for p, y in zip(best, yb, strict=True)])
    assert abs(hits.mean() - np.mean([p.confidence for p in best])) < 0.03
