from __future__ import annotations

import numpy as np
import pytest

from tram_ext.domain.errors import Conflict
from tram_ext.ml import files
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.model import SentenceModel, TrainingSet

TASK = "The loader then creates a scheduled task named gamma for its payload."
SCREEN = "It captured the screen of the victim and saved screenshots of the desktop."
NEWS = "The company thanked its readers and published the results of the year."


def ids(proposals):
    return [proposal.attack_id for proposal in proposals]


def test_keeps_the_interface(model):
    assert isinstance(model, SentenceModel)
    assert model.multi_label
    assert model.learns_from_builtin
    assert 0 < model.threshold < 1


def test_proposes_what_a_sentence_says_and_nothing_where_it_says_nothing(model):
    task, screen, news = model.propose([TASK, SCREEN, NEWS])
    assert ids(task)[0] == "T1053.005"
    assert ids(screen)[0] == "T1113"
    assert news == ()


def test_a_sentence_can_have_two_techniques(model):
    both = "It creates a scheduled task named gamma to run its loader and takes screenshots of the desktop."
    assert {"T1053.005", "T1113"} <= set(ids(model.propose([both], threshold=0.1)[0]))


def test_every_technique_can_be_proposed_also_one_without_examples(model, attack):
    assert set(model.techniques) == {technique.attack_id for technique in attack.techniques}
    [proposals] = model.propose(["They mine cryptocurrency on the machines of the victim."], threshold=0.0)
    assert "T1496" in ids(proposals)[:3]


def test_an_id_in_the_text_is_proposed_first(model):
    [proposals] = model.propose(["Scheduled tasks (T1496)"])
    assert ids(proposals)[0] == "T1496"
    assert proposals[0].confidence > 0.95


def test_an_unknown_id_in_the_text_is_not_proposed(model):
    assert model.propose(["Seen before: T9999"]) == [()]


def test_best_first_and_never_under_the_threshold(model):
    for proposals in model.propose([TASK, SCREEN, NEWS], threshold=0.01):
        confidences = [proposal.confidence for proposal in proposals]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0.01 <= confidence <= 1 for confidence in confidences)


def test_predict_names_one_technique_for_every_text(model):
    assert model.predict([TASK, SCREEN])[:2] == ["T1053.005", "T1113"]
    assert len(model.predict(["", "?", NEWS])) == 3
    assert model.predict([]) == []
    assert model.propose([]) == []


def test_a_saved_model_proposes_the_same(model):
    again = files.load(files.dump(model, "linear"), "linear")
    assert again.propose([TASK, SCREEN, NEWS], 0.0) == model.propose([TASK, SCREEN, NEWS], 0.0)


def test_the_same_rows_give_the_same_model(model, examples):
    again = LinearModel.fit(examples, lambda share, stage: None)
    assert files.dump(again, "linear") == files.dump(model, "linear")


def test_progress_rises_to_its_end(examples):
    seen = []
    LinearModel.fit(examples, lambda share, stage: seen.append((share, stage)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
    assert all(stage for _, stage in seen)


def test_without_attack_it_learns_from_accepted_sentences_alone(examples):
    kept = [i for i, builtin in enumerate(examples.builtin) if builtin]
    alone = TrainingSet(
        tuple(examples.texts[i] for i in kept),
        tuple(examples.labels[i] for i in kept),
        ("one file",) * len(kept),
        (False,) * len(kept),
    )
    model = LinearModel.fit(alone, lambda share, stage: None)
    assert model.techniques == ("T1053.005", "T1105", "T1113")
    assert model.predict([TASK]) == ["T1053.005"]


def test_nothing_to_learn_is_said(attack):
    with pytest.raises(Conflict, match="nothing to train on"):
        LinearModel.fit(TrainingSet(("Hello",), ((),), ("a",), (False,)), lambda share, stage: None)


def test_confidences_are_probabilities(model):
    confidences = model.confidences([TASK, SCREEN, NEWS])
    assert confidences.shape == (3, len(model.techniques))
    assert np.all((confidences >= 0) & (confidences <= 1))
