"""Mappings in the store: techniques on sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from tram_ext.domain.assertions import ASSERTED, Assertion, Disposition
from tram_ext.domain.reports import Mapping
from tram_ext.store.tables import attack_objects, mappings, sentences

_AT_ONCE: Final = 1_000
_TECHNIQUE: Final = "attack_id"
"""The one field of an assertion that is no column of its own: the row of the technique stands for it."""

_COLUMNS: Final = [
    *(mappings.c.id, mappings.c.report_id, mappings.c.sentence_id, attack_objects.c.name, mappings.c.version),
    *((attack_objects if name == _TECHNIQUE else mappings).c[name] for name in ASSERTED),
]


NOT_REJECTED: Final = mappings.c.disposition.is_distinct_from(Disposition.REJECT.value)
"""The condition that a mapping was not rejected on its own."""

COUNTED: Final[ColumnElement[Any]] = func.coalesce(mappings.c.disposition, sentences.c.disposition)
"""What a mapping counts as beside its sentence; see :mod:`tram_ext.domain.decisions`."""


class Mappings:
    """Mappings with the technique that each names."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, mapping_id: int) -> Mapping | None:
        """Return a mapping by number."""
        row = self._connection.execute(mappings_with_technique().where(mappings.c.id == mapping_id)).first()
        return None if row is None else mapping_of(row)

    def find(self, sentence_id: int, attack_object_id: int) -> Mapping | None:
        """Return the mapping of a technique on a sentence."""
        statement = mappings_with_technique().where(
            mappings.c.sentence_id == sentence_id, mappings.c.attack_object_id == attack_object_id
        )
        row = self._connection.execute(statement).first()
        return None if row is None else mapping_of(row)

    def page(self, sentence_id: int | None, *, limit: int | None = None, offset: int = 0) -> list[Mapping]:
        """Return a page of mappings that were not rejected, in order of number, of one sentence or of all."""
        statement = mappings_with_technique().where(NOT_REJECTED).order_by(mappings.c.id)
        if sentence_id is not None:
            statement = statement.where(mappings.c.sentence_id == sentence_id)
        if limit is not None:
            statement = statement.limit(limit)
        if offset:
            statement = statement.offset(offset)
        return [mapping_of(row) for row in self._connection.execute(statement)]

    def count(self, sentence_id: int | None) -> int:
        """Return the number of mappings that were not rejected, of one sentence or of all."""
        statement = select(func.count()).select_from(mappings).where(NOT_REJECTED)
        if sentence_id is not None:
            statement = statement.where(mappings.c.sentence_id == sentence_id)
        return self._connection.execute(statement).scalar_one()

    def on_sentences(self, sentence_ids: Collection[int]) -> list[tuple[int, int, int]]:
        """Return the row numbers of mapping, sentence and technique for all mappings of some sentences."""
        ordered = sorted(sentence_ids)
        found: list[tuple[int, int, int]] = []
        for begin in range(0, len(ordered), _AT_ONCE):
            statement = select(mappings.c.id, mappings.c.sentence_id, mappings.c.attack_object_id)
            rows = self._connection.execute(
                statement.where(mappings.c.sentence_id.in_(ordered[begin : begin + _AT_ONCE]))
            )
            found.extend((row[0], row[1], row[2]) for row in rows)
        return found

    def uses(self) -> dict[int, tuple[int, int]]:
        """Return the numbers of sentences and reports by technique row, for techniques in use."""
        statement = select(
            mappings.c.attack_object_id,
            func.count().label("number"),
            func.count(mappings.c.report_id.distinct()).label("reports"),
        ).group_by(mappings.c.attack_object_id)
        return {row.attack_object_id: (row.number, row.reports) for row in self._connection.execute(statement)}

    def is_used(self, attack_object_id: int) -> bool:
        """Whether any mapping refers to the technique."""
        statement = select(mappings.c.id).where(mappings.c.attack_object_id == attack_object_id).limit(1)
        return self._connection.execute(statement).first() is not None


def mappings_with_technique() -> Select[Any]:
    """Return the query for rows that `mapping_of` reads."""
    return select(*_COLUMNS).join(attack_objects, attack_objects.c.id == mappings.c.attack_object_id)


def mapping_of(row: Sequence[Any]) -> Mapping:
    """Build a mapping from a row, by position: reports have thousands of them."""
    return Mapping(row[0], row[1], row[2], row[3], Assertion.of_values(row[5:]), row[4])


def asserted_columns(assertion: Assertion, attack_object_id: int) -> dict[str, Any]:
    """Return the column values of an assertion."""
    columns = assertion.state()
    del columns[_TECHNIQUE]
    return {"attack_object_id": attack_object_id, **columns}
