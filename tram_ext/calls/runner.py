"""Checks a call, the same for every door: the permission, then the item, then the body; then runs its use case."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tram_ext.api import queries
from tram_ext.api.operations.operation import Operation
from tram_ext.api.operations.table import BY_NAME
from tram_ext.api.requests import parse
from tram_ext.calls import access, advice, attack, documents, mapping, overviews, reports, review, training, workbench
from tram_ext.calls.call import Call, Later, Request, Result
from tram_ext.domain.errors import NotFound
from tram_ext.domain.tasks import TaskKind
from tram_ext.domain.users import Permission, Role, User
from tram_ext.services.access.policies import require

if TYPE_CHECKING:
    from tram_ext.services.container import Services

USE_CASES: Final[Mapping[str, Callable[[Call[Any]], Result | Later]]] = {
    name: function
    for module in (access, advice, attack, documents, mapping, overviews, reports, review, training, workbench)
    for name, function in vars(module).items()
    if name in BY_NAME and getattr(function, "__module__", "") == module.__name__
}
"""Every function that is named as an operation."""

_PERMISSIONS: Final = {
    Role.VIEWER: Permission.READ,
    Role.ANALYST: Permission.REVIEW,
    Role.ADMIN: Permission.ADMINISTER,
}
_NUMBERED: Final = re.compile(r"/([\w-]+)/{id}")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of item with a number.

    Attributes
    ----------
    get : callable or None
        Fails where there is no such item; needed where an operation on it has a body.
    """

    noun: str
    get: Callable[[Services, int, User], object] | None = None


_REPORT: Final = _Kind("Report", lambda services, number, actor: services.reports.get(number, actor))
_KINDS: Final[Mapping[str, _Kind]] = {
    "reports": _REPORT,
    "report-mappings": _REPORT,
    "sentences": _Kind("Sentence", lambda services, number, actor: services.sentences.get(number, actor)),
    "mappings": _Kind("Mapping", lambda services, number, actor: services.mappings.get(number, actor)),
    "attack": _Kind("AttackObject", lambda services, number, _actor: services.attack.get(number)),
    "jobs": _Kind("DocumentProcessingJob"),
    "download": _Kind("Document"),
    "trainings": _Kind(TaskKind.TRAINING.noun),
    "label-checks": _Kind(TaskKind.LABEL_CHECK.noun),
    "learning-curves": _Kind(TaskKind.LEARNING_CURVE.noun),
}
"""Kinds of items, by what stands before their number in a path."""


def run(operation: Operation, services: Services, actor: User, request: Request) -> Result | Later:
    """Check a call, and run its use case.

    Raises
    ------
    Forbidden
        The role of the actor does not allow the operation.
    NotFound
        There is no such item.
    Invalid, UnsupportedMediaType
        Something is wrong with the body, the query or the headers.
    TramError
        Whatever the use case raises.
    """
    require_role(operation, actor)
    item = number_of(operation, request.item)
    body = None
    if operation.body is not None:
        _require_existing(operation, item, services, actor)
        body = parse(operation.body.kind, request.read_body())
    call = Call(
        services=services,
        actor=actor,
        item=item,
        name=request.item,
        body=body,
        argument=request.argument,
        expected=request.expected,
        key=queries.request_key(request.key) if operation.keyed else None,
        waits=request.waits,
        client_gone=request.client_gone,
    )
    return USE_CASES[operation.name](call)


def require_role(operation: Operation, actor: User) -> None:
    """Raise an error unless `actor` has the role that an operation needs.

    Raises
    ------
    Forbidden
        The role of the actor does not allow the operation.
    """
    assert operation.role is not None
    require(actor, _PERMISSIONS[operation.role])


def number_of(operation: Operation, raw: str) -> int:
    """Return the number in the path of an operation, 0 where its path has none.

    Raises
    ------
    NotFound
        It is none that an item could have.
    """
    found = _NUMBERED.search(operation.path)
    if found is None:
        return 0
    number = queries.plain_number(raw)
    if number is None:
        raise NotFound(f"No {_KINDS[found[1]].noun} matches the given query.")
    return number


def _require_existing(operation: Operation, item: int, services: Services, actor: User) -> None:
    found = _NUMBERED.search(operation.path)
    if found is not None:
        get = _KINDS[found[1]].get
        assert get is not None
        get(services, item, actor)
