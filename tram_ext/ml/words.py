"""The one way in which the models of single words prepare text: for training, evaluation and prediction alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tram_ext.domain.errors import Conflict
from tram_ext.ml.stemming import stem

_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"\w\w+")


class _Stems(dict[str, str]):
    """The stem of every word met so far; empty for a stop word. Most words come again."""

    _LIMIT: Final = 200_000

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        super().__init__()
        self._stop_words = ENGLISH_STOP_WORDS

    def __missing__(self, word: str) -> str:
        stemmed = "" if word in self._stop_words else stem(word)
        if len(self) < self._LIMIT:
            self[word] = stemmed
        return stemmed


_stems: _Stems | None = None


def stems(texts: Iterable[str]) -> list[list[str]]:
    """Turn each text into the stems of its words: lower case, without digits and English stop words.

    TRAM lemmatises with WordNet, which is a download; stems do the same work without.
    """
    global _stems  # noqa: PLW0603 - one memory of stems for the process; loading the stop words is slow
    if _stems is None:
        _stems = _Stems()
    stem_of, words = _stems.__getitem__, _WORD.findall
    return [list(filter(None, map(stem_of, words(_DIGITS.sub("", text).lower())))) for text in texts]


class WordCounts:
    """Counts of the words that stood in at least `min_df` training sentences.

    Parameters
    ----------
    vocabulary : sequence of str
        The stems that count, one a column.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._column = {word: column for column, word in enumerate(self.vocabulary)}

    @classmethod
    def fit(cls, texts: Sequence[str], min_df: int = 3) -> tuple[WordCounts, sp.csr_matrix]:
        """Learn the vocabulary of `texts`; return it with their counts, shape (n, words).

        Raises
        ------
        Conflict
            Where no word stands in `min_df` sentences.
        """
        prepared = stems(texts)
        every = sorted({word for words in prepared for word in words})
        counts = _count(prepared, {word: column for column, word in enumerate(every)})
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=len(every)) >= min_df)
        if not kept.size:
            raise Conflict(
                f"There is nothing to learn from: no word stands in {min_df} or more of the {len(texts)} training "
                "sentences. Accept more sentences first."
            )
        return cls([every[column] for column in kept]), counts[:, kept]

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Count the known words of each text: float32, shape (n, words)."""
        return _count(stems(texts), self._column)

    def state(self) -> str:
        """Return what `from_state` needs: one string, since a list of words takes a file many times the room."""
        return "\n".join(self.vocabulary)

    @classmethod
    def from_state(cls, state: Any) -> WordCounts:
        """Make the vocabulary that `state` was taken from."""
        return cls(str(state).split("\n"))


def _count(prepared: Sequence[Sequence[str]], column: dict[str, int]) -> sp.csr_matrix:
    known = [[column[word] for word in words if word in column] for words in prepared]
    starts: npt.NDArray[np.int32] = np.zeros(len(known) + 1, dtype=np.int32)
    np.cumsum([len(columns) for columns in known], out=starts[1:])
    indices = np.fromiter((c for columns in known for c in columns), dtype=np.int32, count=int(starts[-1]))
    counts = sp.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, starts), shape=(len(known), max(len(column), 1))
    )
    counts.sum_duplicates()
    return counts
