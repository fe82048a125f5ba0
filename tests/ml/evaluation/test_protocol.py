import pytest

from tram_ext.domain.models import Proposal
from tram_ext.ml.evaluation.protocol import fit_and_measure, measure
from tram_ext.ml.model import SentenceModel, TrainingSet
from tram_ext.ml.tram.models import LogisticModel

_WORD_OF = {"T1": "one", "T2": "two", "T3": "three"}


class Keywords:
    """Proposes the techniques whose word stands in the text; a model without confidences()."""

    multi_label = True
    learns_from_builtin = False
    threshold = 0.5
    techniques = ("T3", "T1", "T2")

    @classmethod
    def fit(cls, training, progress):
        return cls()

    def propose(self, texts, threshold=None):
        least = self.threshold if threshold is None else threshold
        rows = []
        for text in texts:
            found = [Proposal(t, 0.9 if _WORD_OF[t] in text else 0.1) for t in self.techniques]
            rows.append(tuple(sorted((p for p in found if p.confidence >= least), key=lambda p: -p.confidence)))
        return rows

    def predict(self, texts):
        return [row[0].attack_id for row in self.propose(texts, 0.0)]

    def state(self):
        return {}

    @classmethod
    def from_state(cls, state):
        return cls()


HELD_OUT = TrainingSet(
    texts=("one", "two and one", "nothing", "three here", "nothing of one"),
    labels=(("T1",), ("T1", "T2"), (), ("T2",), ()),
    groups=("a",) * 5,
    builtin=(False, False, False, True, False),
)


def test_the_stand_in_is_a_model():
    assert isinstance(Keywords(), SentenceModel)


def test_a_multi_label_model_is_measured_by_pairs_and_by_its_own_proposals():
    found = measure(Keywords(), HELD_OUT)
    assert found["scores"].f1_micro == pytest.approx(2 / 4)  # T1, T1 of two, then T2 taken for T1 and for T3
    assert found["confusions"] == [
        {"truth": "T2", "predicted": "T1", "count": 1},
        {"truth": "T2", "predicted": "T3", "count": 1},
    ]
    assert found["micro_by_source"] == {"accepted": pytest.approx(2 / 3), "builtin": 0.0}
    assert found["sentences"]["without_technique"] == 2
    assert found["sentences"]["without_technique_proposed"] == 1
    assert found["sentences"]["f1_micro"] == pytest.approx(2 * 3 / (4 + 5))


def test_ranks_follow_the_order_that_a_list_would_show():
    found = measure(Keywords(), HELD_OUT)
    assert found["top_k"] == {"1": 0.5}
    assert found["calibration"]["bins"][-1]["count"] == 4
    assert found["calibration"]["ece"] == pytest.approx(0.4)


def test_the_quick_way_to_confidences_gives_the_same_figures(corpus, silent):
    model = LogisticModel.fit(corpus, silent)

    class Slow:
        multi_label = False
        techniques = model.techniques
        propose = model.propose
        predict = model.predict

    quick, slow = measure(model, corpus), measure(Slow(), corpus)
    assert slow["top_k"] == quick["top_k"]
    assert slow["calibration"]["ece"] == pytest.approx(quick["calibration"]["ece"])


def test_fitting_sees_the_training_part_alone(corpus, silent):
    half = range(60)
    found = fit_and_measure(LogisticModel, corpus, half, range(60, 120), silent)
    assert (found.train_rows, found.test_rows) == (60, 60)
    assert (
        found.scores.f1_micro
        == measure(
            LogisticModel.fit(
                TrainingSet(*(column[:60] for column in (corpus.texts, corpus.labels, corpus.groups, corpus.builtin))),
                silent,
            ),
            TrainingSet(*(column[60:] for column in (corpus.texts, corpus.labels, corpus.groups, corpus.builtin))),
        )["scores"].f1_micro
    )
    assert found.details["leakage"]["test"] == 60
    assert "sentences" not in found.details
