"""An operation of the HTTP API: a verb of a path, what it takes, what it answers, who may call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

from tram_ext.domain.users import Role

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


class TokenProblem(TypedDict):
    """The fault of one kind of token."""

    token_class: str
    token_type: str
    message: str


class Error(TypedDict):
    """Why something did not work, for people; `code`, where there is one, for programs."""

    detail: str
    code: NotRequired[str]
    messages: NotRequired[list[TokenProblem]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path, the query or a header.

    Attributes
    ----------
    schema : dict
        JSON schema of the value.
    """

    name: str
    about: str
    schema: Mapping[str, Any]
    where: str = "query"


@dataclass(frozen=True, slots=True)
class Body:
    """A request body.

    Attributes
    ----------
    kind : type
        A model of a request, or a TypedDict.
    required : bool
        False where an empty body does as well.
    as_json : type or None
        What a JSON body holds instead, where it is something else than a form does.
    """

    kind: Any
    media: tuple[str, ...] = (JSON, FORM, MULTIPART)
    required: bool = True
    as_json: Any = None

    def kind_of(self, media: str) -> Any:
        """Return the type of a body of this media type."""
        return self.as_json if media == JSON and self.as_json is not None else self.kind


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response.

    Attributes
    ----------
    media : mapping of str to type
        What stands in the body, by its media type; a dict is a JSON schema as it is.
    headers : tuple of str
        Names of headers that it always has.
    """

    about: str
    media: Mapping[str, Any] = field(default_factory=dict)
    status: HTTPStatus = HTTPStatus.OK
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A verb of a path.

    Attributes
    ----------
    name : str
        What the call is called in Python: the method of a connection, and the use case in :mod:`tram_ext.calls`.
    path : str
        As TRAM writes it, with names in braces; a slash at the end may be left out or added by callers.
    about : str
        What the summary leaves open, in Markdown.
    role : Role or None
        The least role that may call it; None needs no credentials.
    body : Body or None
        What the request carries.
    query : tuple of Parameter
        Parameters beside those of the path.
    paged : bool
        Whether it takes ``limit`` and ``offset``.
    guarded : bool
        Whether it takes ``If-Match``.
    keyed : bool
        Whether it takes ``Idempotency-Key``.
    errors : mapping of HTTPStatus to str
        Failures of its own, each with what they mean here; those that follow from the rest are added.
    """

    name: str
    verb: str
    path: str
    tag: str
    summary: str
    answers: tuple[Answer, ...]
    about: str = ""
    role: Role | None = Role.VIEWER
    body: Body | None = None
    query: tuple[Parameter, ...] = ()
    paged: bool = False
    guarded: bool = False
    keyed: bool = False
    errors: Mapping[HTTPStatus, str] = field(default_factory=dict)

    def all_errors(self) -> dict[HTTPStatus, str]:
        """Return the error responses by status; an empty description means the standard one."""
        found = {HTTPStatus.SERVICE_UNAVAILABLE: ""}
        if self.role is not None:
            found |= {HTTPStatus.UNAUTHORIZED: "", HTTPStatus.FORBIDDEN: ""}
        if "{" in self.path:
            found[HTTPStatus.NOT_FOUND] = ""
        if self.body is not None or self.query or self.paged:
            found[HTTPStatus.BAD_REQUEST] = ""
        if self.body is not None and JSON in self.body.media and self.body.as_json is None:
            found[HTTPStatus.UNSUPPORTED_MEDIA_TYPE] = ""
        if self.guarded:
            found[HTTPStatus.PRECONDITION_FAILED] = ""
        if self.keyed:
            found |= {HTTPStatus.BAD_REQUEST: "", HTTPStatus.CONFLICT: "The key was used for another request."}
        return found | dict(self.errors)


def shows(kind: Any, about: str, *, tagged: bool = False, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """Return a JSON response; with an ``ETag`` if it is `tagged`."""
    return Answer(about, {JSON: kind}, status, ("ETag",) if tagged else ())


def created(kind: Any, about: str, *, tagged: bool = False) -> Answer:
    """Return a 201 response."""
    return shows(kind, about, tagged=tagged, status=HTTPStatus.CREATED)


def nothing(about: str) -> Answer:
    """Return a 204 response."""
    return Answer(about, status=HTTPStatus.NO_CONTENT)
