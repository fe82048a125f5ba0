"""``/api/upload/``: a file streams to the disk, and becomes a job or an imported report."""

from __future__ import annotations

from typing import Any

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header
from tornado.web import stream_request_body

from tram_ext.api.responses import queued_body, report_uploaded_body
from tram_ext.domain.errors import Invalid, TooLarge, TramError
from tram_ext.handlers.authorization import writes
from tram_ext.handlers.base import TramHandler
from tram_ext.services.documents import Incoming, too_large

_ENVELOPE = 64 * 1024
"""Bytes that field names, boundaries and the other fields of the form may take."""


@stream_request_body
class UploadHandler(TramHandler):
    """Takes one file, in the multipart field ``file``; ``model`` names who maps it."""

    _form: MultipartForm | None = None
    _failure: TramError | None = None

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Refuse what cannot be taken before its bytes arrive."""
        await super().prepare()
        if self.request.method != "POST":
            return
        largest = self.services.settings.max_upload_bytes + _ENVELOPE
        connection: Any = self.request.connection
        connection.set_max_body_size(largest * 2)  # ours is the limit that answers in words
        announced = self.request.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > largest:
            raise too_large(self.services.settings.max_upload_bytes)
        self._form = MultipartForm(
            self.request.headers.get("Content-Type", ""),
            await self.call(self.services.documents.receive, self.actor),
        )

    def data_received(self, chunk: bytes) -> None:
        """Write what arrives; after a failure the rest is passed over, so that the client reads the answer."""
        if self._form is None or self._failure is not None:
            return
        try:
            self._form.write(chunk)
        except TramError as error:
            self._failure = error

    @writes
    async def post(self) -> None:
        """Queue the file."""
        assert self._form is not None
        if self._failure is not None:
            raise self._failure
        name, model = self._form.finish()
        accept = self.services.documents.accept
        uploaded = await self.call(accept, self._form.incoming, name, model, self.actor)
        if uploaded.job is not None:
            self.reply(queued_body(uploaded.job, is_new=uploaded.is_new))
        elif uploaded.imported is not None:
            imported = uploaded.imported
            self.reply(report_uploaded_body(imported.report, imported.warnings, is_new=uploaded.is_new))

    def on_finish(self) -> None:
        """Remove what was received and did not become a document."""
        self._discard()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Do the same where the client has gone."""
        self._discard()
        super().on_connection_close()

    def _discard(self) -> None:
        if self._form is not None:
            self._form.incoming.discard()


class MultipartForm:
    """A form with one file, parsed as it arrives.

    Parameters
    ----------
    content_type : str
        The request's header, which names the boundary.
    incoming : Incoming
        Where the file goes.

    Raises
    ------
    Invalid
        The body is no multipart form.
    """

    def __init__(self, content_type: str, incoming: Incoming) -> None:
        self.incoming = incoming
        self._model = b""
        self._beside = 0
        self._header: list[bytes] = [b"", b""]
        self._headers: dict[bytes, bytes] = {}
        self._field = ""
        self._file_name: str | None = None
        self._in_file = False
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            incoming.discard()
            raise Invalid("'file' field is required but was not provided")
        callbacks: Any = {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: self._add(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_data,
            "on_part_data": lambda data, start, end: self._take(data[start:end]),
        }
        self._parser = MultipartParser(options[b"boundary"], callbacks)

    def write(self, chunk: bytes) -> None:
        """Parse the next bytes.

        Raises
        ------
        Invalid
            They are not what a multipart form looks like.
        TooLarge
            The file or another field is over its limit.
        """
        try:
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise Invalid(f"Multipart form parse error - {error}") from error

    def finish(self) -> tuple[str, str | None]:
        """Return the name of the file and the value of ``model``.

        Raises
        ------
        Invalid
            There was no file.
        """
        try:
            self._parser.finalize()
        except MultipartParseError as error:
            raise Invalid(f"Multipart form parse error - {error}") from error
        if self._file_name is None:
            raise Invalid("'file' field is required but was not provided")
        model = self._model.decode(errors="replace").strip()
        return self._file_name, model or None

    def _begin_part(self) -> None:
        self._headers, self._header = {}, [b"", b""]

    def _add(self, part: int, data: bytes) -> None:
        self._count(data)
        self._header[part] += data

    def _end_header(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _begin_data(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode(errors="replace")
        self._in_file = self._field == "file" and b"filename" in options
        if self._in_file:
            if self._file_name is not None:
                raise Invalid("One upload takes one file.")
            self._file_name = options[b"filename"].decode(errors="replace")

    def _take(self, data: bytes) -> None:
        if self._in_file:
            self.incoming.write(data)
            return
        self._count(data)
        if self._field == "model":
            self._model += data

    def _count(self, data: bytes) -> None:
        """Hold what stands beside the file to its limit."""
        self._beside += len(data)
        if self._beside > _ENVELOPE:
            raise TooLarge("What stands beside the file in the form is too long.")
