"""Generates the OpenAPI 3.1 document from the table of operations and the types of their bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from tram_ext._version import __version__
from tram_ext.api.operations.operation import JSON, Answer, Error, Operation, Parameter
from tram_ext.api.operations.table import OPERATIONS

Schema = dict[str, Any]
_Mode = Literal["validation", "serialization"]

_ABOUT: Final = """
Map cyber threat reports to MITRE ATT&CK: upload documents, review what a model proposes, train, export. What TRAM has,
stands under TRAM's paths in TRAM's shapes; what goes beyond it, under `/api/tram/`.

**Who may call.** Log in with `POST /api/token/`, and send `Authorization: Bearer ACCESS`; or come as a user of this
Jupyter server, with its token or from its pages. Each call names the least role that may make it: a *viewer* reads, an
*analyst* reviews, imports and trains, an *admin* does everything.

**Errors** are JSON: `{"detail": "…"}`, sometimes with a `code`; or, where fields are wrong, each field with what is
wrong with it.

**Lists** are whole unless `limit` asks for a page; then `X-Total-Count` says how many there are, and `Link` where the
other pages are.

**Working together.** Items have a version, which their `ETag` bears. Send it as `If-Match`, and a change that would
overwrite somebody else's is refused (412). Where a call takes an `Idempotency-Key`, a request whose answer was lost can
be sent again: it is done once.

A path works with and without a slash at its end. Bodies may be JSON or forms.
""".strip()

_TAGS: Final = {
    "Logging in": "",
    "Reports": "A report is a text, its sentences, and what was decided about them.",
    "Sentences": "A sentence awaits review, was accepted, or was rejected.",
    "Mappings": "A mapping puts a technique of ATT&CK on a sentence.",
    "ATT&CK": "The techniques that sentences may be mapped to.",
    "Upload": "Documents come in as files, and jobs make reports of them.",
    "Export and import": "A report with everything in it, in the formats that analysts use.",
    "Map a text": "Proposals of which nothing is kept.",
    "Training": "Models learn from accepted sentences, and from nothing else.",
    "Learning": "Why a model proposes what it does, what to review next, and which labels to look at again.",
    "Review together": "Many decisions at once, undo and redo, and who did what.",
    "Workbench": "",
}

_ERRORS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "The request is invalid; the body says what is wrong.",
    HTTPStatus.UNAUTHORIZED: "Nobody knows who is asking.",
    HTTPStatus.FORBIDDEN: "The caller is known, and may not do this.",
    HTTPStatus.NOT_FOUND: "There is no such item.",
    HTTPStatus.NOT_ACCEPTABLE: "There is no such format.",
    HTTPStatus.CONFLICT: "The state of the workbench does not allow this.",
    HTTPStatus.PRECONDITION_FAILED: "Somebody else changed the item; its `ETag` is in the answer.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "It is over a limit.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of a type that is not read here.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The work ended without a result.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many attempts.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The workbench cannot serve this now.",
}

_HEADERS: Final[Mapping[str, tuple[str, Schema]]] = {
    "ETag": ("The version of the item.", {"type": "string", "pattern": '^"[0-9]+"$'}),
    "Location": ("Where to ask how it goes.", {"type": "string"}),
    "Content-Disposition": (
        "The name of the file, plain and as RFC 5987 writes it.",
        {"type": "string", "pattern": "^attachment; filename=\".*\"; filename\\*=UTF-8''"},
    ),
    "WWW-Authenticate": ("How to say who asks.", {"type": "string", "pattern": "^Bearer"}),
    "Retry-After": ("Seconds until the next attempt is looked at.", {"type": "integer", "minimum": 1}),
    "X-Total-Count": ("How many there are; where a page was asked for.", {"type": "integer", "minimum": 0}),
    "Link": ("The first, previous and next page (RFC 8288); where a page was asked for.", {"type": "string"}),
}
_ERROR_HEADERS: Final = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.PRECONDITION_FAILED: "ETag",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
}
_PAGE_HEADERS: Final = ("X-Total-Count", "Link")

_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
_RENAMED: Final = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "ContentTooLarge",
    HTTPStatus.UNPROCESSABLE_ENTITY: "UnprocessableContent",
}
_IN_PATH: Final = {
    "id": Parameter("id", "The number of the item.", {**_NUMBER, "minimum": 1}, "path"),
    "name": Parameter("name", "The name of a model.", {"type": "string", "examples": ["linear"]}, "path"),
    "attack_id": Parameter("attack_id", "ATT&CK's own id.", {"type": "string", "examples": ["T1059.003"]}, "path"),
}
_PAGES: Final = (
    Parameter("limit", "How many at most.", {**_NUMBER, "minimum": 1}),
    Parameter("offset", "How many to pass over.", _NUMBER),
)
_IF_MATCH: Final = Parameter(
    "If-Match", "The `ETag` of the item as the caller knows it; absent, it is changed all the same.",
    {"type": "string", "examples": ['"1"']}, "header",
)  # fmt: skip
_KEY: Final = Parameter(
    "Idempotency-Key",
    "A text of the caller's own making, another for every request. Sent again with the same key, a request is "
    "answered, and not done again.",
    {"type": "string", "pattern": "^[!-~]{1,200}$", "examples": ["8f14e45fceea167a5a36dedd"]},
    "header",
)
_FIELD_ERRORS: Final = {
    "title": "FieldErrors",
    "description": "What is wrong with each field; `non_field_errors` is the body as a whole.",
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}


class _Schemas(GenerateJsonSchema):
    """JSON schema generator without pydantic's field titles, and without defaults that mean "absent"."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the signature is pydantic's
        return False

    def default_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])


def openapi_document(server: str = "/") -> Schema:
    """Generate the OpenAPI document.

    Parameters
    ----------
    server : str
        What stands before the paths: the base URL of the Jupyter server.

    Returns
    -------
    dict
        An OpenAPI 3.1 document, ready for JSON.
    """
    kinds, schemas = _models(OPERATIONS)
    paths: Schema = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.verb.lower()] = _operation(operation, kinds)
    return {
        "openapi": "3.1.0",
        "info": {"title": "TRAM", "version": __version__, "description": _ABOUT},
        "servers": [{"url": server.rstrip("/") or "/"}],
        "tags": [{"name": name, "description": about} if about else {"name": name} for name, about in _TAGS.items()],
        "security": [{"bearer": []}, {"jupyter": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "jupyter": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token TOKEN`, with a token of this Jupyter server",
                },
            },
            "schemas": {**schemas, "FieldErrors": _FIELD_ERRORS},
            "responses": {_response_name(status): _error(status, about) for status, about in _ERRORS.items()},
            "headers": {name: {"description": about, "schema": schema} for name, (about, schema) in _HEADERS.items()},
        },
    }


def _response_name(status: HTTPStatus) -> str:
    """Return the name of an error response: its phrase in RFC 9110, which Python has since 3.13."""
    return _RENAMED.get(status, status.phrase.replace(" ", ""))


def _models(operations: Iterable[Operation]) -> tuple[dict[tuple[Any, _Mode], Schema], Schema]:
    """Return the schema of each type of body used by operations, and the definitions that these refer to."""
    wanted: dict[tuple[Any, _Mode], TypeAdapter[Any]] = {(Error, "serialization"): TypeAdapter(Error)}
    for operation in operations:
        for kind, mode in _kinds(operation):
            wanted[kind, mode] = TypeAdapter(kind)
    keyed, definitions = TypeAdapter.json_schemas(
        [(key, key[1], adapter) for key, adapter in wanted.items()],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schemas,
    )
    return {key: dict(schema) for (key, _), schema in keyed.items()}, definitions["$defs"]


def _kinds(operation: Operation) -> Iterator[tuple[Any, _Mode]]:
    if operation.body is not None:
        for media in operation.body.media:
            yield operation.body.kind_of(media), "validation"
    for answer in operation.answers:
        for kind in answer.media.values():
            if not isinstance(kind, dict):
                yield kind, "serialization"


def _operation(operation: Operation, kinds: Mapping[tuple[Any, _Mode], Schema]) -> Schema:
    found: Schema = {
        "operationId": _identifier(operation),
        "tags": [operation.tag],
        "summary": operation.summary,
        "x-tram-role": operation.role.value if operation.role else None,
    }
    if operation.about:
        found["description"] = operation.about
    if operation.role is None:
        found["security"] = []
    parameters = [_IN_PATH[name] for name in re.findall(r"{(\w+)}", operation.path)]
    headers = [*([_IF_MATCH] if operation.guarded else []), *([_KEY] if operation.keyed else [])]
    parameters += [*operation.query, *(_PAGES if operation.paged else ()), *headers]
    if parameters:
        found["parameters"] = [_parameter(parameter) for parameter in parameters]
    if operation.body is not None:
        found["requestBody"] = {
            "required": operation.body.required,
            "content": {
                media: {"schema": kinds[operation.body.kind_of(media), "validation"]} for media in operation.body.media
            },
        }
    answers = {str(answer.status.value): _answer(answer, operation, kinds) for answer in operation.answers}
    errors = {
        str(status.value): _error(status, about)
        if about
        else {"$ref": f"#/components/responses/{_response_name(status)}"}
        for status, about in sorted(operation.all_errors().items())
    }
    return {**found, "responses": answers | errors}


def _identifier(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path.removeprefix("/api/").replace("-", "_").replace(".", "_"))
    return "_".join([operation.verb.lower(), *words])


def _parameter(parameter: Parameter) -> Schema:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.about,
        "schema": dict(parameter.schema),
    }


def _answer(answer: Answer, operation: Operation, kinds: Mapping[tuple[Any, _Mode], Schema]) -> Schema:
    found: Schema = {"description": answer.about}
    headers = {name: _always(name) for name in answer.headers}
    if operation.paged:
        headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in _PAGE_HEADERS}
    if headers:
        found["headers"] = headers
    if answer.media:
        found["content"] = {
            media: {"schema": kind if isinstance(kind, dict) else kinds[kind, "serialization"]}
            for media, kind in answer.media.items()
        }
    return found


def _error(status: HTTPStatus, about: str) -> Schema:
    schema: Schema = {"$ref": "#/components/schemas/Error"}
    if status is HTTPStatus.BAD_REQUEST:
        schema = {"anyOf": [schema, {"$ref": "#/components/schemas/FieldErrors"}]}
    found: Schema = {"description": about, "content": {JSON: {"schema": schema}}}
    if status in _ERROR_HEADERS:
        found["headers"] = {_ERROR_HEADERS[status]: _always(_ERROR_HEADERS[status])}
    return found


def _always(name: str) -> Schema:
    about, schema = _HEADERS[name]
    return {"description": about, "required": True, "schema": schema}
