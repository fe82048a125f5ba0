"""Lists, shows, creates, edits and deletes reports, and sets whether they are trained on."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict

from tram_ext.domain.edits import ReportEdit
from tram_ext.domain.reports import NewReport, Report
from tram_ext.domain.review import REPORT, ReviewChange
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.attack.attack import forget_builtin
from tram_ext.services.files import private_files
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.preconditions import existing, require_version, state_to_change
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork


class Reports:
    """The reports of the workbench."""

    def __init__(self, store: Store, settings: Settings, changes: Changes) -> None:
        self._store = store
        self._settings = settings
        self._changes = changes

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
            return existing_report(work, report_id)

    def create(self, new: NewReport, actor: User) -> Report:
        """Add a report."""
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            report_id = work.reports.add(new, {}, created_by=actor.id)
            work.log.append(
                actor,
                "add report",
                report_id=report_id,
                target=(REPORT, report_id),
                batch=secrets.token_hex(16),
                after={
                    "name": new.name,
                    "text": new.text,
                    "ml_model": new.ml_model,
                    "use_for_training": new.use_for_training,
                },
            )
            made = existing_report(work, report_id)
        self._changes.tell(ReviewChange("add report", report_id))
        return made

    def change(
        self, report_id: int, edit: ReportEdit, actor: User, *, expected: Collection[int] | None = None
    ) -> Report:
        """Change name, text or model of a report, or whether it is trained on.

        Parameters
        ----------
        expected : collection of int, optional
            Versions of the report that may be changed; None is any.

        Raises
        ------
        NotFound
            There is none with this number.
        PreconditionFailed
            The report is at another version.
        """
        require(actor, Permission.REVIEW)
        with self._store.write() as work:
            state = state_to_change(work, REPORT, report_id, existing_report(work, report_id).version, expected)
            values = {name: value for name, value in asdict(edit).items() if value is not None}
            name = "use for training" if set(values) == {"use_for_training"} else "edit report"
            action = Action(work, actor, name, report_id)
            action.update(REPORT, report_id, state, values)
            told = action.finish()
            changed = existing_report(work, report_id)
        self._changes.tell(*told)
        return changed

    def delete(self, report_id: int, actor: User, *, expected: Collection[int] | None = None) -> None:
        """Delete a report with its sentences and mappings; a built-in one does not come back.

        Raises
        ------
        NotFound
            There is none with this number.
        Forbidden
            The actor is no admin.
        PreconditionFailed
            The report is at another version than those `expected`.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.write() as work:
            report = existing_report(work, report_id)
            require_version(report.version, expected)
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
                before={"name": report.name, "uuid": report.uuid, "sentences": report.total_sentences},
            )
        if file is not None:
            private_files.remove(self._settings.documents_dir / file)
        self._changes.tell(ReviewChange("delete report", report_id))

    def set_use_for_training(self, report_id: int, actor: User, *, use: bool) -> None:
        """Set whether a report's accepted sentences are trained on.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        self.change(report_id, ReportEdit(use_for_training=use), actor)


def _delete_document(work: UnitOfWork, document_id: int | None) -> str | None:
    """Delete a document without reports, and return the name of its file."""
    document = work.documents.get(document_id) if document_id is not None else None
    if document is None or work.documents.is_used(document.id):
        return None
    work.documents.delete(document.id)
    return document.stored_name


def existing_report(work: UnitOfWork, report_id: int) -> Report:
    """Return a report.

    Raises
    ------
    NotFound
        There is none with this number.
    """
    return existing(work.reports.get(report_id), "Report")
