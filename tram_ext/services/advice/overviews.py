"""Aggregates over many sentences: outlines of reports, and the counts of the ATT&CK matrix."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from tram_ext.domain.errors import NotFound
from tram_ext.domain.overviews import ReportOutline, ReportText, SentenceOutline, TechniqueCount, TechniqueEvidence
from tram_ext.domain.review import CERTAINTY, READING, SentenceFilter
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.advice.usefulness import Usefulness
from tram_ext.store.database import Store, UnitOfWork

_IDENTITY: Final = "workbench"


class Overviews:
    """Reads aggregates."""

    def __init__(self, store: Store, usefulness: Usefulness) -> None:
        self._store = store
        self._usefulness = usefulness

    def reports(self, actor: User) -> list[ReportOutline]:
        """Return outlines of all reports, in the order they were made."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            return work.overviews.reports()

    def text(self, report_id: int, actor: User) -> ReportText:
        """Return the text of a report, and where its sentences, headings, lists, tables and code stand in it.

        Raises
        ------
        NotFound
            There is no such report.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            report = work.reports.get(report_id)
            if report is None:
                raise NotFound("No Report matches the given query.")
            return ReportText(report.text, work.overviews.spans(report_id), work.reports.blocks(report))

    def outline(
        self, report_id: int, wanted: SentenceFilter, actor: User, *, order: str = READING
    ) -> list[SentenceOutline]:
        """Return all sentences of a report that `wanted` describes, without their texts.

        Parameters
        ----------
        order : {'reading', 'uncertainty', 'certainty'}
            By uncertainty those come first whose decision teaches the model most, by certainty those whose weakest
            mapping has the highest confidence; last those that are decided.

        Raises
        ------
        NotFound
            There is no such report.
        Conflict
            By uncertainty: the model was never trained.
        """
        require(actor, Permission.READ)
        wanted = replace(wanted, report_id=report_id)
        with self._store.read() as work:
            _existing(work, [report_id])
            found = work.overviews.outline(wanted)
        if order == READING or not any(item.disposition is None for item in found):
            return found
        if order == CERTAINTY:
            return sorted(found, key=lambda item: (item.disposition is not None, -(item.least or 0.0)))
        ranked, _ = self._usefulness.list(replace(wanted, undecided=True, disposition=None), actor)
        place = {useful.sentence.id: number for number, useful in enumerate(ranked)}
        return sorted(found, key=lambda item: place.get(item.id, len(place)))

    def technique_counts(self, report_ids: Collection[int] | None, actor: User) -> list[TechniqueCount]:
        """Return how often each technique is on sentences of some reports, or of all (None), by its id.

        Raises
        ------
        NotFound
            There is no such report.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            _existing(work, report_ids or ())
            return work.overviews.technique_counts(report_ids)

    def evidence(
        self, attack_id: str, report_ids: Collection[int] | None, actor: User, *, limit: int
    ) -> list[TechniqueEvidence]:
        """Return sentences that bear a technique, the best evidence first.

        Raises
        ------
        NotFound
            There is no such technique or report.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            _existing(work, report_ids or ())
            technique = work.attack.find(attack_id.strip().upper())
            if technique is None:
                raise NotFound(f"No loaded ATT&CK object has the id {attack_id!r}.")
            return work.overviews.evidence(technique.attack_id, report_ids, limit)

    def identity(self) -> str:
        """Return the unique id of this workbench; create it on first use."""
        with self._store.read() as work:
            known: str | None = work.settings.get(_IDENTITY)
        if known is not None:
            return known
        with self._store.write() as work:
            identity: str = work.settings.get(_IDENTITY) or secrets.token_hex(8)
            work.settings.set(_IDENTITY, identity)
        return identity


def _existing(work: UnitOfWork, report_ids: Collection[int]) -> None:
    missing = sorted(set(report_ids) - {report.id for report in work.reports.some(report_ids)}) if report_ids else []
    if missing:
        raise NotFound("No Report matches the given query.")
