"""Reports, their sentences and mappings in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from collections.abc import Mapping as Map
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from tram_ext.domain.documents import Block, BlockKind
from tram_ext.domain.identifiers import random_uuid
from tram_ext.domain.reports import NewReport, Report
from tram_ext.store.mappings import asserted_columns
from tram_ext.store.tables import mappings, report_blocks, reports, sentences, users
from tram_ext.store.types import utc_now

_AT_ONCE: Final = 1_000


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Reports:
    """The repository of reports, with the counts of their sentences."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        new: NewReport,
        attack_rows: Map[str, int],
        *,
        created_by: int | None,
        document_id: int | None = None,
        builtin: str | None = None,
        import_sha256: str | None = None,
    ) -> int:
        """Add a report with its sentences and mappings.

        Parameters
        ----------
        attack_rows : mapping of str to int
            The row of every technique that the mappings name.

        Returns
        -------
        int
            The number of the report.
        """
        now = utc_now()
        report_id: int = self._connection.execute(
            insert(reports)
            .values(
                name=new.name,
                text=new.text,
                ml_model=new.ml_model,
                document_id=document_id,
                sentence_count=len(new.sentences),
                created_by=created_by,
                created_on=new.created_on or now,
                updated_on=new.updated_on or now,
                use_for_training=new.use_for_training,
                builtin=builtin,
                import_sha256=import_sha256,
                uuid=new.uuid or random_uuid(),
            )
            .returning(reports.c.id)
        ).scalar_one()
        self._add_sentences(report_id, new, attack_rows)
        if new.blocks:
            found = [[block.start, block.end, block.kind.value, block.level] for block in new.blocks]
            values = {"report_id": report_id, "text_sha256": _sha256(new.text), "blocks": found}
            self._connection.execute(insert(report_blocks).values(values))
        return report_id

    def blocks(self, report: Report) -> tuple[Block, ...]:
        """Return the headings, items, cells, code and captions of a report's text; none if it was edited since."""
        return self.blocks_of([report]).get(report.id, ())

    def blocks_of(self, some: Collection[Report]) -> dict[int, tuple[Block, ...]]:
        """Return those of several reports by number; reports without any are left out."""
        by_id = {report.id: report for report in some}
        found: dict[int, tuple[Block, ...]] = {}
        ordered = sorted(by_id)
        for begin in range(0, len(ordered), _AT_ONCE):
            chosen = report_blocks.c.report_id.in_(ordered[begin : begin + _AT_ONCE])
            for row in self._connection.execute(select(report_blocks).where(chosen)):
                if row.text_sha256 == _sha256(by_id[row.report_id].text):
                    blocks = (Block(start, end, BlockKind(kind), level) for start, end, kind, level in row.blocks)
                    found[row.report_id] = tuple(blocks)
        return found

    def _add_sentences(self, report_id: int, new: NewReport, attack_rows: Map[str, int]) -> None:
        if not new.sentences:
            return
        rows = [{"report_id": report_id, **sentence.state()} for sentence in new.sentences]
        statement = insert(sentences).returning(sentences.c.id, sort_by_parameter_order=True)
        keys = self._connection.execute(statement, rows).scalars().all()
        found = [
            {
                "report_id": report_id,
                "sentence_id": key,
                **asserted_columns(assertion, attack_rows[assertion.attack_id]),
            }
            for key, sentence in zip(keys, new.sentences, strict=True)
            for assertion in sentence.all_mappings
        ]
        if found:
            self._connection.execute(insert(mappings), found)

    def get(self, report_id: int) -> Report | None:
        """Return a report by number."""
        row = self._connection.execute(_with_counts().where(reports.c.id == report_id)).first()
        return None if row is None else _report(row)

    def some(self, report_ids: Collection[int]) -> list[Report]:
        """Return the existing ones of some reports, in the order they were made."""
        statement = _with_counts().where(reports.c.id.in_(report_ids)).order_by(reports.c.id)
        return [_report(row) for row in self._connection.execute(statement)]

    def of_document(self, document_id: int) -> list[Report]:
        """Return the reports that were made of a document."""
        statement = _with_counts().where(reports.c.document_id == document_id).order_by(reports.c.id)
        return [_report(row) for row in self._connection.execute(statement)]

    def list(self, *, limit: int | None = None, offset: int = 0) -> list[Report]:
        """Return reports in the order they were made."""
        statement = _with_counts().order_by(reports.c.id)
        if limit is not None:
            statement = statement.limit(limit)
        return [_report(row) for row in self._connection.execute(statement.offset(offset))]

    def count(self) -> int:
        """Return the number of reports."""
        return self._connection.execute(select(func.count()).select_from(reports)).scalar_one()

    def amounts(self, *, builtin: bool) -> tuple[int, int]:
        """Return the numbers of reports and sentences, of users' or of built-in reports."""
        number, total = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(reports.c.sentence_count), 0)).where(
                reports.c.builtin.is_not(None) if builtin else reports.c.builtin.is_(None)
            )
        ).one()
        return int(number), int(total)

    def builtin(self, key: str) -> int | None:
        """Return the number of a built-in report, or None."""
        return self._connection.execute(select(reports.c.id).where(reports.c.builtin == key)).scalar()

    def imported(self, sha256: str) -> int | None:
        """Return the number of the report imported from content with this hash, or None."""
        return self._connection.execute(select(reports.c.id).where(reports.c.import_sha256 == sha256)).scalar()

    def with_uuid(self, uuid: str) -> Report | None:
        """Return the report that has this UUID."""
        row = self._connection.execute(_with_counts().where(reports.c.uuid == uuid)).first()
        return None if row is None else _report(row)

    def delete(self, report_id: int) -> None:
        """Delete a report with its sentences and mappings."""
        # In this order, and by the report's own index: cascades would look up each sentence's mappings one by one.
        self._connection.execute(delete(mappings).where(mappings.c.report_id == report_id))
        self._connection.execute(delete(sentences).where(sentences.c.report_id == report_id))
        self._connection.execute(delete(reports).where(reports.c.id == report_id))


def _with_counts() -> Select[Any]:
    def number(condition: Any) -> Any:
        own = select(func.count()).select_from(sentences).where(sentences.c.report_id == reports.c.id, condition)
        return own.correlate(reports).scalar_subquery()

    # Counted report by report over a covering index, so that one report costs one report's sentences.
    return select(
        reports,
        users.c.name.label("user_name"),
        reports.c.sentence_count.label("total"),
        number(sentences.c.disposition == "accept").label("accepted"),
        number(sentences.c.disposition.is_(None)).label("reviewing"),
    ).select_from(reports.outerjoin(users, users.c.id == reports.c.created_by))


def _report(row: Row[Any]) -> Report:
    return Report(
        id=row.id,
        name=row.name,
        text=row.text,
        ml_model=row.ml_model,
        created_by=row.user_name,
        created_on=row.created_on,
        updated_on=row.updated_on,
        uuid=row.uuid,
        document_id=row.document_id,
        use_for_training=row.use_for_training,
        builtin=row.builtin,
        accepted_sentences=row.accepted,
        reviewing_sentences=row.reviewing,
        total_sentences=row.total,
        version=row.version,
    )
