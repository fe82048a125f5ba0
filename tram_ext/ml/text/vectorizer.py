"""Texts as sparse rows: stems, their neighbours, and slices of four characters, weighted by tf-idf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.text.token_stemmer import stem

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float32]

TOKEN: Final = re.compile(r"[a-z0-9]+")

_SLICE: Final = 4
_MIN_DOCUMENTS: Final = 2
_STEM_BITS: Final = 24  # a pair's key is: left stem, right stem, one bit for "with one token between"
_REMEMBERED: Final = 200_000  # tokens whose stem and slices stay in memory


@dataclass
class Features:
    """A vocabulary with its weights; columns are stems, then slices, then pairs.

    Attributes
    ----------
    stems : dict of str to int
        Column of each stem.
    slices : dict of str to int
        Number of each slice among the slices.
    pairs : array of int64
        Sorted keys of the pairs of stems.
    idf : array of float32, one for each column
    """

    stems: dict[str, int]
    slices: dict[str, int]
    pairs: IntArray
    idf: FloatArray
    _tokens: dict[str, tuple[int, list[int]]] = field(default_factory=dict, repr=False)

    @classmethod
    def learn(cls, texts: Sequence[str]) -> tuple[Features, sparse.csr_matrix]:
        """Choose the vocabulary of `texts` and return it with their rows."""
        everything = cls(_Numbering(), _Numbering(), np.zeros(0, np.int64), np.zeros(0, np.float32))
        batch = everything._read(texts)
        stem_df = batch.document_counts(batch.stem_of[batch.tokens], len(everything.stems))
        slice_rows = batch.slice_counts(len(everything.slices))
        slice_df = np.bincount(slice_rows.indices, minlength=slice_rows.shape[1])
        keys, inverse = np.unique(batch.pair_keys, return_inverse=True)
        once = np.unique(np.stack([inverse.ravel(), batch.pair_texts]), axis=1)[0] if len(keys) else inverse
        pair_df = np.bincount(once, minlength=len(keys))
        common = pair_df >= _MIN_DOCUMENTS
        kept_pairs, kept_df = keys[common], pair_df[common]
        wanted = stem_df >= _MIN_DOCUMENTS
        for part in (kept_pairs >> (_STEM_BITS + 1), (kept_pairs >> 1) & (2**_STEM_BITS - 1)):
            wanted[part] = True
        new_number = np.cumsum(wanted) - 1
        pairs = _pair_key(
            new_number[kept_pairs >> (_STEM_BITS + 1)],
            new_number[(kept_pairs >> 1) & (2**_STEM_BITS - 1)],
            kept_pairs & 1,
        )
        order = np.argsort(pairs)
        kept_slices = slice_df >= _MIN_DOCUMENTS
        df = np.concatenate([stem_df[wanted], slice_df[kept_slices], kept_df[order]])
        features = cls(
            {word: i for i, word in enumerate(w for w, keep in zip(everything.stems, wanted, strict=True) if keep)},
            {s: i for i, s in enumerate(s for s, keep in zip(everything.slices, kept_slices, strict=True) if keep)},
            pairs[order],
            (np.log((1 + len(texts)) / (1 + df)) + 1).astype(np.float32),
        )
        return features, features.rows(texts)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.idf)

    def rows(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return one row of length 1 (in the Euclidean sense) for each text, float32."""
        batch = self._read(texts)
        n, n_stems, n_slices = len(texts), len(self.stems), len(self.slices)
        stems = batch.stem_of[batch.tokens]
        known = stems >= 0
        found = np.searchsorted(self.pairs, batch.pair_keys)
        found[found == len(self.pairs)] = 0
        paired = self.pairs[found] == batch.pair_keys if len(self.pairs) else np.zeros(0, bool)
        words = _count_matrix(batch.text_of[known], stems[known], (n, n_stems))
        slices = batch.slice_counts(n_slices)
        pairs = _count_matrix(batch.pair_texts[paired], found[paired], (n, len(self.pairs)))
        matrix = sparse.hstack([words, slices, pairs], format="csr", dtype=np.float32)
        np.log(matrix.data, out=matrix.data)
        matrix.data += 1
        matrix.data *= self.idf[matrix.indices]
        return _of_length_one(matrix)

    def state(self) -> dict[str, Any]:
        """Return arrays that :meth:`from_state` reads back: fast to load, and free of code."""
        return {
            "stems": _joined(self.stems),
            "slices": _joined(self.slices),
            "pairs": self.pairs,
            "idf": self.idf,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Features:
        """Make the features that `state` was taken from."""
        return cls(_numbered(state["stems"]), _numbered(state["slices"]), state["pairs"], state["idf"])

    def _read(self, texts: Sequence[str]) -> _Batch:
        local: dict[str, int] = _Numbering()
        lengths = np.empty(len(texts), np.int64)
        numbers: list[int] = []
        for i, text in enumerate(texts):
            found = TOKEN.findall(text.lower())
            lengths[i] = len(found)
            numbers += [local[token] for token in found]
        if len(self._tokens) > _REMEMBERED:
            self._tokens.clear()
        looked_up = [self._tokens.get(token) or self._look_up(token) for token in local]
        return _Batch(
            n=len(texts),
            tokens=np.array(numbers, np.int64),
            text_of=np.repeat(np.arange(len(texts)), lengths),
            stem_of=np.array([s for s, _ in looked_up], np.int64),
            slices_of=[s for _, s in looked_up],
        )

    def _look_up(self, token: str) -> tuple[int, list[int]]:
        padded = f" {token} "
        parts = [padded[i : i + _SLICE] for i in range(max(1, len(padded) - _SLICE + 1))]
        if isinstance(self.stems, _Numbering):
            entry = self.stems[stem(token)], [self.slices[part] for part in parts]
        else:
            entry = self.stems.get(stem(token), -1), [self.slices[part] for part in parts if part in self.slices]
        self._tokens[token] = entry
        return entry


class _Numbering(dict[str, int]):
    """Gives every new string the next number."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class _Batch:
    """Texts as numbers of tokens, with what is derived from them."""

    def __init__(
        self, n: int, tokens: IntArray, text_of: IntArray, stem_of: IntArray, slices_of: list[list[int]]
    ) -> None:
        self.n, self.tokens, self.text_of, self.stem_of, self.slices_of = n, tokens, text_of, stem_of, slices_of
        stems = stem_of[tokens]
        near, far = self._pairs(stems, 1), self._pairs(stems, 2)
        self.pair_texts = np.concatenate([near[0], far[0]])
        self.pair_keys = np.concatenate([near[1], far[1]])

    def _pairs(self, stems: IntArray, distance: int) -> tuple[IntArray, IntArray]:
        left, right = stems[:-distance], stems[distance:]
        texts = self.text_of[distance:]
        inside = (texts == self.text_of[:-distance]) & (left >= 0) & (right >= 0)
        return texts[inside], _pair_key(left[inside], right[inside], np.int64(distance - 1))

    def document_counts(self, values: IntArray, width: int) -> IntArray:
        """Count the texts that hold each value, where `values` belong to tokens."""
        return np.bincount(np.unique(self.text_of * width + values) % width, minlength=width)

    def slice_counts(self, width: int) -> sparse.csr_matrix:
        """Count slices: tokens in texts times slices in tokens."""
        ends = np.cumsum([0, *map(len, self.slices_of)])
        flat = np.array([s for slices in self.slices_of for s in slices], np.int64)
        shape = (len(self.slices_of), width)
        of_tokens = sparse.csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=shape)
        of_texts = _count_matrix(self.text_of, self.tokens, (self.n, len(self.slices_of)))
        product = of_texts @ of_tokens
        product.sum_duplicates()
        return product


def _pair_key(left: IntArray, right: IntArray, gap: IntArray | np.int64) -> IntArray:
    return (left << np.int64(_STEM_BITS + 1)) | (right << np.int64(1)) | gap


def _count_matrix(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)


def _of_length_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    length = np.sqrt(np.bincount(row_of, weights=matrix.data**2, minlength=matrix.shape[0]))
    length[length == 0] = 1
    matrix.data /= length[row_of].astype(np.float32)
    return matrix


def _joined(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _numbered(joined: npt.NDArray[np.uint8]) -> dict[str, int]:
    text = joined.tobytes().decode()
    return {word: i for i, word in enumerate(text.split("\n"))} if text else {}
