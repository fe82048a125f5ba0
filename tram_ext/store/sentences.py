"""Sentences with their mappings in the store: any page in a constant number of statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Map
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Subquery, func, select

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.reports import SENTENCE_CONTENT, Mapping, Sentence
from tram_ext.domain.review import SentenceFilter
from tram_ext.store.mappings import NOT_REJECTED, mapping_of, mappings_with_technique
from tram_ext.store.tables import attack_objects, mappings, reports, sentences

_COLUMNS: Final = [sentences.c[name] for name in ("id", "report_id", "version", *SENTENCE_CONTENT.names)]
_AT_ONCE: Final = 1_000
_ORDER: Final = (sentences.c.report_id, sentences.c.order, sentences.c.id)


class Sentences:
    """The repository of sentences, in the order of their reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, sentence_id: int) -> Sentence | None:
        """Return a sentence by number, with its mappings."""
        found = self._read(select(*_ORDER).where(sentences.c.id == sentence_id).subquery("page"))
        return found[0] if found else None

    def some(self, sentence_ids: Collection[int]) -> list[Sentence]:
        """Return the existing ones of some sentences, in the order of their reports."""
        return self._read(select(*_ORDER).where(sentences.c.id.in_(sentence_ids)).subquery("page"))

    def of_report(self, report_id: int) -> list[Sentence]:
        """Return all sentences of a report."""
        return self.page(SentenceFilter(report_id=report_id))

    def of_reports(self, report_ids: Collection[int]) -> list[Sentence]:
        """Return all sentences of some reports, report by report."""
        ordered = sorted(report_ids)
        found: list[Sentence] = []
        for begin in range(0, len(ordered), _AT_ONCE):
            some = ordered[begin : begin + _AT_ONCE]
            found += self._read(select(*_ORDER).where(sentences.c.report_id.in_(some)).subquery("page"))
        return found

    def page(self, wanted: SentenceFilter, *, limit: int | None = None, offset: int = 0) -> list[Sentence]:
        """Return the sentences that match `wanted` by report, order and number; with a limit, a page of them."""
        keys = select(*_ORDER).where(*conditions_of(wanted)).order_by(*_ORDER)
        if limit is not None:
            keys = keys.limit(limit)
        if offset:
            keys = keys.offset(offset)
        return self._read(keys.subquery("page"))

    def last_page(self, wanted: SentenceFilter, *, limit: int, offset: int) -> list[Sentence]:
        """Return `limit` sentences as `page` does, but with the offset counted from the end: cheap near the end."""
        backwards = [column.desc() for column in _ORDER]
        keys = select(*_ORDER).where(*conditions_of(wanted)).order_by(*backwards).limit(limit).offset(offset)
        return self._read(keys.subquery("page"))

    def count(self, wanted: SentenceFilter) -> int:
        """Return the number of sentences that match `wanted`."""
        if wanted == SentenceFilter(report_id=wanted.report_id):
            known = select(func.coalesce(func.sum(reports.c.sentence_count), 0))
            if wanted.report_id is not None:
                known = known.where(reports.c.id == wanted.report_id)
            total: int = self._connection.execute(known).scalar_one()
            return total
        statement = select(func.count()).select_from(sentences).where(*conditions_of(wanted))
        return self._connection.execute(statement).scalar_one()

    def next_order(self, report_id: int) -> int:
        """Return the order for a sentence that is appended to a report."""
        statement = select(func.max(sentences.c.order)).where(sentences.c.report_id == report_id)
        last: int | None = self._connection.execute(statement).scalar()
        return 0 if last is None else last + 1

    def orders(self, report_id: int) -> list[tuple[int, int]]:
        """Return order and number of each sentence of a report, in the report's order."""
        statement = select(sentences.c.order, sentences.c.id).where(sentences.c.report_id == report_id)
        return [(row[0], row[1]) for row in self._connection.execute(statement.order_by(*_ORDER))]

    def _read(self, page: Subquery) -> list[Sentence]:
        """Return the sentences of the ids in `page`, in two statements: sentences, and their mappings."""
        # Ordered by the page's columns: by the table's own, a database may walk through the whole table in that order.
        ordered = page.c.report_id, page.c.order, page.c.id
        whole = select(*_COLUMNS).join(page, page.c.id == sentences.c.id).order_by(*ordered)
        rows = self._connection.execute(whole).all()
        keys = [row.id for row in rows] if len(rows) <= _AT_ONCE else select(page.c.id)
        own: dict[int, list[Mapping]] = {}
        rejected: dict[int, list[Mapping]] = {}
        found = mappings_with_technique().where(mappings.c.sentence_id.in_(keys)).order_by(mappings.c.id)
        for row in self._connection.execute(found) if rows else ():
            mapping = mapping_of(row)
            kept = rejected if mapping.disposition is Disposition.REJECT else own
            kept.setdefault(mapping.sentence_id, []).append(mapping)
        return [_sentence(row, own, rejected) for row in rows]


def conditions_of(wanted: SentenceFilter) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of a filter for sentences."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.report_id is not None:
        conditions.append(sentences.c.report_id == wanted.report_id)
    if wanted.ids is not None:
        conditions.append(sentences.c.id.in_(wanted.ids))
    if wanted.page is not None:
        conditions.append(sentences.c.page == wanted.page)
    if wanted.undecided:
        conditions.append(sentences.c.disposition.is_(None))
    elif wanted.disposition is not None:
        conditions.append(sentences.c.disposition == wanted.disposition.value)
    if wanted.text:
        conditions.append(sentences.c.text.icontains(wanted.text, autoescape=True))
    if mapped := _mapping_conditions(wanted):
        found = select(mappings.c.sentence_id).join(attack_objects, attack_objects.c.id == mappings.c.attack_object_id)
        found = found.where(*mapped)
        # In one report, look at the mappings of each sentence; in all, begin with the mappings, which are fewer.
        if wanted.report_id is not None:
            conditions.append(found.where(mappings.c.sentence_id == sentences.c.id).correlate(sentences).exists())
        else:
            conditions.append(sentences.c.id.in_(found))
    return conditions


def _mapping_conditions(wanted: SentenceFilter) -> list[ColumnElement[bool]]:
    """Return the SQL conditions that a single mapping of a sentence has to meet."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.technique is not None:
        conditions.append(attack_objects.c.attack_id == wanted.technique)
    if wanted.attack_object_id is not None:
        conditions.append(mappings.c.attack_object_id == wanted.attack_object_id)
    if wanted.least is not None:
        conditions.append(mappings.c.confidence >= wanted.least)
    if wanted.most is not None:
        conditions.append(mappings.c.confidence <= wanted.most)
    return [*conditions, NOT_REJECTED] if conditions else []


def _sentence(
    row: Sequence[Any], mappings_of: Map[int, list[Mapping]], rejected_of: Map[int, list[Mapping]]
) -> Sentence:
    # By position: a report has thousands of sentences, and a name costs as much as the rest of it.
    return Sentence(
        *SENTENCE_CONTENT.arguments(row[3:]),
        id=row[0],
        report_id=row[1],
        mappings=tuple(mappings_of.get(row[0], ())),
        version=row[2],
        rejected_mappings=tuple(rejected_of.get(row[0], ())),
    )
