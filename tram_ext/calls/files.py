"""Use cases that are given a file which was received in the private files of the workbench."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tram_ext.api import queries
from tram_ext.api.attack_responses import upgrade_body
from tram_ext.api.map_responses import mapped_body
from tram_ext.api.operations.operation import Operation
from tram_ext.api.responses import queued_body, report_uploaded_body
from tram_ext.calls.call import Later, Result, never
from tram_ext.calls.runner import require_role
from tram_ext.domain.users import User
from tram_ext.services.files.incoming import Incoming

if TYPE_CHECKING:
    from tram_ext.services.container import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCall:
    """A call with the file that it brings.

    Attributes
    ----------
    model : str or None
        The model that is to map the file; None is the default one.
    """

    services: Services
    actor: User
    incoming: Incoming
    file_name: str
    model: str | None
    argument: queries.Get
    client_gone: Callable[[], bool] = never


def require_may_send(operation: Operation, actor: User, argument: queries.Get) -> None:
    """Raise an error unless `actor` may send the file of an operation, before it is received.

    Raises
    ------
    Forbidden
        The role of the actor does not allow the operation; to preview an upgrade takes no more than to send a file.
    """
    if not (operation.name == "upgrade_attack" and _is_preview(argument)):
        require_role(operation, actor)


def upload(call: FileCall) -> Result:
    """Queue a document, or import a report export."""
    uploaded = call.services.documents.accept(call.incoming, call.file_name, call.model, call.actor)
    if uploaded.job is not None:
        return Result(queued_body(uploaded.job, is_new=uploaded.is_new))
    assert uploaded.imported is not None
    imported = uploaded.imported
    return Result(report_uploaded_body(imported.report, imported.warnings, is_new=uploaded.is_new))


def map_file(call: FileCall) -> Later:
    """Propose techniques for the sentences of a document; nothing is kept."""

    def work() -> Result:
        of_file = call.services.previews.of_file
        done = of_file(call.incoming, call.file_name, call.model, call.actor, cancelled=call.client_gone)
        return Result(mapped_body(done.report, done.names, done.warnings))

    return Later("mapping", work)


def upgrade_attack(call: FileCall) -> Later:
    """Upgrade to the ATT&CK version in a STIX bundle, in one step that its author can undo, or preview it."""

    def work() -> Result:
        preview, of_received = _is_preview(call.argument), call.services.attack_upgrades.of_received
        done = of_received(call.incoming, call.file_name, call.actor, preview=preview)
        return Result(upgrade_body(done, preview=preview))

    return Later("export", work)


USE_CASES: Final[Mapping[str, Callable[[FileCall], Result | Later]]] = {
    "upload": upload,
    "map_file": map_file,
    "upgrade_attack": upgrade_attack,
}


def _is_preview(argument: queries.Get) -> bool:
    return queries.flag(argument("preview"))
