"""Finds the nearest sentences by the cosine similarity of their tf-idf vectors over stems."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.ml.text.masking import masked
from tram_ext.ml.text.token_stemmer import cut_ending
from tram_ext.ml.text.vectorizer import TOKEN

K = TypeVar("K", bound=Hashable)
FloatArray = npt.NDArray[np.float32]

_CACHED_TEXTS: Final = 40_000  # the sentences of a report are compared again after each decision


class _Vocabulary:
    """Columns of stems; new stems get new columns."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._columns)

    def add(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return a binary matrix, texts by stems, adding columns for new stems."""
        columns = self._columns
        rows = [[columns.setdefault(word, len(columns)) for word in _stems(text)] for text in texts]
        return _binary_matrix(rows, len(columns))

    def look_up(self, text: str) -> tuple[list[int], list[str]]:
        """Return the columns of a text's stems, and its unknown stems."""
        words = _stems(text)
        return [self._columns[word] for word in words if word in self._columns], [
            word for word in words if word not in self._columns
        ]


def tfidf_vectors(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return a row of length 1 for each text; the dot product of two rows is their cosine similarity, 0 to 1."""
    binary = _Vocabulary().add(texts)
    return _tfidf(binary, _idf(binary))


@dataclass(frozen=True, slots=True)
class Neighbor(Generic[K]):
    """The sentence at `place` in the group `key`, and its cosine similarity, 0 to 1."""

    key: K
    place: int
    similarity: float


class NearestNeighbors(Generic[K]):
    """An index of sentences that are added and removed in groups, such as reports."""

    def __init__(self) -> None:
        self._vocabulary = _Vocabulary()
        self._groups: dict[K, sparse.csr_matrix] = {}
        self._index: _Index[K] | None = None

    def keys(self) -> set[K]:
        """Return the keys of the groups."""
        return set(self._groups)

    def put(self, key: K, texts: Sequence[str]) -> None:
        """Add a group, or replace it."""
        self._groups[key] = self._vocabulary.add(texts)
        self._index = None

    def drop(self, key: K) -> None:
        """Remove a group."""
        del self._groups[key]
        self._index = None

    def nearest(
        self, text: str, limit: int, keep: Callable[[K, int], bool] = lambda _key, _place: True
    ) -> list[Neighbor[K]]:
        """Return the sentences most similar to `text`, nearest first, without those of similarity 0.

        Parameters
        ----------
        keep : callable
            Given a group and a place in it, whether to include that sentence.
        """
        known, new = self._vocabulary.look_up(text)
        neighbors = self._indexed().nearest(known, len(new))
        return list(islice((near for near in neighbors if keep(near.key, near.place)), limit))

    def tfidf_vectors(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return a row of length 1 for each text, with the document frequencies of the sentences in the index."""
        index = self._indexed()
        more: dict[str, int] = {}
        rows = []
        for text in texts:
            known, new = self._vocabulary.look_up(text)
            rows.append([*known, *(len(index.idf) + more.setdefault(word, len(more)) for word in new)])
        idf = np.concatenate([index.idf, np.full(len(more), index.max_idf, np.float32)])
        return _tfidf(_binary_matrix(rows, len(idf)), idf)

    def _indexed(self) -> _Index[K]:
        if self._index is None:
            self._index = _Index.of(self._groups, len(self._vocabulary))
        return self._index


@dataclass(frozen=True)
class _Index(Generic[K]):
    keys: list[K]
    starts: npt.NDArray[np.int64]
    idf: FloatArray
    rows: sparse.csr_matrix

    @classmethod
    def of(cls, groups: dict[K, sparse.csr_matrix], width: int) -> _Index[K]:
        matrices = list(groups.values())
        for matrix in matrices:
            matrix.resize((matrix.shape[0], width))
        starts = np.cumsum([0, *(matrix.shape[0] for matrix in matrices)])
        binary = sparse.vstack(matrices, format="csr") if matrices else sparse.csr_matrix((0, width), dtype=np.float32)
        idf = _idf(binary)
        return cls(list(groups), starts, idf, _tfidf(binary, idf))

    @property
    def max_idf(self) -> float:
        """The inverse document frequency of a stem that occurs in no sentence."""
        return float(np.log(2 + self.rows.shape[0]))

    def nearest(self, known: list[int], unknown: int) -> Iterator[Neighbor[K]]:
        query = np.zeros(len(self.idf), np.float32)
        query[known] = self.idf[known]
        length = float(np.sqrt(query @ query + unknown * self.max_idf**2))
        if not length:
            return
        similarity = self.rows @ (query / np.float32(length))
        for row in np.argsort(-similarity, kind="stable"):
            if similarity[row] <= 0:
                return
            yield self._neighbor(int(row), float(similarity[row]))

    def _neighbor(self, row: int, similarity: float) -> Neighbor[K]:
        group = int(np.searchsorted(self.starts, row, side="right")) - 1
        return Neighbor(self.keys[group], row - int(self.starts[group]), min(1.0, similarity))


@lru_cache(maxsize=_CACHED_TEXTS)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(sorted({cut_ending(token) for token in TOKEN.findall(masked(text).lower())}))


def _binary_matrix(rows: list[list[int]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((column for row in rows for column in row), np.int32, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))


def _idf(binary: sparse.csr_matrix) -> FloatArray:
    """Return the inverse document frequency of each column, smoothed."""
    document_frequency = np.bincount(binary.indices, minlength=binary.shape[1])
    return np.asarray(np.log((2 + binary.shape[0]) / (1 + document_frequency)), np.float32)


def _tfidf(binary: sparse.csr_matrix, idf: FloatArray) -> sparse.csr_matrix:
    """Weight the entries of a binary matrix by `idf`, and scale its rows to length 1."""
    weights = idf[binary.indices]
    row_of = np.repeat(np.arange(binary.shape[0]), np.diff(binary.indptr))
    length = np.sqrt(np.bincount(row_of, weights=weights**2, minlength=binary.shape[0]))
    length[length == 0] = 1
    weights /= length[row_of].astype(np.float32)
    return sparse.csr_matrix((weights, binary.indices, binary.indptr), shape=binary.shape)
