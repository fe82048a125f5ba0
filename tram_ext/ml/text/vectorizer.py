"""Turns texts into sparse tf-idf rows over stems, pairs of stems and character 4-grams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.text.token_stemmer import cut_ending

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float32]

TOKEN: Final = re.compile(r"[a-z0-9]+")

_NGRAM: Final = 4
_STEM_BITS: Final = 24  # the key of a pair is left stem, right stem, one bit for "with one token between"
_CACHED_TOKENS: Final = 200_000


class StemVectorizer:
    """Tf-idf over stems, character 4-grams and pairs of stems that are adjacent or have one token between them.

    Term frequencies are sublinear, and rows have the Euclidean length 1.

    Parameters
    ----------
    min_df : int
        In how many texts a term must occur.

    Attributes
    ----------
    stems_ : dict of str to int
        Column of each stem.
    ngrams_ : dict of str to int
        Index of each character 4-gram; their columns follow those of the stems.
    pairs_ : array of int64
        Sorted keys of the pairs of stems; their columns are the last.
    idf_ : array of float32, one for each column
    """

    stems_: dict[str, int]
    ngrams_: dict[str, int]
    pairs_: IntArray
    idf_: FloatArray

    def __init__(self, min_df: int = 2) -> None:
        self.min_df = min_df
        self._tokens: dict[str, tuple[int, list[int]]] = {}

    def fit_transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learn the vocabulary of `texts`, and return their rows."""
        stems, ngrams = _Numbering(), _Numbering()
        self._set(stems, ngrams, np.zeros(0, np.int64), np.zeros(0, np.float32))
        batch = self._tokenize(texts)
        stem_df = batch.document_counts(batch.stem_of[batch.tokens], len(stems))
        ngram_counts = batch.ngram_counts(len(ngrams))
        ngram_df = np.bincount(ngram_counts.indices, minlength=ngram_counts.shape[1])
        keys, inverse = np.unique(batch.pair_keys, return_inverse=True)
        once = np.unique(np.stack([inverse.ravel(), batch.pair_texts]), axis=1)[0] if len(keys) else inverse
        pair_df = np.bincount(once, minlength=len(keys))
        frequent = pair_df >= self.min_df
        kept_pairs, kept_df = keys[frequent], pair_df[frequent]
        kept_stems = stem_df >= self.min_df
        for part in _stems_of(kept_pairs):
            kept_stems[part] = True
        new_number = np.cumsum(kept_stems) - 1
        left, right = _stems_of(kept_pairs)
        pairs = _pair_key(new_number[left], new_number[right], kept_pairs & 1)
        order = np.argsort(pairs)
        kept_ngrams = ngram_df >= self.min_df
        df = np.concatenate([stem_df[kept_stems], ngram_df[kept_ngrams], kept_df[order]])
        idf = (np.log((1 + len(texts)) / (1 + df)) + 1).astype(np.float32)
        self._set(_selected(stems, kept_stems), _selected(ngrams, kept_ngrams), pairs[order], idf)
        return self.transform(texts)

    def _set(self, stems: dict[str, int], ngrams: dict[str, int], pairs: IntArray, idf: FloatArray) -> None:
        self.stems_, self.ngrams_, self.pairs_, self.idf_ = stems, ngrams, pairs, idf
        self._tokens.clear()

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return the rows of `texts`, texts by features, float32."""
        batch = self._tokenize(texts)
        n, n_stems, n_ngrams = len(texts), len(self.stems_), len(self.ngrams_)
        stems = batch.stem_of[batch.tokens]
        known = stems >= 0
        found = np.searchsorted(self.pairs_, batch.pair_keys)
        found[found == len(self.pairs_)] = 0
        paired = self.pairs_[found] == batch.pair_keys if len(self.pairs_) else np.zeros(0, bool)
        matrix = sparse.hstack(
            [
                _count_matrix(batch.text_of[known], stems[known], (n, n_stems)),
                batch.ngram_counts(n_ngrams),
                _count_matrix(batch.pair_texts[paired], found[paired], (n, len(self.pairs_))),
            ],
            format="csr",
            dtype=np.float32,
        )
        np.log(matrix.data, out=matrix.data)
        matrix.data += 1
        matrix.data *= self.idf_[matrix.indices]
        return _normalized(matrix)

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs: arrays, which load fast and hold no code."""
        return {
            "stems": _joined(self.stems_),
            "slices": _joined(self.ngrams_),
            "pairs": self.pairs_,
            "idf": self.idf_,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> StemVectorizer:
        """Make the vectorizer that `state` was taken from."""
        found = cls()
        found._set(_numbered(state["stems"]), _numbered(state["slices"]), state["pairs"], state["idf"])
        return found

    def _tokenize(self, texts: Sequence[str]) -> _Batch:
        local: dict[str, int] = _Numbering()
        lengths = np.empty(len(texts), np.int64)
        numbers: list[int] = []
        for i, text in enumerate(texts):
            found = TOKEN.findall(text.lower())
            lengths[i] = len(found)
            numbers += [local[token] for token in found]
        if len(self._tokens) > _CACHED_TOKENS:
            self._tokens.clear()
        looked_up = [self._tokens.get(token) or self._look_up(token) for token in local]
        return _Batch(
            n=len(texts),
            tokens=np.array(numbers, np.int64),
            text_of=np.repeat(np.arange(len(texts)), lengths),
            stem_of=np.array([stem for stem, _ in looked_up], np.int64),
            ngrams_of=[ngrams for _, ngrams in looked_up],
        )

    def _look_up(self, token: str) -> tuple[int, list[int]]:
        """Return the numbers of a token's stem, -1 where it is unknown, and of its character n-grams."""
        padded = f" {token} "
        parts = [padded[i : i + _NGRAM] for i in range(max(1, len(padded) - _NGRAM + 1))]
        if isinstance(self.stems_, _Numbering):
            entry = self.stems_[cut_ending(token)], [self.ngrams_[part] for part in parts]
        else:
            ngrams = [self.ngrams_[part] for part in parts if part in self.ngrams_]
            entry = self.stems_.get(cut_ending(token), -1), ngrams
        self._tokens[token] = entry
        return entry


class _Numbering(dict[str, int]):
    """Assigns consecutive numbers to new strings."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class _Batch:
    """Tokenized texts: token numbers, and the stems, character n-grams and pairs of stems derived from them."""

    def __init__(
        self, n: int, tokens: IntArray, text_of: IntArray, stem_of: IntArray, ngrams_of: list[list[int]]
    ) -> None:
        self.n, self.tokens, self.text_of, self.stem_of, self.ngrams_of = n, tokens, text_of, stem_of, ngrams_of
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
        """Return the number of texts that contain each of `values`, which belong to tokens."""
        return np.bincount(np.unique(self.text_of * width + values) % width, minlength=width)

    def ngram_counts(self, width: int) -> sparse.csr_matrix:
        """Return the counts of character n-grams, texts by n-grams."""
        ends = np.cumsum([0, *map(len, self.ngrams_of)])
        flat = np.array([ngram for ngrams in self.ngrams_of for ngram in ngrams], np.int64)
        shape = (len(self.ngrams_of), width)
        of_tokens = sparse.csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=shape)
        of_texts = _count_matrix(self.text_of, self.tokens, (self.n, len(self.ngrams_of)))
        product = of_texts @ of_tokens
        product.sum_duplicates()
        return product


def _pair_key(left: IntArray, right: IntArray, gap: IntArray | np.int64) -> IntArray:
    return (left << np.int64(_STEM_BITS + 1)) | (right << np.int64(1)) | gap


def _stems_of(pairs: IntArray) -> tuple[IntArray, IntArray]:
    """Return the left and the right stems of the pairs that have these keys."""
    return pairs >> (_STEM_BITS + 1), (pairs >> 1) & (2**_STEM_BITS - 1)


def _selected(numbering: dict[str, int], kept: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Number the strings of which `kept` is true."""
    return {word: i for i, word in enumerate(w for w, keep in zip(numbering, kept, strict=True) if keep)}


def _count_matrix(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)


def _normalized(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
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
