"""Imports TRAM's report exports: atomically, the same content once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from tram_ext.domain.identifiers import derived_report_uuid, random_uuid
from tram_ext.domain.reports import NewReport, Report
from tram_ext.domain.review import ReviewChange
from tram_ext.domain.users import Permission, User
from tram_ext.exports import tram_json
from tram_ext.services.access.policies import require
from tram_ext.services.attack.attack import resolve_techniques, with_successors
from tram_ext.services.review.changes import Changes
from tram_ext.store.database import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import.

    Attributes
    ----------
    is_new : bool
        False where the same content had been imported before: then the report is as it stood, edits included.
    """

    report: Report
    is_new: bool
    warnings: tuple[str, ...]


class Imports:
    """Imports exports into the store."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    def import_report(self, data: bytes, actor: User) -> Imported:
        """Import an export.

        Raises
        ------
        Invalid
            The file is not a report export; every problem is named with its place, and nothing is kept.
        Forbidden
            The actor may not import.
        """
        require(actor, Permission.REVIEW)
        found = tram_json.parse(data)
        with self._store.read() as work:
            known = work.reports.imported(found.sha256)
        if known is None:
            with self._store.write() as work:
                known = work.reports.imported(found.sha256)
                added = None if known is not None else self._add(work, found, actor)
            if added is not None:
                self._changes.tell(ReviewChange("import report", added.report.id))
                return added
        assert known is not None
        with self._store.read() as work:
            report = work.reports.get(known)
        assert report is not None
        return Imported(report, is_new=False, warnings=())

    def _add(self, work: UnitOfWork, found: tram_json.ImportedReport, actor: User) -> Imported:
        ids = {mapping.attack_id for sentence in found.report.sentences for mapping in sentence.all_mappings}
        resolved = resolve_techniques(work, ids, found.names)
        uuid, doubts = _uuid(work, found.report)
        report_id = work.reports.add(
            replace(with_successors(found.report, resolved.replaced), uuid=uuid),
            resolved.rows,
            created_by=actor.id,
            import_sha256=found.sha256,
        )
        work.log.append(
            actor,
            "import report",
            report_id=report_id,
            target=("report", report_id),
            batch=secrets.token_hex(16),
            after={"sha256": found.sha256, "sentences": len(found.report.sentences)},
        )
        report = work.reports.get(report_id)
        assert report is not None
        return Imported(report, is_new=True, warnings=(*doubts, *resolved.warnings))


def _uuid(work: UnitOfWork, report: NewReport) -> tuple[str, tuple[str, ...]]:
    """Return the UUID of an imported report, with warnings.

    It is the file's own. A file that has none, but says when the report was made, gives what follows from that and the
    name: the same in every workbench. Where another report has it, a new one is given.
    """
    wanted = report.uuid
    if wanted is None and report.created_on is not None:
        wanted = derived_report_uuid(report.name, report.created_on)
    if wanted is None:
        return random_uuid(), ()
    holder = work.reports.with_uuid(wanted)
    if holder is None:
        return wanted, ()
    fresh = random_uuid()
    if report.uuid is None:
        return fresh, ()
    said = f"Report {holder.id}, {holder.name!r}, has the UUID {wanted} of this file already; this report got {fresh}."
    return fresh, (f"{said} Platforms that take STIX will see two reports.",)
