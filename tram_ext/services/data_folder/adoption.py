"""Adoption: a deliberate new pairing of a folder and a database that did not belong together."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import asdict

from tram_ext.services.access.passwords import Passwords
from tram_ext.services.access.users import Users
from tram_ext.services.data_folder import pairing
from tram_ext.services.data_folder.pairing import Survey
from tram_ext.services.files import exchange, private_files
from tram_ext.services.files.data_lock import DataLock, in_use
from tram_ext.services.settings import Settings
from tram_ext.store.copies import is_in_use
from tram_ext.store.database import Store, UnitOfWork
from tram_ext.store.database_file import file_of


def adopt(settings: Settings) -> Survey:
    """Pair the configured folder with the configured database, under a new id, and return how they stood before.

    Neither the folder's files nor the database's rows change. Whatever was the other half of either is refused from
    then on.

    Raises
    ------
    Conflict
        Somebody works with the folder, or with the database where that is a file.
    Unavailable
        One of them cannot be used.
    """
    folder = private_files.make_folder(settings.data_dir)
    lock = DataLock.alone(folder)
    try:
        exchange.finish(folder)
        file = file_of(settings.database_url)
        if file is not None and is_in_use(file):
            raise in_use(file)
        before = pairing.survey(settings)
        with contextlib.closing(Store.open(settings.database_url)) as store:
            actor = Users(store, settings, Passwords()).at_the_command_line()

            def note(work: UnitOfWork) -> None:
                was = None if before.of_database is None else asdict(before.of_database)
                batch, now = secrets.token_hex(16), {"folder": str(folder.absolute())}
                target = ("store", None)
                work.log.append(
                    actor, "adopt data folder", report_id=None, target=target, batch=batch, before=was, after=now
                )

            pairing.renew(store, settings, note)
    finally:
        lock.close()
    return before
