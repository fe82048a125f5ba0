"""Exports reports: read in one transaction, rendered outside of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from tram_ext.domain.attack import AttackKind
from tram_ext.domain.errors import NotAcceptable, NotFound
from tram_ext.domain.reports import Report, Sentence
from tram_ext.domain.users import Permission, User
from tram_ext.exports import ExportBundle, Rendered, ReviewedReport, formats, render
from tram_ext.services.access.policies import require
from tram_ext.services.review.preconditions import existing
from tram_ext.store.database import Store, UnitOfWork


class Exports:
    """Exports of one report or of several."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def report(
        self, report_id: int, format_name: str, actor: User, *, accepted_only: bool = False
    ) -> tuple[Report, Rendered]:
        """Export a report.

        Raises
        ------
        NotFound
            There is no such report.
        NotAcceptable
            There is no such format.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            report = existing(work.reports.get(report_id), "Report")
            bundle = _bundle(work, [report], work.sentences.of_report(report_id), accepted_only=accepted_only)
        return report, render(format_name, bundle)

    def reports(
        self,
        format_name: str,
        actor: User,
        *,
        report_ids: Collection[int] | None = None,
        document_id: int | None = None,
        limit: int | None = None,
        offset: int = 0,
        accepted_only: bool = False,
    ) -> tuple[Rendered, int]:
        """Export all reports, or chosen ones, or those of a document, or a page of them. JSON is a list.

        Returns
        -------
        rendered : Rendered
        total : int
            How many reports there are, of which this may be a page.

        Raises
        ------
        NotFound
            There is no such report.
        NotAcceptable
            There is no such format, or it holds one report only.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            if report_ids is not None:
                found = _chosen(work, report_ids)
                total = len(found)
            elif document_id is not None:
                found = work.reports.of_document(document_id)
                total = len(found)
                found = found[offset:] if limit is None else found[offset : offset + limit]
            else:
                found, total = work.reports.list(limit=limit, offset=offset), work.reports.count()
            sentences = work.sentences.of_reports([report.id for report in found])
            bundle = _bundle(work, found, sentences, accepted_only=accepted_only)
        if any(item.name == format_name and not item.several for item in formats()):
            raise NotAcceptable(f"The format {format_name!r} holds one report only; ask for one by its number.")
        rendered = render(format_name, bundle)
        if format_name == "json" and len(bundle.reports) == 1:
            rendered = replace(rendered, content=b"[" + rendered.content + b"]")
        return rendered, total

    def without_reports(self) -> ExportBundle:
        """Return the ATT&CK that exports refer to, for reports that are not stored."""
        with self._store.read() as work:
            return _bundle(work, [], [], accepted_only=False)


def _chosen(work: UnitOfWork, report_ids: Collection[int]) -> list[Report]:
    found = work.reports.some(report_ids)
    missing = sorted(set(report_ids) - {report.id for report in found})
    if missing:
        raise NotFound(f"There is no report {missing[0]}. 'jupyter tram reports list' shows what there is.")
    return found


def _bundle(
    work: UnitOfWork, found: Sequence[Report], sentences: Sequence[Sentence], *, accepted_only: bool
) -> ExportBundle:
    by_report: dict[int, list[Sentence]] = {report.id: [] for report in found}
    for sentence in sentences:
        by_report[sentence.report_id].append(sentence)
    blocks = work.reports.blocks_of(found)
    objects = [*work.attack.list(), *work.attack.list(kind=AttackKind.TACTIC)]
    return ExportBundle(
        reports=tuple(
            ReviewedReport(report, tuple(by_report[report.id]), blocks.get(report.id, ())) for report in found
        ),
        objects={item.attack_id: item for item in objects},
        releases=tuple(work.attack.releases()),
        accepted_only=accepted_only,
    )
