"""Response bodies of the notebooks."""

from __future__ import annotations

from base64 import b64encode

from typing_extensions import TypedDict


class NotebookFileBody(TypedDict):
    """A notebook or a sample report: where it belongs in the reader's folder, and its bytes in Base64."""

    path: str
    content: str


def notebook_file_body(path: str, content: bytes) -> NotebookFileBody:
    """Return the response body of a file."""
    return {"path": path, "content": b64encode(content).decode("ascii")}
