import io
import json
import zipfile
from functools import partial
from importlib.metadata import version

import numpy as np
import pytest
import skops.io

from tram_ext.domain.errors import Conflict, Invalid, NotFound
from tram_ext.ml import files
from tram_ext.ml.tram.models import LogisticModel


@pytest.fixture(scope="module")
def model(corpus, silent):
    return LogisticModel.fit(corpus, silent)


@pytest.fixture(scope="module")
def data(model):
    return files.dump(model, "logreg")


def content(model, **stamp):
    return skops.io.dumps({"stamp": files._stamp("logreg", LogisticModel) | stamp, "state": model.state()})


def test_a_file_gives_back_the_model(model, data, corpus, tmp_path):
    path = tmp_path / "logreg-1.skops"
    path.write_bytes(data)
    for source in (data, path):
        assert files.load(source, "logreg").propose(corpus.texts) == model.propose(corpus.texts)


def test_the_same_training_gives_the_same_bytes(corpus, silent, data):
    assert files.dump(LogisticModel.fit(corpus, silent), "logreg") == data


def test_every_kind_of_value_survives_renumbering(model):
    shared = np.arange(3)
    state = {"text": "x", "none": None, "list": [1, 2.5, (True, "y")], "a": shared, "b": shared}
    stored = files._canonical(skops.io.dumps({"stamp": {}, "state": state}))
    again = skops.io.loads(stored)["state"]
    assert again["list"] == state["list"]
    assert again["none"] is None
    assert np.array_equal(again["a"], shared)
    assert np.array_equal(again["b"], shared)


def test_code_is_refused_and_does_not_run(tmp_path):
    mark = tmp_path / "ran"
    evil = skops.io.dumps({"stamp": files._stamp("logreg", LogisticModel), "state": partial(open, str(mark), "w")})
    with pytest.raises(Invalid, match=r"refused: it holds types .*io\.open.*jupyter tram train logreg"):
        files.load(evil, "logreg")
    assert not mark.exists()


def test_a_pickle_is_no_model_file():
    with pytest.raises(Invalid, match="damaged or no model file"):
        files.load(b"\x80\x04cos\nsystem\n(S'true'\ntR.", "logreg")


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_file_cut_short_is_refused(data, share):
    with pytest.raises(Invalid, match="damaged or no model file"):
        files.load(data[: int(len(data) * share)], "logreg")


def test_a_flipped_byte_is_noticed(data):
    spoilt = bytearray(data)
    spoilt[len(data) // 2] ^= 0xFF
    with pytest.raises(Invalid, match="damaged"):
        files.load(bytes(spoilt), "logreg")


def test_another_version_of_scikit_learn_asks_for_a_training(model):
    with pytest.raises(Conflict, match=r"trained with scikit-learn 0\.1\.2.*jupyter tram train logreg"):
        files.load(content(model, **{"scikit-learn": "0.1.2"}), "logreg")


def test_another_format_asks_for_a_training(model):
    with pytest.raises(Conflict, match=r"format 99.*jupyter tram train logreg"):
        files.load(content(model, format=99), "logreg")


@pytest.mark.parametrize("older", [{}, {"state_format": 1}], ids=["before there were formats", "the first"])
def test_an_older_state_of_ours_asks_for_a_training(older):
    stamp = {"format": files.FORMAT, "model": "linear", "scikit-learn": version("scikit-learn"), **older}
    old = skops.io.dumps({"stamp": stamp, "state": {"techniques": ["T1486"], "threshold": 0.2}})
    with pytest.raises(Conflict, match=r"another version of this workbench: .*'linear' in format 1.*tram train linear"):
        files.load(old, "linear")


def test_a_model_that_names_no_format_has_the_first(data, model):
    with pytest.raises(Conflict, match="'logreg' in format 2, and this version reads format 1"):
        files.load(content(model, state_format=2), "logreg")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "state_format" in archive.read("schema.json").decode()


def test_another_models_file_is_refused(data):
    with pytest.raises(Conflict, match="holds the model 'logreg', not 'nb'"):
        files.load(data, "nb")


def test_a_skops_file_of_something_else_is_refused():
    with pytest.raises(Invalid, match="not one of a model"):
        files.load(skops.io.dumps([1, 2]), "logreg")


def test_a_state_with_a_part_missing_is_refused(model):
    state = model.state()
    del state["weights"]
    incomplete = skops.io.dumps({"stamp": files._stamp("logreg", LogisticModel), "state": state})
    with pytest.raises(Invalid, match=r"lacks a part of the model .*weights"):
        files.load(incomplete, "logreg")


def test_a_missing_file_and_an_unknown_model_are_not_found(tmp_path, data):
    with pytest.raises(NotFound, match=r"logreg-7\.skops is not there"):
        files.load(tmp_path / "logreg-7.skops", "logreg")
    with pytest.raises(NotFound, match="Model does not exist"):
        files.load(data, "gpt")


def test_the_stamp_can_be_read_without_loading(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "logreg" in json.dumps(json.loads(archive.read("schema.json"))["content"]["stamp"])
