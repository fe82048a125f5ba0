"""The one table from errors of the domain to HTTP."""

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
}


@dataclass(frozen=True)
class Reply:
    """How an error looks on the wire."""

    status: HTTPStatus
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def reply_to(error: errors.TramError) -> Reply:
    """Return the reply to an error of the domain."""
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
