from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tram_ext.attack import load_default
from tram_ext.domain.attack import AttackKind
from tram_ext.ml import files
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.linear.relevance import Telling, invented_sentences
from tram_ext.ml.text.masking import masked
from tram_ext.ml.text.vectorizer import Features

TOLD = [
    "The implant copies itself to the Startup folder and adds a value to the Run key.",
    "From there the operators moved to the file server over RDP and dumped LSASS with procdump.",
    "Its keylogger writes all keystrokes to a hidden file, which is sent to the controller every hour.",
]
UNTOLD = [
    "We thank our colleagues of the national team for sharing their samples with us.",
    "Windows event logs of the affected servers, in their original format",
    "By then the ticket had been closed automatically.",
    "The company restored the scheduled backups of its mail server within two days.",
]


@pytest.fixture(scope="module")
def features():
    examples = [example.text for example in load_default().procedure_examples]
    texts = [o.description for o in load_default().objects if o.kind is AttackKind.TECHNIQUE and o.description]
    return Features.learn([masked(text) for text in (*examples[::4], *texts)])[0]


@pytest.fixture(scope="module")
def telling(features):
    return Telling.fit(features.rows)


def test_doubts_what_tells_nothing_and_nothing_else(features, telling):
    told, untold = telling.doubts(features.rows(TOLD)), telling.doubts(features.rows(UNTOLD))
    assert told.max() <= 0
    assert told.min() > -0.5
    assert untold.max() < -0.7


def test_reports_it_has_not_seen_are_told_apart(features):
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    texts, tells = invented_sentences()
    rows, tells = features.rows(texts), np.array(tells)
    held_out = len(texts) // 3  # the invented reports stand before the single sentences
    fitted = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(rows[held_out:], tells[held_out:])
    assert roc_auc_score(tells[:held_out], fitted.decision_function(rows[:held_out])) > 0.85


def test_the_invented_sentences_are_marked_and_stand_there_once():
    texts, tells = invented_sentences()
    assert len(texts) == len(tells) > 4000
    assert 0.2 < sum(tells) / len(tells) < 0.4
    assert len(set(texts)) > 0.99 * len(texts), "masks may make two of one"
    assert all(text.strip() for text in texts)


def test_its_state_makes_the_same_again(features, telling):
    rows = features.rows([*TOLD, *UNTOLD])
    assert np.array_equal(Telling.from_state(telling.state()).doubts(rows), telling.doubts(rows))


def test_only_a_model_of_attacks_examples_without_read_reports_doubts(examples):
    def doubts(training) -> bool:
        return LinearModel.fit(training, lambda share, stage: None).state()["scorer"]["telling"] is not None

    assert doubts(examples)
    accepted = replace(examples, builtin=(False,) * len(examples.texts))
    assert not doubts(accepted)
    n = 240
    read = replace(
        examples,
        texts=(
            *examples.texts,
            *(f"Nobody saw the number {i} on this side of the river before noon." for i in range(n)),
        ),
        labels=(*examples.labels, *((),) * n),
        groups=(*examples.groups, *(f"read {i % 8}" for i in range(n))),
        builtin=(*examples.builtin, *(False,) * n),
    )
    assert not doubts(read)


def test_a_model_that_doubts_proposes_the_same_when_it_is_loaded(model):
    again = files.load(files.dump(model, "linear"), "linear")
    assert np.array_equal(again.confidences([*TOLD, *UNTOLD]), model.confidences([*TOLD, *UNTOLD]))
