"""Maps domain errors to HTTP status, headers and body, and back for clients."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from tram_ext.domain import errors

STATUS: Final[Mapping[type[errors.TramError], HTTPStatus]] = {
    errors.Invalid: HTTPStatus.BAD_REQUEST,
    errors.NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Cancelled: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    errors.WorkFailed: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Unreachable: HTTPStatus.SERVICE_UNAVAILABLE,
}

_ERRORS: Final[Mapping[int, type[errors.TramError]]] = {
    status: kind
    for kind, status in STATUS.items()
    if kind not in (errors.Cancelled, errors.Unreachable, errors.Throttled, errors.PreconditionFailed)
}
"""What a status means, where that takes no more than a message."""


@dataclass(frozen=True)
class Reply:
    """Status, body and headers of an error response."""

    status: HTTPStatus
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def reply_to(error: errors.TramError) -> Reply:
    """Return the response to a domain error."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if isinstance(error, errors.Invalid) and error.fields:
        return Reply(status, dict(error.fields))
    body: dict[str, Any] = {"detail": error.message}
    if error.code:
        body["code"] = error.code
    headers = {}
    if isinstance(error, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
        if error.messages:
            body["messages"] = error.messages
    if isinstance(error, errors.PreconditionFailed):
        headers["ETag"] = f'"{error.version}"'
    if isinstance(error, errors.Throttled):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    return Reply(status, body, headers)


def error_of(status: int, body: object, headers: Mapping[str, str]) -> errors.TramError:
    """Return the domain error that an error response encodes; the inverse of :func:`reply_to`.

    Parameters
    ----------
    body : object
        What was read as JSON; None where it was none.
    headers : mapping of str to str
        Names in any case of letters.
    """
    found = body if isinstance(body, dict) else {}
    if status == HTTPStatus.BAD_REQUEST and found and "detail" not in found:
        return errors.Invalid.of({str(name): [str(text) for text in texts] for name, texts in found.items()})
    message = str(found.get("detail") or f"The server answered {status}, and not in TRAM's words.")
    if status == HTTPStatus.PRECONDITION_FAILED:
        return errors.PreconditionFailed(message, version=_number(headers.get("ETag", "").strip('"')))
    code = str(found["code"]) if "code" in found else None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return errors.Throttled(message, code=code, retry_after=_number(headers.get("Retry-After", "")))
    if status == HTTPStatus.UNAUTHORIZED:
        return errors.NotAuthenticated(message, code=code, messages=found.get("messages") or ())
    if code == errors.Cancelled("").code:
        return errors.Cancelled(message)
    return _kind(status)(message, code=code)


def _kind(status: int) -> type[errors.TramError]:
    if status in _ERRORS:
        return _ERRORS[status]
    return errors.Unavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else errors.Invalid


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
