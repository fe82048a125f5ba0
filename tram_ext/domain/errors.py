"""The errors that a user can cause or meet; each interface translates these, and only these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class TramError(Exception):
    """Base of all errors of the domain.

    Parameters
    ----------
    message : str
        One or two sentences a person understands: what is wrong, and what to do.
    code : str, optional
        A stable identifier for programs, such as ``token_not_valid``.
    """

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        """Support pickling of errors with any signature, so that they cross process boundaries intact."""
        return _restored, (type(self), self.args, dict(vars(self)))


def _restored(kind: type[TramError], args: tuple[Any, ...], state: dict[str, Any]) -> TramError:
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error


class Invalid(TramError):
    """The request or file is malformed.

    Parameters
    ----------
    message : str
        What is wrong.
    fields : mapping of str to sequence of str, optional
        Messages by field, where fields are known.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}

    @classmethod
    def field(cls, name: str, message: str) -> Invalid:
        """Return an error about one field."""
        return cls.of({name: [message]})

    @classmethod
    def of(cls, fields: Mapping[str, Sequence[str]]) -> Invalid:
        """Return an error about several fields; ``non_field_errors`` holds what concerns the whole request."""
        lines = [
            message if name == "non_field_errors" else f"{name}: {message}"
            for name, messages in fields.items()
            for message in messages
        ]
        return cls("\n".join(lines), fields=fields)


class NotAuthenticated(TramError):
    """The request carries no valid credentials.

    Parameters
    ----------
    message : str
        What is wrong with the credentials.
    messages : sequence of mapping, optional
        TRAM's details about each kind of token that was tried.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        messages: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message, code=code)
        self.messages = [dict(item) for item in messages]


class Forbidden(TramError):
    """The user is authenticated and not authorised."""


class NotFound(TramError):
    """The requested resource does not exist."""


class NotAcceptable(TramError):
    """The requested media type cannot be produced."""


class Conflict(TramError):
    """The current state does not allow the request."""


class PreconditionFailed(TramError):
    """The item was changed since the caller read it.

    Parameters
    ----------
    message : str
        What is the matter.
    version : int
        The version that the item has now.
    """

    def __init__(self, message: str, *, version: int) -> None:
        super().__init__(message, code="changed")
        self.version = version


class TooLarge(TramError):
    """A file or request body exceeds a limit."""


class UnsupportedMediaType(TramError):
    """The type of a file or request body is not supported."""


class Throttled(TramError):
    """Too many attempts.

    Parameters
    ----------
    message : str
        What was tried too often.
    retry_after : float
        Seconds until the next attempt is looked at.
    """

    def __init__(self, message: str, *, code: str | None = None, retry_after: float) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Cancelled(TramError):
    """The work was cancelled before it was done."""

    def __init__(self, message: str, *, code: str | None = "cancelled") -> None:
        super().__init__(message, code=code)


class WorkFailed(TramError):
    """Work in a child process ended without a result: a crash, a limit, a time-out."""


class Unavailable(TramError):
    """The workbench cannot serve this now: store unreachable, busy, or not ready."""


class Unreachable(Unavailable):
    """No server answers at the address of the workbench.

    Parameters
    ----------
    message : str
        Who does not answer, and what to do.
    was_sent : bool
        Whether the request may have arrived: what it asked for may have been done.
    """

    def __init__(self, message: str, *, code: str | None = None, was_sent: bool = False) -> None:
        super().__init__(message, code=code)
        self.was_sent = was_sent
