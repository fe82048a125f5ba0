"""Counts stems, for all of TRAM's models, in training, evaluation and prediction alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tram_ext.domain.errors import Conflict
from tram_ext.ml.text.word_stemmer import stem_word

_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"\w\w+")
_NOT_COUNTED: Final = -1


class StemCountVectorizer:
    """Counts of stems: lower case, without digits and stop words; like scikit-learn's ``CountVectorizer``.

    Parameters
    ----------
    min_df : int
        In how many training sentences a stem must occur.

    Attributes
    ----------
    vocabulary_ : tuple of str
        The stems, one a column.
    stop_words_ : frozenset of str
        Words, unstemmed, that are not counted. They are stored with the vocabulary, so that predictions do not depend
        on a list from elsewhere.
    """

    vocabulary_: tuple[str, ...]
    stop_words_: frozenset[str]

    def __init__(self, min_df: int = 3) -> None:
        self.min_df = min_df

    def fit_transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Learn the vocabulary of `texts` and return their counts, shape (n, stems).

        Raises
        ------
        Conflict
            Where no stem occurs in `min_df` sentences.
        """
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        columns = _Columns({}, ENGLISH_STOP_WORDS, grows=True)
        counts = columns.count(texts)
        stems = list(columns.of_stem)
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=len(stems)) >= self.min_df)
        if not kept.size:
            raise Conflict(
                f"There is nothing to learn from: no word occurs in {self.min_df} or more of the {len(texts)} training "
                "sentences. Accept more sentences first."
            )
        kept = np.array(sorted(kept, key=stems.__getitem__))
        self._set([stems[column] for column in kept], ENGLISH_STOP_WORDS)
        return counts[:, kept]

    def _set(self, vocabulary: Iterable[str], stop_words: Iterable[str]) -> None:
        self.vocabulary_, self.stop_words_ = tuple(vocabulary), frozenset(stop_words)
        self._columns = _Columns({stem: column for column, stem in enumerate(self.vocabulary_)}, self.stop_words_)

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Return the counts of each text, shape (n, stems), float32."""
        return self._columns.count(texts)

    def state(self) -> dict[str, str]:
        """Return what :meth:`from_state` needs: strings, since a list of words makes a file many times larger."""
        return {"vocabulary": "\n".join(self.vocabulary_), "stop_words": "\n".join(sorted(self.stop_words_))}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> StemCountVectorizer:
        """Make the vectorizer that `state` was taken from."""
        found = cls()
        found._set(state["vocabulary"].split("\n"), state["stop_words"].split("\n"))
        return found


class _Columns(dict[str, int]):
    """A cache from unstemmed words to columns, since most words recur.

    Parameters
    ----------
    of_stem : dict of str to int
        The column of each stem.
    stop_words : frozenset of str
        Words that are not counted.
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
            stem = stem_word(word)
            column = self.of_stem.setdefault(stem, len(self.of_stem)) if self._grows else self.of_stem.get(stem, column)
        if len(self) < self._LIMIT:
            self[word] = column
        return column

    def count(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Return the counts of each text, texts by columns."""
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
