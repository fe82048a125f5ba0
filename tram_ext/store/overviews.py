"""Overviews of many sentences, one statement each: outlines, and counts for the matrix."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from tram_ext.domain.overviews import SentenceOutline, TechniqueCount, TechniqueEvidence
from tram_ext.domain.reports import Disposition
from tram_ext.domain.review import SentenceFilter
from tram_ext.store.sentences import conditions_of
from tram_ext.store.tables import attack_objects, mappings, reports, sentences

_ACCEPTED: Final = sentences.c.disposition == Disposition.ACCEPT.value
_AWAITS: Final = sentences.c.disposition.is_(None)


class Overviews:
    """The repository of overviews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def outline(self, wanted: SentenceFilter) -> list[SentenceOutline]:
        """Return outlines of all sentences that match `wanted`, in the order of their reports."""
        weakest = (
            select(mappings.c.sentence_id, func.min(mappings.c.confidence).label("least"))
            .group_by(mappings.c.sentence_id)
            .where(*([mappings.c.report_id == wanted.report_id] if wanted.report_id is not None else []))
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
                func.sum(case((_ACCEPTED, 1), else_=0)),
                func.sum(case((_AWAITS, 1), else_=0)),
                func.max(mappings.c.confidence),
            )
            .select_from(
                mappings.join(sentences, sentences.c.id == mappings.c.sentence_id).join(
                    attack_objects, attack_objects.c.id == mappings.c.attack_object_id
                )
            )
            .where(_of(report_ids), or_(_ACCEPTED, _AWAITS))
            .group_by(attack_objects.c.attack_id, attack_objects.c.name)
            .order_by(attack_objects.c.attack_id)
        )
        return [TechniqueCount(*row) for row in self._connection.execute(statement)]

    def evidence(self, attack_id: str, report_ids: Collection[int] | None, limit: int) -> list[TechniqueEvidence]:
        """Return sentences that a technique is mapped to: accepted first, then by confidence."""
        statement = (
            select(
                *(sentences.c.id, sentences.c.report_id, reports.c.name, sentences.c.text),
                *(sentences.c.disposition, mappings.c.confidence),
            )
            .select_from(
                mappings.join(sentences, sentences.c.id == mappings.c.sentence_id)
                .join(attack_objects, attack_objects.c.id == mappings.c.attack_object_id)
                .join(reports, reports.c.id == sentences.c.report_id)
            )
            .where(_of(report_ids), attack_objects.c.attack_id == attack_id, or_(_ACCEPTED, _AWAITS))
            .order_by(case((_ACCEPTED, 0), else_=1), mappings.c.confidence.desc(), sentences.c.id)
            .limit(limit)
        )
        return [
            TechniqueEvidence(key, report_id, name, text, Disposition(disposition) if disposition else None, confidence)
            for key, report_id, name, text, disposition, confidence in self._connection.execute(statement)
        ]


def _of(report_ids: Collection[int] | None) -> ColumnElement[bool]:
    return mappings.c.report_id.is_not(None) if report_ids is None else mappings.c.report_id.in_(sorted(report_ids))
