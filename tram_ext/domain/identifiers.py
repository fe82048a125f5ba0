"""UUIDs: random ones, and those that are derived from content so that the same content has the same everywhere."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime
from typing import Final

_CANONICAL: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


def random_uuid() -> str:
    """Return a new random UUID."""
    return str(uuid.uuid4())


def derived_uuid(kind: str, *content: str) -> str:
    """Derive a UUID from the parts of `content`, joined by a separator that none of them can hold.

    STIX wants version 4, pseudo-random, for everything that is no observable; the bits of a hash are that.
    """
    digest = hashlib.sha256("\0".join(("tram-ext", kind, *content)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def derived_report_uuid(name: str, created_on: datetime) -> str:
    """Derive the UUID of a report that has none of its own from its name and creation time."""
    return derived_uuid("report", name, created_on.astimezone(UTC).isoformat())


def parse_uuid(said: str) -> str:
    """Parse a UUID, and return it in lower case.

    Raises
    ------
    ValueError
        It is not written as 8-4-4-4-12 hexadecimal digits, or not of the variant that RFC 9562 describes and STIX asks
        for.
    """
    if _CANONICAL.fullmatch(said) is None or uuid.UUID(said).variant != uuid.RFC_4122:
        raise ValueError(said)
    return said.lower()
