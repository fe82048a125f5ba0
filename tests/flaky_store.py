"""A store that cannot be used for a while."""

from __future__ import annotations

import contextlib
import threading

from tram_ext.domain.errors import Unavailable


class FlakyStore:
    """A store that cannot be written to while `trouble` is set."""

    def __init__(self, store):
        self._store = store
        self.trouble = threading.Event()

    def read(self):
        return self._store.read()

    @contextlib.contextmanager
    def write(self):
        if self.trouble.is_set():
            raise Unavailable("The disk is full.")
        with self._store.write() as work:
            yield work
