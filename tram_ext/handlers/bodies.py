"""Bodies of requests as Python values: JSON, forms, multipart."""

from __future__ import annotations

import json
from typing import Any, Final

from tornado.httputil import HTTPServerRequest

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
    declared = request.headers.get("Content-Type", "")
    kind = declared.split(";")[0].strip().lower()
    if kind in _FORMS:
        found = {name: [_text(value) for value in values] for name, values in request.body_arguments.items()}
        return {name: values if len(values) > 1 else values[0] for name, values in found.items()}
    if not request.body:
        return {}
    if kind != "application/json":
        raise UnsupportedMediaType(f'Unsupported media type "{declared}" in request.')
    try:
        return json.loads(request.body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"JSON parse error - {error}") from error


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The form is not UTF-8.") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"Out of range float values are not JSON compliant: {constant}")
