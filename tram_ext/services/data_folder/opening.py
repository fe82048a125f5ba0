"""Opening a data folder with its database: nothing is created before it is known that they match."""

from __future__ import annotations

from tram_ext.services.data_folder import pairing
from tram_ext.services.files import exchange, private_files
from tram_ext.services.files.data_lock import DataLock
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store


def open_together(settings: Settings) -> tuple[DataLock, Store, str]:
    """Open folder and database, create what is missing, and finish an interrupted restore.

    Returns
    -------
    lock : DataLock
        To be closed after the store.
    store : Store
    pair : str
        The id that folder and database share.

    Raises
    ------
    Invalid
        The URL of the database is none.
    Unavailable
        One of them cannot be used, or they do not belong together.
    """
    folder = settings.data_dir
    if folder.exists():
        private_files.make_folder(folder)  # says what is wrong with it
    is_interrupted = exchange.is_interrupted(folder)
    if not is_interrupted:
        pairing.require_pair(settings)
    private_files.make_folder(folder)
    lock = exchange.enter(folder)
    try:
        if is_interrupted:
            pairing.require_pair(settings)
        store = Store.open(settings.database_url)
        try:
            return lock, store, pairing.settle(store, settings)
        except BaseException:
            store.close()
            raise
    except BaseException:
        lock.close()
        raise
