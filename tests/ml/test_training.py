import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.ml import cards, files
from tram_ext.ml.examples import take
from tram_ext.ml.model import TrainingSet
from tram_ext.ml.training import train
from tram_ext.ml.tram.models import LogisticModel


def quiet(share, stage):
    pass


@pytest.mark.parametrize("name", ["dummy", "nb", "logreg", "nn_cls"])
def test_a_training_makes_a_file_and_a_card(corpus, name):
    trained = train(name, corpus, min_examples=4, progress=quiet)
    assert files.load(trained.file, name).techniques == tuple(sorted({own[0] for own in corpus.labels}))
    card = trained.card
    assert (card.model, card.warnings, len(card.techniques)) == (name, (), 4)
    assert card.counts == {
        "sentences": 120,
        "rows": 120,
        "techniques": 4,
        "left_out_techniques": 0,
        "train_rows": 96,
        "test_rows": 24,
    }
    assert set(card.seconds) == {"evaluate", "fit", "write", "total"}
    assert {"calibration", "confusions", "leakage", "left_out", "protocol", "top_k"} == set(card.details)
    assert cards.from_dict(json.loads(json.dumps(cards.to_dict(card)))) == card


def test_the_figures_are_trams_protocol(corpus, silent):
    truth = [own[0] for own in corpus.labels]
    a, b, _, expected = train_test_split(
        range(len(truth)), truth, test_size=0.2, shuffle=True, random_state=0, stratify=truth
    )
    predicted = LogisticModel.fit(take(corpus, a), silent).predict([corpus.texts[i] for i in b])
    card = train("logreg", corpus, min_examples=4, progress=quiet).card
    assert card.f1_weighted == pytest.approx(f1_score(expected, predicted, average="weighted"))
    assert card.f1_micro == pytest.approx(f1_score(expected, predicted, average="micro"))
    assert card.f1_macro == pytest.approx(f1_score(expected, predicted, average="macro"))


def test_the_same_data_gives_the_same_file_and_figures(corpus):
    first, second = (train("logreg", corpus, min_examples=4, progress=quiet) for _ in range(2))
    assert first.file == second.file
    assert replace(first.card, seconds={}) == replace(second.card, seconds={})


def test_progress_rises_from_start_to_end(corpus):
    told = []
    train("logreg", corpus, min_examples=4, progress=lambda share, stage: told.append((share, stage)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(stage for _, stage in told)


def test_it_runs_in_a_spawned_process(corpus):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        trained = pool.submit(train, "nb", corpus, min_examples=4, progress=print).result()
    assert trained.file == train("nb", corpus, min_examples=4, progress=quiet).file


def test_a_rare_technique_is_left_out_and_named(corpus):
    more = TrainingSet(
        (*corpus.texts, "keys logged", "keyboard input captured"),
        (*corpus.labels, ("T1056.001",), ("T1056.001",)),
        (*corpus.groups, "x", "x"),
        (*corpus.builtin, False, False),
    )
    trained = train("logreg", more, min_examples=4, progress=quiet)
    assert trained.card.details["left_out"] == {"T1056.001": 2}
    assert trained.card.counts["left_out_techniques"] == 1
    assert "1 techniques have fewer than 4" in trained.card.warnings[0]
    assert "T1056.001" not in files.load(trained.file, "logreg").techniques


def test_too_little_to_hold_any_out_trains_and_says_so(corpus):
    rows = []
    for technique in {own[0] for own in corpus.labels}:
        rows += [row for row, own in enumerate(corpus.labels) if own[0] == technique][:4]
    card = train("logreg", take(corpus, rows), min_examples=4, progress=quiet).card
    assert card.f1_weighted is not None
    fewer = take(corpus, rows[:4] + rows[4:8])
    card = train("nb", fewer, min_examples=4, progress=quiet).card
    assert card.counts["test_rows"] == 2
    three = take(corpus, [row for start in range(0, 16, 4) for row in rows[start : start + 3]])
    card = train("nb", three, min_examples=2, progress=quiet).card
    assert (card.f1_weighted, card.techniques, card.counts["test_rows"]) == (None, (), 0)
    assert "Not evaluated" in card.warnings[0]


def test_impossible_trainings_are_refused(corpus):
    with pytest.raises(Conflict, match="no accepted sentence"):
        train("logreg", TrainingSet((), (), (), ()), min_examples=4, progress=quiet)
    with pytest.raises(Conflict, match="too little to train on"):
        train("logreg", corpus, min_examples=31, progress=quiet)
    with pytest.raises(NotFound, match="Model does not exist"):
        train("gpt", corpus, min_examples=4, progress=quiet)


@pytest.mark.real_data
def test_logreg_is_as_good_as_trams_with_wordnet(real_data):
    sentences = json.loads((real_data / "tram-bootstrap.json").read_text("utf-8"))["sentences"]
    training = TrainingSet(
        tuple(s["text"] for s in sentences),
        tuple(tuple(m["attack_id"] for m in s["mappings"]) for s in sentences),
        ("bootstrap",) * len(sentences),
        (False,) * len(sentences),
    )
    trained = train("logreg", training, min_examples=4, progress=quiet)
    card = trained.card
    assert card.f1_weighted >= 0.854
    assert card.details["leakage"]["exact"] == 120
    assert card.details["calibration"]["ece"] < 0.08
    assert len(trained.file) < 500_000
