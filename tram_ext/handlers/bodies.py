"""Parses request bodies: JSON, URL-encoded and multipart forms."""

from __future__ import annotations

import contextlib
import json
from typing import Any, Final

from tornado.httputil import HTTPServerRequest

from tram_ext.api.requests import Form
from tram_ext.domain.errors import Invalid, UnsupportedMediaType

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def read_body(request: HTTPServerRequest) -> Any:
    """Return the body of `request`; an empty one is an empty dictionary, and a form's repeated field a list.

    Raises
    ------
    Invalid
        The body says it is JSON, and is not.
    UnsupportedMediaType
        The body is of another type.
    """
    if (form := _form(request)) is not None:
        return form
    if not request.body:
        return {}
    _require_json(request)
    try:
        return json.loads(request.body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"JSON parse error - {error}") from error


def read_json(request: HTTPServerRequest, nested: str) -> bytes:
    """Return the body of `request` as unparsed JSON.

    Parameters
    ----------
    nested : str
        The field that is no text, and stands in a form as JSON.

    Raises
    ------
    Invalid
        The body is a form, and not UTF-8.
    UnsupportedMediaType
        The body is of another type.
    """
    form = _form(request)
    if form is None:
        _require_json(request)
        return request.body
    with contextlib.suppress(KeyError, TypeError, ValueError, RecursionError):
        form[nested] = json.loads(form[nested])  # where it is none, whoever reads the whole says so
    return json.dumps(form).encode()


def _form(request: HTTPServerRequest) -> Form | None:
    if _kind(request) not in _FORMS:
        return None
    found = {name: [_text(value) for value in values] for name, values in request.body_arguments.items()}
    return Form({name: values if len(values) > 1 else values[0] for name, values in found.items()})


def _require_json(request: HTTPServerRequest) -> None:
    if _kind(request) != "application/json":
        declared = request.headers.get("Content-Type", "")
        raise UnsupportedMediaType(f'Unsupported media type "{declared}" in request.')


def _kind(request: HTTPServerRequest) -> str:
    return request.headers.get("Content-Type", "").split(";")[0].strip().lower()


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The form is not UTF-8.") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"Out of range float values are not JSON compliant: {constant}")
