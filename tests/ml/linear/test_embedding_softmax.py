"""The linear model with an encoder blended in: a tiny one, registered as another package would."""

from dataclasses import replace

import numpy as np
import pytest

from tram_ext.domain.errors import Conflict
from tram_ext.ml import encoders, files
from tram_ext.ml.linear import LinearModel

TASK = "The loader then creates a scheduled task named gamma for its payload."
NEWS = "The company thanked its readers and published the results of the year."


@pytest.fixture
def letters(installed_encoders):
    installed_encoders(letters="tests.ml.encoding:LetterEncoder")


@pytest.fixture
def blended(letters, examples, silent):
    return LinearModel.fit(replace(examples, encoder="letters"), silent)


def test_it_proposes_or_not_as_the_plain_one_does(blended, model):
    task, news = blended.propose([TASK, NEWS])
    assert task[0].attack_id == "T1053.005"
    assert news == ()
    assert 0 < blended.threshold < 1
    assert blended.predict([TASK]) == ["T1053.005"]
    assert not np.allclose(blended.confidences([TASK]), model.confidences([TASK]), atol=1e-4), "the encoder contributes"
    assert [TASK[start:end] for start, end, _ in blended.explain(TASK, "T1053.005")]


def test_the_card_says_which_encoder(blended, model):
    assert any("letters 1" in remark for remark in blended.remarks)
    assert model.remarks == ()


def test_the_file_gives_it_back(blended):
    again = files.load(files.dump(blended, "linear"), "linear")
    assert again.propose([TASK, NEWS], 0.0) == blended.propose([TASK, NEWS], 0.0)


def test_without_its_encoder_the_file_is_refused(blended, installed_encoders):
    data = files.dump(blended, "linear")
    installed_encoders()
    with pytest.raises(
        Conflict, match=r"trained with the encoder 'letters 1'.*'letters' is not installed.*train the model"
    ):
        files.load(data, "linear")
    installed_encoders(letters="tests.ml.encoding:other_weights")
    with pytest.raises(Conflict, match=r"'letters 1', and 'letters 2' is installed.*Train the model again"):
        files.load(data, "linear")


def test_an_encoder_that_is_asked_for_and_not_there_is_an_error(installed_encoders, examples, silent):
    installed_encoders()
    with pytest.raises(Conflict, match="'letters' is not installed"):
        LinearModel.fit(replace(examples, encoder="letters"), silent)


def test_the_same_training_gives_the_same_file(blended, examples, silent):
    encoders.load.cache_clear()
    again = LinearModel.fit(replace(examples, encoder="letters"), silent)
    assert files.dump(again, "linear") == files.dump(blended, "linear")
