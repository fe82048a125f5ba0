"""The calls of a connection that bring a file, on services in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from tram_ext.api.attack_responses import UpgradeBody, upgrade_body
from tram_ext.api.map_responses import MappedBody, mapped_body
from tram_ext.api.responses import (
    ImportedBody,
    UploadedBody,
    imported_body,
    queued_body,
    report_uploaded_body,
)
from tram_ext.domain.errors import Invalid
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.container import Services
from tram_ext.services.files.incoming import Incoming

_CHUNK: Final = 1 << 20


class LocalFiles:
    """A part of :class:`tram_ext.workbenches.local.LocalConnection`."""

    _services: Services
    _actor: User

    def upload(self, name: str, file: BinaryIO, *, model: str | None = None) -> UploadedBody:
        with self._received(file) as incoming, _by_field():
            uploaded = self._services.documents.accept(incoming, name, model, self._actor)
        if uploaded.job is not None:
            return queued_body(uploaded.job, is_new=uploaded.is_new)
        assert uploaded.imported is not None
        imported = uploaded.imported
        return report_uploaded_body(imported.report, imported.warnings, is_new=uploaded.is_new)

    def import_report(self, data: bytes) -> ImportedBody:
        with _by_field():
            imported = self._services.imports.import_report(data, self._actor)
        return imported_body(imported.report, imported.warnings)

    def map_file(self, name: str, file: BinaryIO, *, model: str | None = None) -> MappedBody:
        with self._received(file) as incoming:
            done = self._services.previews.of_file(incoming, name, model, self._actor)
        return mapped_body(done.report, done.names, done.warnings)

    def upgrade_attack(self, name: str, file: BinaryIO, *, preview: bool = False) -> UpgradeBody:
        if not preview:
            require(self._actor, Permission.ADMINISTER)
        with self._received(file) as incoming:
            done = self._services.attack_upgrades.of_received(incoming, name, self._actor, preview=preview)
        return upgrade_body(done, preview=preview)

    @contextlib.contextmanager
    def _received(self, file: BinaryIO) -> Iterator[Incoming]:
        incoming = self._services.documents.receive(self._actor)
        try:
            while chunk := file.read(_CHUNK):
                incoming.write(chunk)
            yield incoming
        finally:
            incoming.discard()


@contextlib.contextmanager
def _by_field() -> Iterator[None]:
    """Say what is wrong with a file field by field, as the wire does."""
    try:
        yield
    except Invalid as error:
        if error.fields:
            raise Invalid.of(error.fields) from error
        raise
