"""How many test sentences stand in the training part already, word for word or nearly."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import scipy.sparse as sp

_WORD: Final = re.compile(r"\w+")
_SHINGLE: Final = 3
_NEAR: Final = 0.5
_BUCKETS: Final = 1 << 20
_COMMON: Final = 200
"""A shingle of more training sentences than this is a turn of phrase; counting it would cost most of the time."""


def leakage(train: Sequence[str], test: Sequence[str]) -> dict[str, int]:
    """Count the test sentences that the training part gives away.

    Returns
    -------
    dict
        ``test``: sentences; ``exact``: those whose words stand in the training part in the same order; ``near``: those,
        besides, that share at least half of their three-word shingles with one training sentence.
    """
    train_words = [_WORD.findall(text.lower()) for text in train]
    test_words = [_WORD.findall(text.lower()) for text in test]
    known = {" ".join(words) for words in train_words}
    others = [words for words in test_words if " ".join(words) not in known]
    return {"test": len(test), "exact": len(test) - len(others), "near": _near(train_words, others)}


def _near(train: Sequence[Sequence[str]], test: Sequence[Sequence[str]]) -> int:
    seen, asked = _shingles(train), _shingles(test)
    sizes = np.diff(asked.indptr)
    common = np.bincount(seen.indices, minlength=_BUCKETS) > _COMMON
    seen.data[common[seen.indices]] = 0
    seen.eliminate_zeros()
    shared = asked @ seen.T
    most = np.asarray(shared.max(axis=1).todense()).ravel() if shared.nnz else np.zeros(len(test))
    return int(np.count_nonzero((most >= _NEAR * sizes) & (sizes > 0)))


def _shingles(sentences: Sequence[Sequence[str]]) -> sp.csr_matrix:
    """Mark the hashed shingles of each sentence: 0 or 1, shape (n, buckets)."""
    rows = [
        sorted({zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) % _BUCKETS for i in _starts(len(words))})
        for words in sentences
    ]
    starts = np.cumsum([0, *map(len, rows)])
    indices = np.array([bucket for row in rows for bucket in row], dtype=np.int32)
    return sp.csr_matrix((np.ones(len(indices), dtype=np.int32), indices, starts), shape=(len(rows), _BUCKETS))


def _starts(words: int) -> range:
    return range(max(words - _SHINGLE + 1, min(words, 1)))
