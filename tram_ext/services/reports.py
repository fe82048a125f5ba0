"""Reports: listing, showing, deleting, and whether they are trained on."""

from __future__ import annotations

import secrets

from tram_ext.domain.errors import NotFound
from tram_ext.domain.reports import Report
from tram_ext.domain.users import Permission, User
from tram_ext.services.attack import forget_builtin
from tram_ext.services.policies import require
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork


class Reports:
    """The reports of the workbench."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def list(self, actor: User, *, limit: int | None = None, offset: int = 0) -> tuple[list[Report], int]:
        """Return reports in the order they were made, and how many there are."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            return work.reports.list(limit=limit, offset=offset), work.reports.count()

    def get(self, report_id: int, actor: User) -> Report:
        """Return a report.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.READ)
        with self._store.read() as work:
            return _existing(work, report_id)

    def delete(self, report_id: int, actor: User) -> None:
        """Delete a report with its sentences and mappings; a built-in one does not come back.

        Raises
        ------
        NotFound
            There is none with this number.
        Forbidden
            The actor is no admin.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.write() as work:
            report = _existing(work, report_id)
            if report.builtin:
                forget_builtin(work, report.builtin)
            work.reports.delete(report_id)
            file = _delete_document(work, report.document_id)
            work.log.append(
                actor,
                "delete report",
                report_id=report_id,
                target=("report", report_id),
                batch=secrets.token_hex(16),
                before={"name": report.name, "sentences": report.total_sentences},
            )
        if file is not None:
            (self._settings.documents_dir / file).unlink(missing_ok=True)

    def set_use_for_training(self, report_id: int, actor: User, *, use: bool) -> None:
        """Say whether a report's accepted sentences are trained on.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            report = _existing(work, report_id)
            work.reports.set_use_for_training(report_id, use)
            work.log.append(
                actor,
                "use for training",
                report_id=report_id,
                target=("report", report_id),
                batch=secrets.token_hex(16),
                before=report.use_for_training,
                after=use,
            )


def _delete_document(work: UnitOfWork, document_id: int | None) -> str | None:
    """Delete a document that no report is left of, and return the name of its file."""
    document = work.documents.get(document_id) if document_id is not None else None
    if document is None or work.documents.is_used(document.id):
        return None
    work.documents.delete(document.id)
    return document.stored_name


def _existing(work: UnitOfWork, report_id: int) -> Report:
    report = work.reports.get(report_id)
    if report is None:
        raise NotFound("No Report matches the given query.")
    return report
