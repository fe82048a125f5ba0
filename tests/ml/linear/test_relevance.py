from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tram_ext.attack import load_default
from tram_ext.domain.attack import AttackKind
from tram_ext.ml import files
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.linear.relevance import RelevanceClassifier, training_sentences
from tram_ext.ml.text.masking import masked
from tram_ext.ml.text.vectorizer import StemVectorizer

RELEVANT = [
    "The implant copies itself to the Startup folder and adds a value to the Run key.",
    "From there the operators moved to the file server over RDP and dumped LSASS with procdump.",
    "Its keylogger writes all keystrokes to a hidden file, which is sent to the controller every hour.",
]
IRRELEVANT = [
    "We thank our colleagues of the national team for sharing their samples with us.",
    "Windows event logs of the affected servers, in their original format",
    "By then the ticket had been closed automatically.",
    "The company restored the scheduled backups of its mail server within two days.",
]


@pytest.fixture(scope="module")
def vectorizer():
    examples = [example.text for example in load_default().procedure_examples]
    texts = [o.description for o in load_default().objects if o.kind is AttackKind.TECHNIQUE and o.description]
    vectorizer = StemVectorizer()
    vectorizer.fit_transform([masked(text) for text in (*examples[::4], *texts)])
    return vectorizer


@pytest.fixture(scope="module")
def classifier(vectorizer):
    texts, relevant = training_sentences()
    return RelevanceClassifier().fit(vectorizer.transform(texts), relevant)


def test_sentences_on_behaviour_have_higher_log_odds_than_others(vectorizer, classifier):
    assert classifier.decision_function(vectorizer.transform(RELEVANT)).min() > -0.5
    assert classifier.decision_function(vectorizer.transform(IRRELEVANT)).max() < -0.7


def test_sentences_of_held_out_reports_are_told_apart(vectorizer):
    from sklearn.metrics import roc_auc_score

    texts, relevant = training_sentences()
    x = vectorizer.transform(texts)
    held_out = len(texts) // 3  # the invented reports stand before the single sentences
    fitted = RelevanceClassifier().fit(x[held_out:], relevant[held_out:])
    assert roc_auc_score(relevant[:held_out], fitted.decision_function(x[:held_out])) > 0.85


def test_the_invented_sentences_are_labelled_and_unique():
    texts, relevant = training_sentences()
    assert len(texts) == len(relevant) > 4000
    assert 0.2 < relevant.mean() < 0.4
    assert len(set(texts)) > 0.99 * len(texts), "masks may make two of one"
    assert all(text.strip() for text in texts)


def test_its_state_makes_the_same_again(vectorizer, classifier):
    x = vectorizer.transform([*RELEVANT, *IRRELEVANT])
    again = RelevanceClassifier.from_state(classifier.state())
    assert np.array_equal(again.decision_function(x), classifier.decision_function(x))


def test_only_a_model_of_attacks_examples_without_reviewed_reports_has_one(examples):
    def has_one(training) -> bool:
        return LinearModel.fit(training, lambda share, stage: None).state()["scorer"]["telling"] is not None

    assert has_one(examples)
    accepted = replace(examples, builtin=(False,) * len(examples.texts))
    assert not has_one(accepted)
    n = 240
    reviewed = replace(
        examples,
        texts=(
            *examples.texts,
            *(f"Nobody saw the number {i} on this side of the river before noon." for i in range(n)),
        ),
        labels=(*examples.labels, *((),) * n),
        groups=(*examples.groups, *(f"reviewed {i % 8}" for i in range(n))),
        builtin=(*examples.builtin, *(False,) * n),
    )
    assert not has_one(reviewed)


def test_a_model_that_has_one_proposes_the_same_when_it_is_loaded(model):
    again = files.load(files.dump(model, "linear"), "linear")
    assert np.array_equal(again.confidences([*RELEVANT, *IRRELEVANT]), model.confidences([*RELEVANT, *IRRELEVANT]))
