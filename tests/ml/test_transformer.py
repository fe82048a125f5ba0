"""The model ``bert``: what is refused, without torch; and a tiny classifier, made here, where torch is installed."""

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from tram_ext.domain.errors import Conflict
from tram_ext.ml import files
from tram_ext.ml.training import train
from tram_ext.ml.transformer import TransformerModel

LABELS = {"0": "T1003.001", "1": "T1059.001", "2": "T1486", "3": "T1566.001"}
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] email powershell script credentials files encrypted the a".split()


@pytest.fixture
def folder(tmp_path):
    """Return a folder that has everything, but for weights that are any."""
    path = tmp_path / "scibert"
    path.mkdir()
    describe(path, id2label=LABELS)
    (path / "model.safetensors").write_bytes(b"not looked at")
    return path


def describe(path, **configuration):
    (path / "config.json").write_text(json.dumps(configuration))


def take_over(corpus, silent, folder):
    return TransformerModel.fit(replace(corpus, classifier=str(folder)), silent)


def test_without_a_folder_nothing_is_trained(corpus, silent):
    with pytest.raises(Conflict, match=r"none is named.*c\.TramExtension\.bert_folder.*TRAM_BERT_FOLDER"):
        train("bert", corpus, min_examples=4, progress=silent)


def test_a_folder_that_is_not_there_or_empty_is_refused(corpus, silent, tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(Conflict, match=r"no folder of a sequence classifier: config\.json cannot be read"):
            take_over(corpus, silent, path)


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ({}, "names none, or one twice"),
        ({"id2label": {}}, "names none, or one twice"),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "'LABEL_0' is no technique id"),
        ({"id2label": {"0": 1003}}, "1003 is no technique id"),
        ({"id2label": {"0": "T1486", "1": "T1486"}}, "names none, or one twice"),
        ({"id2label": {"0": "T1486", "2": "T1005"}}, "not numbered from 0"),
        ({"id2label": LABELS, "auto_map": {"AutoModel": "code.Model"}}, "refused: .* asks for Python code"),
        (["T1486"], "describes no model"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(corpus, silent, folder, configuration, said):
    (folder / "config.json").write_text(json.dumps(configuration))
    with pytest.raises(Conflict, match=said):
        take_over(corpus, silent, folder)


def test_a_configuration_that_is_no_json_is_refused(corpus, silent, folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(Conflict, match="is no JSON"):
        take_over(corpus, silent, folder)


def test_a_pickle_is_never_read(corpus, silent, folder):
    (folder / "model.safetensors").unlink()
    with pytest.raises(Conflict, match=r"has no model\.safetensors\. Save"):
        take_over(corpus, silent, folder)
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(Conflict, match=r"pytorch_model\.bin is a pickle, which can carry code, and is never read"):
        take_over(corpus, silent, folder)


@pytest.mark.skipif(find_spec("transformers") is not None, reason="transformers is installed")
def test_without_the_packages_the_error_says_what_to_install(corpus, silent, folder):
    with pytest.raises(Conflict, match=r"pip install 'tram-ext\[transformers\]'"):
        take_over(corpus, silent, folder)


@pytest.fixture(params=["single_label_classification", "multi_label_classification"])
def classifier(request, folder):
    """Return the folder of a tiny BERT with random weights."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    configuration = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label={int(number): label for number, label in LABELS.items()},
        label2id={label: int(number) for number, label in LABELS.items()},
        problem_type=request.param,
    )
    transformers.BertForSequenceClassification(configuration).save_pretrained(folder)
    return folder


def test_a_classifier_is_measured_taken_over_and_read_back(classifier, corpus, silent):
    trained = train("bert", replace(corpus, classifier=str(classifier)), min_examples=4, progress=silent)
    assert 0 <= trained.card.f1_micro < 1
    assert any("nothing was learnt" in warning for warning in trained.card.warnings)
    assert len(trained.file) < 10_000, "the weights stay where they are"
    model = files.load(trained.file, "bert")
    texts = ["email", "the powershell script encrypted files", "", "a " * 700]
    confidences = model.confidences(texts)
    assert confidences.shape == (4, 4)
    assert np.allclose(confidences[1:2], model.confidences(texts[1:2]), atol=1e-5), "padding has no say"
    if "multi" not in json.loads((classifier / "config.json").read_text())["problem_type"]:
        assert np.allclose(confidences.sum(axis=1), 1, atol=1e-5)
    assert model.predict(texts) == [LABELS[str(number)] for number in confidences.argmax(axis=1)]
    assert [len(found) for found in model.propose(texts, 0.0)] == [4] * 4
    assert model.propose(texts, 1.0) == [()] * 4


def test_other_files_than_it_was_made_of_are_refused(classifier, corpus, silent):
    data = files.dump(take_over(corpus, silent, classifier), "bert")
    with (classifier / "model.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Conflict, match="not those that the model 'bert' was made of"):
        files.load(data, "bert")
    classifier.rename(classifier.with_name("moved"))
    with pytest.raises(Conflict, match="no folder of a sequence classifier"):
        files.load(data, "bert")


def test_a_model_that_was_never_trained_to_classify_is_refused(classifier, corpus, silent):
    import transformers

    transformers.BertForSequenceClassification.from_pretrained(classifier).bert.save_pretrained(classifier)
    configuration = json.loads((classifier / "config.json").read_text())
    describe(classifier, **configuration | {"id2label": LABELS})
    with pytest.raises(Conflict, match=r"not those of a whole classifier: classifier\.bias, classifier\.weight"):
        take_over(corpus, silent, classifier)


def test_damaged_weights_are_refused(classifier, corpus, silent):
    path = classifier / "model.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(Conflict, match="cannot be read"):
        take_over(corpus, silent, classifier)
