"""Use cases of the workbench as a whole."""

from __future__ import annotations

from tram_ext.api.notebooks import notebook_file_body
from tram_ext.api.status import status_body
from tram_ext.calls.call import Call, Result


def status(call: Call[None]) -> Result:
    """Show the status; asking starts the preparation."""
    return Result(status_body(call.services.status.get(call.actor), call.actor))


def notebooks(call: Call[None]) -> Result:  # noqa: ARG001 - they are those of the package
    """Show all notebooks and sample reports with their contents."""
    from tram_ext.services.notebooks import files

    return Result([notebook_file_body(file.path, file.content) for file in files()])
