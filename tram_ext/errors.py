"""What can go wrong, by name: the errors that every call of a workbench may raise."""

from __future__ import annotations

from tram_ext.domain.errors import (
    Cancelled,
    Conflict,
    Forbidden,
    Invalid,
    NotAcceptable,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    Throttled,
    TooLarge,
    TramError,
    Unavailable,
    Unreachable,
    UnsupportedMediaType,
    WorkFailed,
)

__all__ = [
    "Cancelled",
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotAcceptable",
    "NotAuthenticated",
    "NotFound",
    "PreconditionFailed",
    "Throttled",
    "TooLarge",
    "TramError",
    "Unavailable",
    "Unreachable",
    "UnsupportedMediaType",
    "WorkFailed",
]
