"""HTTP headers: those allowed in cross-origin requests, and the file name in ``Content-Disposition``."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

MAY_BE_SENT: Final = ("If-Match", "Prefer", "Idempotency-Key")
"""What calls take, beside the headers that Jupyter itself lets through."""

MAY_BE_READ: Final = (
    *("ETag", "Link", "X-Total-Count", "Location", "Content-Disposition"),
    *("Retry-After", "WWW-Authenticate", "Allow"),
)
"""What an answer says in its headers, beside what every page may read, such as its type."""

_PLAIN: Final = " !#$&'()+,:<>?@[]^`{|}~"
_RFC_5987: Final = "!#$&+^`|~"
"""What may stand for itself in each of the two names, beside letters, digits and ``_.-~``."""

_EXTENDED: Final = re.compile(r"""filename\*\s*=\s*utf-8'[^']*'([^\s;]*)\s*$""", re.IGNORECASE)
_QUOTED: Final = re.compile(r"""filename\s*=\s*(?:"([^"]*)"|([^\s;"]+))""", re.IGNORECASE)


def attachment(name: str) -> str:
    """Return the ``Content-Disposition`` of a file to be saved as `name` (RFC 6266).

    Browsers take the second of the two names in it. The first is for programs that know no other: those of TRAM decode
    it, and curl does not. So it is percent-encoded only where it must be, and decodes to `name` all the same; a name
    that curl saves is never hidden, nor a path.
    """
    plain = quote(name, safe=_PLAIN, errors="replace")
    if plain.startswith("."):
        plain = f"%2E{plain[1:]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_RFC_5987, errors='replace')}"


def file_name(disposition: str) -> str:
    """Return the file name in a ``Content-Disposition``, plain or extended; an empty text if there is none."""
    if (extended := _EXTENDED.search(disposition)) is not None:
        return unquote(extended[1])
    quoted = _QUOTED.search(disposition)
    return "" if quoted is None else unquote(quoted[1] or quoted[2] or "")
