"""The one way in which the models of single words prepare text: for training, evaluation and prediction alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tram_ext.domain.errors import Conflict
from tram_ext.ml.text.word_stemmer import stem

_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"\w\w+")
_NOT_COUNTED: Final = -1


class WordCounts:
    """Counts of the words that stood in at least `min_df` training sentences: lower case, stems, no digits.

    TRAM lemmatises with WordNet, which is a download; stems do the same work without.

    Parameters
    ----------
    vocabulary : sequence of str
        The stems that count, one a column.
    stop_words : iterable of str
        Words, in the form they stand in the text, that do not count. They are a part of what was learned, so that a
        prediction needs no list from elsewhere.
    """

    def __init__(self, vocabulary: Sequence[str], stop_words: Iterable[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self.stop_words = frozenset(stop_words)
        self._columns = _Columns({word: column for column, word in enumerate(self.vocabulary)}, self.stop_words)

    @classmethod
    def fit(cls, texts: Sequence[str], min_df: int = 3) -> tuple[WordCounts, sp.csr_matrix]:
        """Learn the vocabulary of `texts`; return it with their counts, shape (n, words).

        Raises
        ------
        Conflict
            Where no word stands in `min_df` sentences.
        """
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        columns = _Columns({}, ENGLISH_STOP_WORDS, grows=True)
        counts = columns.count(texts)
        every = list(columns.of_stem)
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=len(every)) >= min_df)
        if not kept.size:
            raise Conflict(
                f"There is nothing to learn from: no word stands in {min_df} or more of the {len(texts)} training "
                "sentences. Accept more sentences first."
            )
        kept = np.array(sorted(kept, key=every.__getitem__))
        return cls([every[column] for column in kept], ENGLISH_STOP_WORDS), counts[:, kept]

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Count the known words of each text: float32, shape (n, words)."""
        return self._columns.count(texts)

    def state(self) -> dict[str, str]:
        """Return what `from_state` needs: strings, since a list of words takes a file many times the room."""
        return {"vocabulary": "\n".join(self.vocabulary), "stop_words": "\n".join(sorted(self.stop_words))}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> WordCounts:
        """Make the vocabulary that `state` was taken from."""
        return cls(state["vocabulary"].split("\n"), state["stop_words"].split("\n"))


class _Columns(dict[str, int]):
    """The column of every word met so far, in the form it stands in the text: most words come again.

    Parameters
    ----------
    of_stem : dict of str to int
        The column of each stem.
    stop_words : frozenset of str
        What is not counted.
    grows : bool
        Whether a new stem gets a new column.
    """

    _LIMIT: Final = 200_000

    def __init__(self, of_stem: dict[str, int], stop_words: frozenset[str], *, grows: bool = False) -> None:
        super().__init__()
        self.of_stem = of_stem
        self._stop_words = stop_words
        self._grows = grows

    def __missing__(self, word: str) -> int:
        column = _NOT_COUNTED
        if word not in self._stop_words:
            key = stem(word)
            column = self.of_stem.setdefault(key, len(self.of_stem)) if self._grows else self.of_stem.get(key, column)
        if len(self) < self._LIMIT:
            self[word] = column
        return column

    def count(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Count the words of each text in their columns."""
        found, column_of = _WORD.findall, self.__getitem__
        rows = [
            [column for column in map(column_of, found(_DIGITS.sub("", text).lower())) if column != _NOT_COUNTED]
            for text in texts
        ]
        starts: npt.NDArray[np.int32] = np.zeros(len(rows) + 1, dtype=np.int32)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        indices = np.fromiter((column for row in rows for column in row), dtype=np.int32, count=int(starts[-1]))
        counts = sp.csr_matrix(
            (np.ones(len(indices), dtype=np.float32), indices, starts), shape=(len(rows), max(len(self.of_stem), 1))
        )
        counts.sum_duplicates()
        return counts
