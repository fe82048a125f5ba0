"""Overviews of many sentences, one statement each: outlines, and counts for the matrix."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.overviews import ReportOutline, SentenceOutline, TechniqueCount, TechniqueEvidence
from tram_ext.domain.review import SentenceFilter
from tram_ext.store.mappings import COUNTED, NOT_REJECTED
from tram_ext.store.sentences import conditions_of
from tram_ext.store.tables import attack_objects, documents, mappings, reports, sentences, users

_ACCEPTED: Final = sentences.c.disposition == Disposition.ACCEPT.value
_REJECTED: Final = sentences.c.disposition == Disposition.REJECT.value
_AWAITS: Final = sentences.c.disposition.is_(None)
_COUNTS_AS_ACCEPTED: Final = COUNTED.in_([Disposition.ACCEPT.value])
_COUNTS_AS_UNDECIDED: Final = COUNTED.is_(None)
_COUNTS: Final = or_(_COUNTS_AS_ACCEPTED, _COUNTS_AS_UNDECIDED)


class Overviews:
    """The repository of overviews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reports(self) -> list[ReportOutline]:
        """Return outlines of all reports, in the order they were made."""
        bears = exists().where(mappings.c.sentence_id == sentences.c.id, mappings.c.disposition.is_(None))
        counts = (
            select(
                sentences.c.report_id,
                func.sum(case((_ACCEPTED, 1), else_=0)).label("accepted"),
                func.sum(case((_REJECTED, 1), else_=0)).label("rejected"),
                func.sum(case((_AWAITS & bears, 1), else_=0)).label("proposed"),
            )
            .group_by(sentences.c.report_id)
            .subquery("counts")
        )
        statement = (
            select(
                *(reports.c.id, reports.c.name, reports.c.ml_model, users.c.name.label("created_by")),
                *(reports.c.created_on, reports.c.updated_on, reports.c.document_id, reports.c.use_for_training),
                case((documents.c.purged_on.is_(None), documents.c.content_type)).label("media_type"),
                reports.c.builtin.is_not(None).label("builtin"),
                *(func.coalesce(counts.c[name], 0).label(name) for name in ("accepted", "rejected", "proposed")),
                *(reports.c.sentence_count.label("total"), reports.c.version),
            )
            .select_from(
                reports.outerjoin(counts, counts.c.report_id == reports.c.id)
                .outerjoin(users, users.c.id == reports.c.created_by)
                .outerjoin(documents, documents.c.id == reports.c.document_id)
            )
            .order_by(reports.c.id)
        )
        return [
            ReportOutline(**{**row, "builtin": bool(row["builtin"])})
            for row in self._connection.execute(statement).mappings()
        ]

    def spans(self, report_id: int) -> list[tuple[int, int, int]]:
        """Return number, start and end of the sentences of a report that have a place in its text, in reading order."""
        statement = (
            select(sentences.c.id, sentences.c.start, sentences.c.end)
            .where(sentences.c.report_id == report_id, sentences.c.start.is_not(None), sentences.c.end.is_not(None))
            .order_by(sentences.c.start, sentences.c.id)
        )
        return [tuple(row) for row in self._connection.execute(statement)]

    def outline(self, wanted: SentenceFilter) -> list[SentenceOutline]:
        """Return outlines of all sentences that match `wanted`, in the order of their reports."""
        weakest = (
            select(mappings.c.sentence_id, func.min(mappings.c.confidence).label("least"))
            .group_by(mappings.c.sentence_id)
            .where(NOT_REJECTED, *([mappings.c.report_id == wanted.report_id] if wanted.report_id is not None else []))
            .subquery("weakest")
        )
        statement = (
            select(sentences.c.id, sentences.c.disposition, weakest.c.least)
            .outerjoin(weakest, weakest.c.sentence_id == sentences.c.id)
            .where(*conditions_of(wanted))
            .order_by(sentences.c.report_id, sentences.c.order, sentences.c.id)
        )
        return [
            SentenceOutline(key, Disposition(disposition) if disposition else None, least)
            for key, disposition, least in self._connection.execute(statement)
        ]

    def technique_counts(self, report_ids: Collection[int] | None) -> list[TechniqueCount]:
        """Return the number of sentences by technique id, in some reports or in all (None)."""
        statement = (
            select(
                attack_objects.c.attack_id,
                attack_objects.c.name,
                func.sum(case((_COUNTS_AS_ACCEPTED, 1), else_=0)),
                func.sum(case((_COUNTS_AS_UNDECIDED, 1), else_=0)),
                func.max(mappings.c.confidence),
            )
            .select_from(
                mappings.join(sentences, sentences.c.id == mappings.c.sentence_id).join(
                    attack_objects, attack_objects.c.id == mappings.c.attack_object_id
                )
            )
            .where(_of(report_ids), _COUNTS)
            .group_by(attack_objects.c.attack_id, attack_objects.c.name)
            .order_by(attack_objects.c.attack_id)
        )
        return [TechniqueCount(*row) for row in self._connection.execute(statement)]

    def evidence(self, attack_id: str, report_ids: Collection[int] | None, limit: int) -> list[TechniqueEvidence]:
        """Return sentences that a technique is mapped to: accepted first, then by confidence."""
        statement = (
            select(
                *(sentences.c.id, sentences.c.report_id, reports.c.name, sentences.c.text),
                *(COUNTED, mappings.c.confidence),
            )
            .select_from(
                mappings.join(sentences, sentences.c.id == mappings.c.sentence_id)
                .join(attack_objects, attack_objects.c.id == mappings.c.attack_object_id)
                .join(reports, reports.c.id == sentences.c.report_id)
            )
            .where(_of(report_ids), attack_objects.c.attack_id == attack_id, _COUNTS)
            .order_by(case((_COUNTS_AS_ACCEPTED, 0), else_=1), mappings.c.confidence.desc(), sentences.c.id)
            .limit(limit)
        )
        return [
            TechniqueEvidence(key, report_id, name, text, Disposition(disposition) if disposition else None, confidence)
            for key, report_id, name, text, disposition, confidence in self._connection.execute(statement)
        ]


def _of(report_ids: Collection[int] | None) -> ColumnElement[bool]:
    return mappings.c.report_id.is_not(None) if report_ids is None else mappings.c.report_id.in_(sorted(report_ids))
