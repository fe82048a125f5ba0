from collections import Counter

import numpy as np
import pytest
from sklearn.naive_bayes import MultinomialNB
from sklearn.neural_network import MLPClassifier

from tram_ext.domain.errors import NotFound
from tram_ext.ml.explaining import Explains
from tram_ext.ml.model import SentenceModel
from tram_ext.ml.softmax import fit_softmax
from tram_ext.ml.tram.count_vectorizer import StemCountVectorizer
from tram_ext.ml.tram.models import DummyModel, LogisticModel, NaiveBayesModel, NeuralModel

LEARNERS = [NaiveBayesModel, LogisticModel, NeuralModel]
PHISHING = "The victim opened an email attachment, a phishing lure."


@pytest.fixture(scope="module")
def fitted(corpus, silent):
    return {cls: cls.fit(corpus, silent) for cls in [DummyModel, *LEARNERS]}


@pytest.fixture(scope="module")
def peer_counts(corpus):
    return StemCountVectorizer().fit_transform(corpus.texts)


@pytest.mark.parametrize("cls", [DummyModel, *LEARNERS])
def test_it_keeps_the_interface(fitted, cls):
    assert isinstance(fitted[cls], SentenceModel)
    assert (cls.multi_label, cls.learns_from_builtin, fitted[cls].threshold) == (False, False, None)
    assert fitted[cls].techniques == ("T1003.001", "T1059.001", "T1486", "T1566.001")


@pytest.mark.parametrize("cls", LEARNERS)
def test_it_learns_the_words_of_techniques(fitted, cls):
    assert fitted[cls].predict([PHISHING]) == ["T1566.001"]
    (proposals,) = fitted[cls].propose([PHISHING])
    assert proposals[0].attack_id == "T1566.001"


@pytest.mark.parametrize("cls", [DummyModel, *LEARNERS])
def test_proposals_are_all_over_the_threshold_best_first(fitted, cls):
    model = fitted[cls]
    (probabilities,) = model.confidences([PHISHING])
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)
    (everything,) = model.propose([PHISHING], 0.0)
    assert sorted((p.confidence for p in everything), reverse=True) == [p.confidence for p in everything]
    assert {p.attack_id: p.confidence for p in everything} == pytest.approx(
        dict(zip(model.techniques, probabilities.tolist(), strict=True))
    )
    least = everything[1].confidence
    assert model.propose([PHISHING], least) == [tuple(p for p in everything if p.confidence >= least)]
    assert model.propose([PHISHING], 1.1) == [()]


@pytest.mark.parametrize("cls", [DummyModel, *LEARNERS])
def test_no_text_no_proposal(fitted, cls):
    assert fitted[cls].propose([]) == []
    assert fitted[cls].predict([]) == []


@pytest.mark.parametrize("cls", [DummyModel, *LEARNERS])
def test_its_state_makes_the_same_model(fitted, cls, corpus):
    again = cls.from_state(fitted[cls].state())
    assert again.predict(corpus.texts) == fitted[cls].predict(corpus.texts)
    assert np.allclose(again.confidences(corpus.texts[:20]), fitted[cls].confidences(corpus.texts[:20]), atol=1e-6)


def test_naive_bayes_is_scikit_learns(fitted, corpus, peer_counts):
    peer = MultinomialNB().fit(peer_counts, [own[0] for own in corpus.labels])
    assert np.allclose(fitted[NaiveBayesModel].confidences(corpus.texts), peer.predict_proba(peer_counts), atol=1e-4)


def test_the_network_is_scikit_learns(fitted, corpus, peer_counts):
    peer = MLPClassifier(max_iter=1000, random_state=0).fit(peer_counts, [o[0] for o in corpus.labels])
    assert np.allclose(fitted[NeuralModel].confidences(corpus.texts), peer.predict_proba(peer_counts), atol=1e-3)


@pytest.mark.parametrize("cls", LEARNERS)
def test_two_techniques_are_enough(cls, silent, two_techniques):
    model = cls.fit(two_techniques, silent)
    truth = [own[0] for own in two_techniques.labels]
    assert np.mean([t == p for t, p in zip(truth, model.predict(two_techniques.texts), strict=True)]) > 0.95
    assert model.confidences(["ransom note"]).shape == (1, 2)


def test_the_dummy_draws_every_technique_alike_and_the_same_for_the_same_sentence(fitted):
    texts = [f"sentence {i}" for i in range(4000)]
    drawn = fitted[DummyModel].predict(texts)
    assert drawn == fitted[DummyModel].predict(texts)
    assert all(800 < count < 1200 for count in Counter(drawn).values())


def test_dropping_negligible_weights_changes_no_decision(corpus, silent):
    model = LogisticModel.fit(corpus, silent)
    counts = StemCountVectorizer().fit_transform(corpus.texts)
    classes = [model.techniques.index(own[0]) for own in corpus.labels]
    weights, biases = fit_softmax(counts, np.array(classes), len(model.techniques))
    assert np.count_nonzero(model.weights) < np.count_nonzero(weights)
    scores = counts @ weights + biases
    assert np.abs(model.scores(counts) - scores).max() < 0.05
    assert [model.techniques[i] for i in scores.argmax(axis=1)] == model.predict(corpus.texts)


@pytest.mark.parametrize("cls", LEARNERS)
def test_it_explains_with_the_words_that_count(fitted, cls):
    assert isinstance(fitted[cls], Explains)
    evidence = fitted[cls].explain(PHISHING, "T1566.001")
    words = [PHISHING[start:end] for start, end, _ in evidence]
    assert set(words[:3]) <= {"victim", "opened", "email", "attachment", "phishing", "lure"}
    assert all(weight > 0 for *_, weight in evidence)
    assert len(fitted[cls].explain(PHISHING, "T1566.001", 2)) == 2
    with pytest.raises(NotFound, match="T9999"):
        fitted[cls].explain(PHISHING, "T9999")


def test_the_dummy_has_no_reasons(fitted):
    assert not isinstance(fitted[DummyModel], Explains)
