"""The connection in process: a call runs the use case of its operation, with the checks of a server."""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, BinaryIO, Final

from tram_ext.api.connection import Answer, Connection, ExportFile
from tram_ext.api.operations.table import BY_NAME
from tram_ext.api.page_responses import DEFAULT_WIDTH
from tram_ext.api.responses import ImportedBody, imported_body
from tram_ext.calls import files
from tram_ext.calls.call import Later, Request, Result
from tram_ext.calls.runner import number_of, run
from tram_ext.domain.errors import Invalid, TramError
from tram_ext.domain.users import User
from tram_ext.services.container import Services
from tram_ext.services.files.incoming import Incoming
from tram_ext.services.settings import MOST_UNFINISHED_TRAININGS

_CHUNK: Final = 1 << 20


class LocalConnection(Connection):
    """A connection to services in this process; it starts their background work, and closes them.

    Parameters
    ----------
    services : Services
        The workbench; documents are worked on and trainings run while it is open.
    actor : User
        Who works at it.
    """

    def __init__(self, services: Services, actor: User) -> None:
        self._services = services
        self._actor = actor
        self._trainers = ThreadPoolExecutor(MOST_UNFINISHED_TRAININGS, thread_name_prefix="tram-training")
        services.documents.sweep()
        services.preparation.start()
        services.queue.start()
        atexit.register(self.close)  # a script that ends without closing hands what is under way back to the queue

    def __repr__(self) -> str:
        return f"<workbench in {self._services.settings.data_dir}>"

    def download(self, document_id: int) -> bytes:
        """Return the bytes of an uploaded document."""
        _, path = self._services.documents.open(number_of(BY_NAME["download"], str(document_id)), self._actor)
        return path.read_bytes()

    def page_image(self, report_id: int, number: int = 1, *, width: int = DEFAULT_WIDTH) -> bytes:
        """Return a page of a report's PDF as a WebP image."""
        key = number_of(BY_NAME["page_image"], str(report_id))
        return self._services.pages.image(key, number, width, self._actor)

    def import_report(self, data: bytes) -> ImportedBody:
        """Import a TRAM report export, all or nothing; an identical one that exists is left as it is."""
        with _by_field():
            imported = self._services.imports.import_report(data, self._actor)
        return imported_body(imported.report, imported.warnings)

    def export(self, report_id: int | None, format_name: str, *, accepted_only: bool = False) -> ExportFile:
        """Export a report, or all (None)."""
        exports = self._services.exports
        if report_id is None:
            rendered, _ = exports.reports(format_name, self._actor, accepted_only=accepted_only)
            return ExportFile(f"Reports{rendered.suffix}", rendered.media_type, rendered.content)
        key = number_of(BY_NAME["export_report"], str(report_id))
        report, rendered = exports.report(key, format_name, self._actor, accepted_only=accepted_only)
        return ExportFile(f"{report.name}{rendered.suffix}", rendered.media_type, rendered.content)

    def close(self) -> None:
        """Close the connection and the workbench."""
        atexit.unregister(self.close)
        self._services.close()
        self._trainers.shutdown(cancel_futures=True)

    def _send(
        self,
        name: str,
        item: int | str | None,
        *,
        query: Mapping[str, str],
        body: Any,
        expected: int | None,
        key: str | None,
    ) -> Answer:
        request = Request(
            item="" if item is None else str(item),
            argument=lambda name: query.get(name, ""),
            read_body=lambda: {} if body is None else dict(body),
            expected=None if expected is None else frozenset([expected]),
            key=key,
        )
        result = _now(run(BY_NAME[name], self._services, self._actor, request))
        if result.background is not None:
            self._trainers.submit(_recorded, result.background)
        part = result.part
        return Answer(result.body, None if part is None or part.limit is None else part.total)

    def _upload(self, name: str, file_name: str, file: BinaryIO, query: Mapping[str, str], model: str | None) -> Any:
        def argument(name: str) -> str:
            return query.get(name, "")

        files.require_may_send(BY_NAME[name], self._actor, argument)
        with self._received(file) as incoming, _by_field():
            call = files.FileCall(
                services=self._services,
                actor=self._actor,
                incoming=incoming,
                file_name=file_name,
                model=model,
                argument=argument,
            )
            return _now(files.USE_CASES[name](call)).body

    @contextlib.contextmanager
    def _received(self, file: BinaryIO) -> Iterator[Incoming]:
        incoming = self._services.documents.receive(self._actor)
        try:
            for chunk in iter(partial(file.read, _CHUNK), b""):
                incoming.write(chunk)
            yield incoming
        finally:
            incoming.discard()


def _now(result: Result | Later) -> Result:
    return result.work() if isinstance(result, Later) else result


def _recorded(work: Callable[[], object]) -> None:
    """Run background work, which records its own outcome."""
    with contextlib.suppress(TramError):
        work()


@contextlib.contextmanager
def _by_field() -> Iterator[None]:
    """Format errors of a file by field, as they are over HTTP."""
    try:
        yield
    except Invalid as error:
        if error.fields:
            raise Invalid.of(error.fields) from error
        raise
