"""The connection over HTTP: a call becomes a request with verb and path of its operation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import quote

import httpx

from tram_ext.api.connection import Answer, Connection, ExportFile
from tram_ext.api.headers import file_name
from tram_ext.api.page_responses import DEFAULT_WIDTH
from tram_ext.api.queries import request_key, written
from tram_ext.api.responses import ImportedBody
from tram_ext.client.access import Access
from tram_ext.client.transport import SLOW_SECONDS, Transport

if TYPE_CHECKING:
    from tram_ext.api.operations.operation import Operation

_SLOW: Final = frozenset(
    ("download", "explanation", "export_report", "export_reports", "import_report", "map_file", "map_text", "remap")
) | {"page_boxes", "page_image", "page_sizes", "rows", "suggestions", "upgrade_attack", "upload"}
"""Operations that work before they answer."""

_JSON: Final = {"Content-Type": "application/json"}


class HttpConnection(Connection):
    """A connection to a server.

    Parameters
    ----------
    access : Access
        Where the server is, and who asks.

    Raises
    ------
    Unreachable
        Nothing says where the server is.
    """

    def __init__(self, access: Access) -> None:
        self._transport = Transport(access)

    def __repr__(self) -> str:
        return f"<connection to {self._transport.url}>"

    def download(self, document_id: int) -> bytes:
        """Return the bytes of an uploaded document."""
        return self._request("download", document_id).content

    def page_image(self, report_id: int, number: int = 1, *, width: int = DEFAULT_WIDTH) -> bytes:
        """Return a page of a report's PDF as a WebP image."""
        return self._request("page_image", report_id, params={"number": str(number), "width": str(width)}).content

    def import_report(self, data: bytes) -> ImportedBody:
        """Import a TRAM report export, all or nothing; an identical one that exists is left as it is."""
        imported: ImportedBody = self._request("import_report", content=data, headers=_JSON).json()
        return imported

    def export(self, report_id: int | None, format_name: str, *, accepted_only: bool = False) -> ExportFile:
        """Export a report, or all (None)."""
        name = "export_reports" if report_id is None else "export_report"
        params = written({"format": format_name, "accepted_only": accepted_only})
        answer = self._request(name, report_id, params=params)
        named = file_name(answer.headers.get("Content-Disposition", ""))
        return ExportFile(named, answer.headers["Content-Type"], answer.content)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _send(
        self,
        name: str,
        item: int | str | None,
        *,
        query: Mapping[str, str],
        body: Any,
        expected: int | None,
        key: str | None,
    ) -> Answer:
        headers = {} if expected is None else {"If-Match": f'"{expected}"'}
        if (checked := request_key(key)) is not None:
            headers["Idempotency-Key"] = checked
        answer = self._request(name, item, params=query, json=body, headers=headers)
        total = answer.headers.get("X-Total-Count")
        found = None if answer.status_code == httpx.codes.NO_CONTENT else answer.json()
        return Answer(found, None if total is None else int(total))

    def _upload(self, name: str, file_name: str, file: BinaryIO, query: Mapping[str, str], model: str | None) -> Any:
        fields = {"model": model} if model else None
        return self._request(name, params=query, file=(file_name, file), fields=fields).json()

    def _request(
        self, name: str, item: int | str | None = None, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        """Send the request of an operation, and return its successful response."""
        operation = _operation(name)
        sent = dict(headers or {})
        if any(parameter.name == "Prefer" for parameter in operation.query):
            sent["Prefer"] = "respond-async"
        if name in _SLOW:
            options["seconds"] = SLOW_SECONDS
        path = re.sub(r"{\w+}", lambda _: quote(str(item), safe=""), operation.path.removeprefix("/"))
        return self._transport.request(operation.verb, path, headers=sent, **options)


def _operation(name: str) -> Operation:
    # Imported with the first call: the table names every model of a body there is.
    from tram_ext.api.operations.table import BY_NAME

    return BY_NAME[name]
