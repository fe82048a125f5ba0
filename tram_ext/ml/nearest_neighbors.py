"""Which sentences say nearly the same: stems, weighted by how rare they are."""

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
from tram_ext.ml.text.token_stemmer import stem
from tram_ext.ml.text.vectorizer import TOKEN

K = TypeVar("K", bound=Hashable)
FloatArray = npt.NDArray[np.float32]

_REMEMBERED: Final = 40_000  # texts whose stems stay in memory: a report is looked at again with each decision


class Stems:
    """A vocabulary that grows with what it reads."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._columns)

    def read(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Mark the stems of each text, 1 or nothing; new ones get new columns."""
        columns = self._columns
        rows = [[columns.setdefault(word, len(columns)) for word in _stems(text)] for text in texts]
        return _marks(rows, len(columns))

    def known(self, text: str) -> tuple[list[int], list[str]]:
        """Return the columns of a text's stems, and the stems that have none."""
        words = _stems(text)
        return [self._columns[word] for word in words if word in self._columns], [
            word for word in words if word not in self._columns
        ]


def vectors(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return a row of length 1 for each text; the product of two rows is their similarity, 0 to 1."""
    marks = Stems().read(texts)
    return _weighted(marks, _rarity(marks))


@dataclass(frozen=True, slots=True)
class Near(Generic[K]):
    """The sentence at `place` in the group `key`, and how similar it is, 0 to 1."""

    key: K
    place: int
    similarity: float


class Neighbours(Generic[K]):
    """Finds the nearest of many sentences; they come and go in groups, such as reports."""

    def __init__(self) -> None:
        self._stems = Stems()
        self._groups: dict[K, sparse.csr_matrix] = {}
        self._index: _Index[K] | None = None

    def keys(self) -> set[K]:
        """Return the groups that are there."""
        return set(self._groups)

    def put(self, key: K, texts: Sequence[str]) -> None:
        """Add a group, or put it in the place of what it was."""
        self._groups[key] = self._stems.read(texts)
        self._index = None

    def drop(self, key: K) -> None:
        """Forget a group."""
        del self._groups[key]
        self._index = None

    def nearest(
        self, text: str, limit: int, keep: Callable[[K, int], bool] = lambda _key, _place: True
    ) -> list[Near[K]]:
        """Return the sentences that share most with `text`, the nearest first; those that share nothing are none.

        Parameters
        ----------
        keep : callable
            Given a group and a place in it, whether that sentence is wanted.
        """
        known, new = self._stems.known(text)
        wanted = (near for near in self._indexed().nearest(known, len(new)) if keep(near.key, near.place))
        return list(islice(wanted, limit))

    def vectors(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return a row of length 1 for each text, by how rare words are among all sentences that are here."""
        index = self._indexed()
        more: dict[str, int] = {}
        rows = []
        for text in texts:
            known, new = self._stems.known(text)
            rows.append([*known, *(len(index.rarity) + more.setdefault(word, len(more)) for word in new)])
        rarity = np.concatenate([index.rarity, np.full(len(more), index.rarest, np.float32)])
        return _weighted(_marks(rows, len(rarity)), rarity)

    def _indexed(self) -> _Index[K]:
        if self._index is None:
            self._index = _Index.of(self._groups, len(self._stems))
        return self._index


@dataclass(frozen=True)
class _Index(Generic[K]):
    keys: list[K]
    begins: npt.NDArray[np.int64]
    rarity: FloatArray
    rows: sparse.csr_matrix

    @classmethod
    def of(cls, groups: dict[K, sparse.csr_matrix], width: int) -> _Index[K]:
        matrices = list(groups.values())
        for matrix in matrices:
            matrix.resize((matrix.shape[0], width))
        begins = np.cumsum([0, *(matrix.shape[0] for matrix in matrices)])
        marks = sparse.vstack(matrices, format="csr") if matrices else sparse.csr_matrix((0, width), dtype=np.float32)
        rarity = _rarity(marks)
        return cls(list(groups), begins, rarity, _weighted(marks, rarity))

    @property
    def rarest(self) -> float:
        """The weight of a word that stands nowhere."""
        return float(np.log(2 + self.rows.shape[0]))

    def nearest(self, known: list[int], unknown: int) -> Iterator[Near[K]]:
        asked = np.zeros(len(self.rarity), np.float32)
        asked[known] = self.rarity[known]
        length = float(np.sqrt(asked @ asked + unknown * self.rarest**2))  # unknown words make all less similar
        if not length:
            return
        similarity = self.rows @ (asked / np.float32(length))
        for row in np.argsort(-similarity, kind="stable"):
            if similarity[row] <= 0:
                return
            yield self._near(int(row), float(similarity[row]))

    def _near(self, row: int, similarity: float) -> Near[K]:
        group = int(np.searchsorted(self.begins, row, side="right")) - 1
        return Near(self.keys[group], row - int(self.begins[group]), min(1.0, similarity))


@lru_cache(maxsize=_REMEMBERED)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(sorted({stem(token) for token in TOKEN.findall(masked(text).lower())}))


def _marks(rows: list[list[int]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((column for row in rows for column in row), np.int32, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))


def _rarity(marks: sparse.csr_matrix) -> FloatArray:
    """Return a weight for each column: next to nothing for a word of every sentence, most for a word of one."""
    counts = np.bincount(marks.indices, minlength=marks.shape[1])
    return np.asarray(np.log((2 + marks.shape[0]) / (1 + counts)), np.float32)


def _weighted(marks: sparse.csr_matrix, rarity: FloatArray) -> sparse.csr_matrix:
    weights = rarity[marks.indices]
    row_of = np.repeat(np.arange(marks.shape[0]), np.diff(marks.indptr))
    length = np.sqrt(np.bincount(row_of, weights=weights**2, minlength=marks.shape[0]))
    length[length == 0] = 1
    weights /= length[row_of].astype(np.float32)
    return sparse.csr_matrix((weights, marks.indices, marks.indptr), shape=marks.shape)
