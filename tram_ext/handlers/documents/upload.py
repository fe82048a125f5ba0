"""Handles file uploads, which are streamed to disk, and uploads of the server's own files, which are named."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any
from urllib.parse import unquote

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from tornado.web import HTTPError, stream_request_body

from tram_ext.api.operations.operation import JSON, Operation
from tram_ext.api.requests import ContentsRequest, parse
from tram_ext.calls import files
from tram_ext.domain.errors import Invalid, TooLarge, TramError
from tram_ext.handlers.admission.authorization import writes
from tram_ext.handlers.admission.connections import UploadPlace
from tram_ext.handlers.calls import CallHandler
from tram_ext.handlers.documents import contents
from tram_ext.services.files.incoming import Incoming, too_large

_ENVELOPE = 64 * 1024
"""Bytes that field names, boundaries and the other fields of the form may take."""

_EXTENDED_NAME = re.compile(rb";\s*filename\*=utf-8'[\w-]*'([\w%.~!#$&+^`|-]+)", re.ASCII | re.IGNORECASE)
_READ_AT_MOST = 1 << 40
"""A rejected body is drained, so that the client reads the answer instead of seeing a broken connection."""


@stream_request_body
class UploadHandler(CallHandler):
    """Takes one file, in the multipart field ``file``; the field ``model`` names the model that maps it.

    Where the operation allows it, a JSON body names a file of the Jupyter server instead.
    """

    _form: MultipartForm | _NamedFile | None = None
    _place: UploadPlace | None = None
    _failure: TramError | HTTPError | None = None

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Authenticate, and prepare to receive; an error is reported after the body was drained."""
        if self.request.method != "POST":
            await super().prepare()
            return
        try:
            await super().prepare()
            await self.begin()
        except (TramError, HTTPError) as error:
            self._failure = error
            setattr(self, "post", self._refuse)  # noqa: B010 - tornado calls the verb when the body is at its end

    async def begin(self) -> None:
        """Check permission, size and quota, and open a private file."""
        files.require_may_send(self.operation, self.actor, self.argument)
        largest = self.services.settings.max_upload_size
        connection: Any = self.request.connection
        connection.set_max_body_size(_READ_AT_MOST)  # ours is the limit that answers in words
        announced = self.request.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > largest + _ENVELOPE:
            raise too_large(largest)
        self._place = self.host.uploads.take(self.actor.id)
        incoming = await self.call(self.services.documents.receive, self.actor)
        content_type = self.request.headers.get("Content-Type", "")
        named = self.operation.body is not None and self.operation.body.as_json is not None
        try:
            if named and content_type.split(";")[0].strip().lower() == JSON:
                self._form = _NamedFile(incoming)
            else:
                self._form = MultipartForm(content_type, incoming)
        except BaseException:
            incoming.discard()  # nobody else knows of it yet
            raise

    async def _refuse(self) -> None:
        assert self._failure is not None
        raise self._failure

    def data_received(self, chunk: bytes) -> None:
        """Write a chunk; after an error the rest is drained, so that the client reads the response."""
        if self._form is None or self._failure is not None:
            return
        try:
            self._form.write(chunk)
        except TramError as error:
            self._failure = error
            self._form.incoming.discard()

    @writes
    async def post(self) -> None:
        """Run the use case of the path's only operation."""
        name, model, incoming = await self._received()
        call = files.FileCall(
            services=self.services,
            actor=self.actor,
            incoming=incoming,
            file_name=name,
            model=model,
            argument=self.argument,
            client_gone=self.client_gone,
        )
        await self.respond(self.operation, partial(files.USE_CASES[self.operation.name], call))

    @property
    def operation(self) -> Operation:
        """The only operation of the path."""
        (found,) = self.OPERATIONS
        return found

    async def _received(self) -> tuple[str, str | None, Incoming]:
        """Return the name of the file, the model that is to map it, and the file.

        Raises
        ------
        TramError, HTTPError
            What was wrong while it arrived.
        """
        self._give_place_back()
        if self._failure is not None:
            raise self._failure
        assert self._form is not None
        if isinstance(self._form, MultipartForm):
            return *self._form.finish(), self._form.incoming
        asked, incoming = self._form.finish(), self._form.incoming
        name = await contents.receive(self, asked.path, incoming, self.services.settings.max_upload_size)
        return name, asked.model, incoming

    def on_finish(self) -> None:
        """Discard the received file unless it became a document."""
        self._discard()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Discard it also when the client disconnects."""
        self._discard()
        super().on_connection_close()

    def _give_place_back(self) -> None:
        if self._place is not None:
            self._place.give_back()

    def _discard(self) -> None:
        self._give_place_back()
        if self._form is not None:
            self._form.incoming.discard()


class _NamedFile:
    """A JSON body that names a file of the Jupyter server.

    Parameters
    ----------
    incoming : Incoming
        Where the file goes.
    """

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming
        self._body = b""

    def write(self, chunk: bytes) -> None:
        """Collect the next bytes.

        Raises
        ------
        TooLarge
            A path is never that long.
        """
        self._body += chunk
        if len(self._body) > _ENVELOPE:
            raise TooLarge("A JSON body here names a file by its path, and is short.")

    def finish(self) -> ContentsRequest:
        """Parse the body.

        Raises
        ------
        Invalid
            It is not JSON, or does not name a file.
        """
        try:
            value = json.loads(self._body)
        except (ValueError, RecursionError) as error:
            raise Invalid(f"JSON parse error - {error}") from error
        return parse(ContentsRequest, value)


class MultipartForm:
    """An incremental parser of a multipart form with one file.

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
        self._is_whole = False
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Invalid("'file' field is required but was not provided")
        callbacks: Any = {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: self._add(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_data,
            "on_part_data": lambda data, start, end: self._take(data[start:end]),
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(options[b"boundary"], callbacks)
        except FormParserError as error:
            raise _no_form(error) from error

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
        except FormParserError as error:
            raise _no_form(error) from error

    def finish(self) -> tuple[str, str | None]:
        """Return the name of the file and the value of ``model``.

        Raises
        ------
        Invalid
            There was no file, or not the whole of it.
        """
        if self._file_name is None:
            raise Invalid("'file' field is required but was not provided")
        if not self._is_whole:
            raise Invalid("Multipart form parse error - the form ends before its last boundary")
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
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        self._field = options.get(b"name", b"").decode(errors="replace")
        name = _file_name(disposition, options)
        self._in_file = self._field == "file" and name is not None
        if self._in_file:
            if self._file_name is not None:
                raise Invalid("One upload takes one file.")
            self._file_name = name

    def _take(self, data: bytes) -> None:
        if self._in_file:
            self.incoming.write(data)
            return
        self._count(data)
        if self._field == "model":
            self._model += data

    def _end(self) -> None:
        self._is_whole = True

    def _count(self, data: bytes) -> None:
        """Limit the size of the other fields."""
        self._beside += len(data)
        if self._beside > _ENVELOPE:
            raise TooLarge("What stands beside the file in the form is too long.")


def _no_form(error: FormParserError) -> Invalid:
    """Return the error for a malformed form."""
    return Invalid(f"Multipart form parse error - {error}")


def _file_name(disposition: bytes, options: dict[bytes, bytes]) -> str | None:
    """Return the name of a file, also in the encoding of RFC 5987, which the parser ignores and some clients send."""
    extended = _EXTENDED_NAME.search(disposition)
    if extended is not None:
        return unquote(extended[1].decode("ascii"), errors="replace")
    name = options.get(b"filename")
    return None if name is None else name.decode(errors="replace")
