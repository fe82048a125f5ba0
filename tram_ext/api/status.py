"""The response body of ``GET /api/tram/status``."""

from __future__ import annotations

from typing_extensions import TypedDict

from tram_ext._version import __version__
from tram_ext.api.vocabulary import RoleName, TaskKindName
from tram_ext.domain.status import WorkbenchStatus
from tram_ext.domain.users import User


class PreparingBody(TypedDict):
    """The running stage of the preparation; progress from 0 to 1."""

    stage: str
    progress: float


class UserBody(TypedDict):
    """The current user."""

    name: str
    role: RoleName


class ReleaseBody(TypedDict):
    """A loaded version of ATT&CK."""

    domain: str
    version: str
    techniques: int


class ModelBody(TypedDict):
    """The version of a model."""

    name: str
    version: int


class CountsBody(TypedDict):
    """Numbers of reports and sentences, users' and built-in ones apart, and of unfinished jobs."""

    reports: int
    sentences: int
    builtin_reports: int
    builtin_sentences: int
    jobs: int


class UndertakingBody(TypedDict):
    """A training, a label check or a learning curve that waits or runs; progress from 0 to 1."""

    kind: TaskKindName
    id: int
    model: str
    progress: float
    stage: str


class StatusBody(TypedDict):
    """The status of the workbench; `workbench` is its unique id, whatever its address."""

    version: str
    workbench: str
    ready: bool
    preparing: PreparingBody | None
    error: str | None
    user: UserBody
    attack: list[ReleaseBody]
    default_model: ModelBody | None
    counts: CountsBody
    tasks: list[UndertakingBody]


def status_body(status: WorkbenchStatus, actor: User) -> StatusBody:
    """Return the response body of the status, as seen by `actor`."""
    preparation = status.preparation
    waits = not preparation.ready and preparation.error is None
    return {
        "version": __version__,
        "workbench": status.identity,
        "ready": preparation.ready,
        "preparing": {"stage": preparation.stage, "progress": round(preparation.progress, 3)} if waits else None,
        "error": preparation.error,
        "user": {"name": actor.name, "role": actor.role.value},
        "attack": [
            {"domain": release.domain, "version": release.version, "techniques": techniques}
            for release, techniques in status.attack
        ],
        "default_model": {"name": status.default_model[0], "version": status.default_model[1]}
        if status.default_model
        else None,
        "counts": {
            "reports": status.amounts.reports,
            "sentences": status.amounts.sentences,
            "builtin_reports": status.amounts.builtin_reports,
            "builtin_sentences": status.amounts.builtin_sentences,
            "jobs": status.work.jobs,
        },
        "tasks": [
            {
                "kind": task.kind.value,
                "id": task.id,
                "model": task.model,
                "progress": round(task.progress, 3),
                "stage": task.stage,
            }
            for task in status.work.tasks
        ],
    }
