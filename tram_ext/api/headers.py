"""The headers of requests and answers that browsers keep from pages of other origins unless a server names them."""

from __future__ import annotations

from typing import Final

MAY_BE_SENT: Final = ("If-Match", "Prefer")
"""What calls take, beside the headers that Jupyter itself lets through."""

MAY_BE_READ: Final = (
    *("ETag", "Link", "X-Total-Count", "Location", "Content-Disposition"),
    *("Retry-After", "WWW-Authenticate", "Allow"),
)
"""What an answer says in its headers, beside what every page may read, such as its type."""
