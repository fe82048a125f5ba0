"""How many test sentences stand in the training part already, word for word or nearly."""

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
"""A shingle of more training sentences than this is a turn of phrase; counting it would cost most of the time."""

_MULTIPLIERS: Final = np.array([1_000_003, 8_191, 1], dtype=np.int64)


def leakage(train: Sequence[str], test: Sequence[str]) -> dict[str, int]:
    """Count the test sentences that the training part gives away.

    Returns
    -------
    dict
        ``test``: sentences; ``exact``: those whose words stand in the training part in the same order; ``near``: those,
        besides, that share at least half of their three-word shingles with one training sentence.
    """
    number: dict[str, int] = {}
    train_words, test_words = _numbered(train, number), _numbered(test, number)
    known = set(train_words)
    others = [words for words in test_words if words not in known]
    return {"test": len(test), "exact": len(test) - len(others), "near": _near(train_words, others)}


def _numbered(texts: Sequence[str], number: dict[str, int]) -> list[tuple[int, ...]]:
    """Turn words into numbers, from 1, which hash and compare faster."""
    return [tuple(number.setdefault(word, len(number) + 1) for word in _WORD.findall(text.lower())) for text in texts]


def _near(train: Sequence[tuple[int, ...]], test: Sequence[tuple[int, ...]]) -> int:
    seen, asked = _shingles(train), _shingles(test)
    sizes = np.diff(asked.indptr)
    common = np.bincount(seen.indices, minlength=_BUCKETS) > _COMMON
    seen.data[common[seen.indices]] = 0
    seen.eliminate_zeros()
    shared = asked @ seen.T
    most = np.asarray(shared.max(axis=1).todense()).ravel() if shared.nnz else np.zeros(len(test))
    return int(np.count_nonzero((most >= _NEAR * sizes) & (sizes > 0)))


def _shingles(sentences: Sequence[tuple[int, ...]]) -> sp.csr_matrix:
    """Mark the hashed shingles of each sentence: 0 or 1, shape (n, buckets).

    A sentence of one or two words has one shingle, filled up with zeros.
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
