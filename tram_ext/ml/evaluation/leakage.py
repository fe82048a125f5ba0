"""Counts test sentences that have an exact or near duplicate in the training part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

_WORD: Final = re.compile(r"\w+")
_SHINGLE: Final = 3
_NEAR: Final = 0.5
_BUCKETS: Final = 1 << 20
_COMMON: Final = 200
"""Shingles in more training sentences than this are stock phrases and ignored; they would take most of the time."""

_MULTIPLIERS: Final = np.array([1_000_003, 8_191, 1], dtype=np.int64)


def leakage(train: Sequence[str], test: Sequence[str]) -> dict[str, int]:
    """Count the test sentences with a duplicate in the training part.

    Returns
    -------
    dict
        ``test``: test sentences; ``exact``: those with the same words, in order, as a training sentence; ``near``: the
        others that share at least half of their three-word shingles with one training sentence.
    """
    number: dict[str, int] = {}
    train_words, test_words = _numbered(train, number), _numbered(test, number)
    known = set(train_words)
    others = [words for words in test_words if words not in known]
    return {"test": len(test), "exact": len(test) - len(others), "near": _near(train_words, others)}


def _numbered(texts: Sequence[str], number: dict[str, int]) -> list[tuple[int, ...]]:
    """Turn words into numbers, from 1, which are faster to hash and compare."""
    return [tuple(number.setdefault(word, len(number) + 1) for word in _WORD.findall(text.lower())) for text in texts]


def _near(train: Sequence[tuple[int, ...]], test: Sequence[tuple[int, ...]]) -> int:
    seen, queried = _shingles(train), _shingles(test)
    sizes = np.diff(queried.indptr)
    common = np.bincount(seen.indices, minlength=_BUCKETS) > _COMMON
    seen.data[common[seen.indices]] = 0
    seen.eliminate_zeros()
    shared = queried @ seen.T
    most = np.asarray(shared.max(axis=1).todense()).ravel() if shared.nnz else np.zeros(len(test))
    return int(np.count_nonzero((most >= _NEAR * sizes) & (sizes > 0)))


def _shingles(sentences: Sequence[tuple[int, ...]]) -> sp.csr_matrix:
    """Return the hashed shingles of each sentence as a binary matrix, shape (n, buckets).

    A sentence of one or two words has one shingle, padded with zeros.
    """
    padded = [words + (0,) * (_SHINGLE - len(words)) if words else () for words in sentences]
    lengths = np.array([len(words) for words in padded], dtype=np.int64)
    flat = np.fromiter((number for words in padded for number in words), dtype=np.int64, count=int(lengths.sum()))
    if not flat.size:
        return sp.csr_matrix((len(padded), _BUCKETS), dtype=np.int32)
    row = np.repeat(np.arange(len(padded)), lengths)
    windows = np.lib.stride_tricks.sliding_window_view(flat, _SHINGLE)
    inside = row[: len(windows)] == row[_SHINGLE - 1 :]
    marks = sp.csr_matrix(
        (np.ones(int(inside.sum()), dtype=np.int32), (row[: len(windows)][inside], _buckets(windows[inside]))),
        shape=(len(padded), _BUCKETS),
    )
    marks.sum_duplicates()
    marks.data[:] = 1
    return marks


def _buckets(windows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    hashed: npt.NDArray[np.int64] = (windows @ _MULTIPLIERS) % _BUCKETS
    return hashed
