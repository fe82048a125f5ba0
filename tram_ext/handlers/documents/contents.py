"""Reads a file of the Jupyter server through its contents manager, on behalf of a user of the server."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import Any, Final

from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from tram_ext.domain.errors import Forbidden, Invalid, NotFound, Unavailable
from tram_ext.handlers.base import TramHandler
from tram_ext.services.files.incoming import Incoming, too_large

_RESOURCE: Final = "contents"

_NOT_JUPYTERS: Final = (
    "Files of the Jupyter server can be named only by its own users, logged in to Jupyter: "
    "a token of TRAM or of a kernel does not show that its bearer may read them. Send the file itself."
)


async def receive(handler: TramHandler, path: str, incoming: Incoming, largest: int) -> str:
    """Copy the file at `path` to `incoming`, and return its name.

    Parameters
    ----------
    path : str
        As Jupyter's contents API names it: relative to the root, with slashes.
    largest : int
        Bytes that it may have.

    Raises
    ------
    Forbidden
        The request does not authenticate by Jupyter, or its user may not read contents.
    NotFound
        There is no such file, it is hidden, or lies outside of the root.
    Invalid
        It is a folder.
    TooLarge
        It is over the limit.
    Unavailable
        The contents manager failed.
    """
    await _require_reader(handler)
    model = await _get(handler, path, content=False)
    if model["type"] == "directory":
        raise Invalid(f"{path!r} is a folder. Name a file.")
    if (model.get("size") or 0) > largest:
        raise too_large(largest)
    model = await _get(handler, path, content=True)
    await handler.call(incoming.write, _bytes_of(model))
    return str(model["name"])


async def _require_reader(handler: TramHandler) -> None:
    if handler.token_user is not None:
        raise Forbidden(_NOT_JUPYTERS)
    allowed = await ensure_async(handler.authorizer.is_authorized(handler, handler.current_user, "read", _RESOURCE))
    if not allowed:
        raise Forbidden("You may not read files of this Jupyter server.")


async def _get(handler: TramHandler, path: str, *, content: bool) -> dict[str, Any]:
    manager: Any = handler.settings["contents_manager"]
    try:
        if not manager.allow_hidden and await ensure_async(manager.is_hidden(path)):
            raise _no_file(path)
        asked: dict[str, Any] = {"type": "file", "format": "base64"} if content else {}
        return dict(await ensure_async(manager.get(path, content=content, **asked)))
    except HTTPError as error:
        if error.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN):
            raise _no_file(path) from error
        raise Unavailable(f"Jupyter cannot read {path!r} now: {error.log_message or error.reason}.") from error
    except (OSError, ValueError) as error:
        raise _no_file(path) from error


def _no_file(path: str) -> NotFound:
    return NotFound(f"There is no file {path!r} that can be read on this Jupyter server.")


def _bytes_of(model: dict[str, Any]) -> bytes:
    content = model.get("content") or ""
    if model.get("format") != "base64":
        return str(content).encode()
    try:
        return base64.b64decode(content, validate=False)
    except binascii.Error as error:
        raise Unavailable("Jupyter's contents manager did not return the content of the file.") from error
