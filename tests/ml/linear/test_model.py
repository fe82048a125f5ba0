from __future__ import annotations

import numpy as np
import pytest

from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.ml import files
from tram_ext.ml.examples import take
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.model import SentenceModel, TrainingSet
from tram_ext.ml.text.mentions import CONFIDENCE
from tram_ext.ml.training import train

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
    filler = (
        "and, as far as anybody in the office could tell from what was left of the disks at the end of that long week,"
    )
    [both] = model.propose(
        [f"It creates a scheduled task named gamma to run its loader {filler} takes screenshots of the desktop."], 0.1
    )
    assert {"T1053.005", "T1113"} <= set(ids(both))


def test_every_technique_can_be_proposed_also_one_without_examples(model, attack):
    assert set(model.techniques) == {technique.attack_id for technique in attack.techniques}
    mining, other = model.confidences(["They mine cryptocurrency.", TASK])
    number = model.techniques.index("T1496")
    assert mining[number] > 2 * other[number] > 0


def test_an_id_in_the_text_is_proposed_with_a_confidence_of_its_own(model):
    [proposals] = model.propose(["Scheduled tasks (T1496)"])
    assert ids(proposals)[0] == "T1496"
    assert proposals[0].confidence == CONFIDENCE
    [evident] = model.propose([f"{TASK} (T1053.005)"])
    assert dict(zip(ids(evident), evident, strict=True))["T1053.005"].confidence > CONFIDENCE, "words say more"


def test_an_unknown_id_in_the_text_is_not_proposed(model):
    assert model.propose(["Seen before: T9999"]) == [()]


def test_a_parent_gives_way_to_its_sub_technique(model):
    assert "T1053.005" in ids(model.propose([TASK])[0])
    assert "T1053" not in ids(model.propose([TASK], threshold=0.001)[0])
    assert "T1053" in ids(model.propose([f"{TASK} (T1053)"])[0])


def test_threshold_zero_asks_for_everything(model):
    [proposals] = model.propose(["tasks"], threshold=0.0)
    assert set(ids(proposals)) == set(model.techniques)
    assert model.propose(["tasks"], threshold=0.001) == [()]


def test_explains_with_the_words_that_count(model):
    evidence = model.explain(TASK, "T1053.005")
    words = [TASK[start:end] for start, end, _ in evidence]
    assert "scheduled" in words[:2]
    assert all(weight > 0 for *_, weight in evidence)
    assert [weight for *_, weight in evidence] == sorted((w for *_, w in evidence), reverse=True)


def test_a_written_id_is_the_first_of_its_reasons(model):
    text = "Screen capture (T1113) of the desktop"
    start, end, _ = model.explain(text, "T1113")[0]
    assert text[start:end] == "T1113"


def test_an_unknown_technique_cannot_be_explained(model):
    with pytest.raises(NotFound, match="T9999"):
        model.explain(TASK, "T9999")


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


def test_trains_where_nothing_that_is_held_out_has_a_technique(examples):
    mapped = [examples.labels.index(labels) for labels in (("T1053.005",), ("T1113",))]
    without = [row for row, labels in enumerate(examples.labels) if not labels]
    card = train("linear", take(examples, mapped + without), min_examples=4, progress=lambda _share, _stage: None).card
    assert (card.f1_weighted, card.counts["test_rows"]) == (None, 0)
    assert "None of the 4 sentences" in card.warnings[0]
