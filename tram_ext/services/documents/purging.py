"""Deletes the files of old uploads; their reports stay."""

from __future__ import annotations

import secrets
from datetime import datetime

from tram_ext.domain.documents import Document
from tram_ext.domain.review import Change
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.files import private_files
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store


class Purging:
    """Deletes the stored files of documents.

    Their reports stay with text, sentences and review, and so do the names and hashes of the files, which the log has,
    too. Documents that a job waits for or works on are left alone.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def preview(self, before: datetime, actor: User) -> list[Document]:
        """Return the documents whose files :meth:`purge` would delete.

        Parameters
        ----------
        before : datetime
            Only what was uploaded earlier.

        Raises
        ------
        Forbidden
            The actor is no admin.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.read() as work:
            return [document for document, _ in work.documents.purgeable(before)]

    def purge(self, before: datetime, actor: User) -> list[Document]:
        """Delete the files of documents that were uploaded before a moment, and return these documents.

        Nobody is given a file from the moment on at which this is in the log. Where the process is killed before it has
        deleted them all, the next start of a server deletes the rest.

        Raises
        ------
        Forbidden
            The actor is no admin.
        """
        require(actor, Permission.ADMINISTER)
        with self._store.write() as work:
            found = work.documents.purgeable(before)
            if found:
                work.documents.purge(before)
                changes = [
                    Change("document", document.id, report_id, {"name": document.name, "sha256": document.sha256}, None)
                    for document, report_id in found
                ]
                work.log.append_changes(actor, "purge document", changes, batch=secrets.token_hex(16))
        for document, _ in found:
            private_files.remove(self._settings.documents_dir / document.stored_name)
        return [document for document, _ in found]
