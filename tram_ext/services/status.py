"""What the workbench says of itself."""

from __future__ import annotations

from collections.abc import Callable

from tram_ext.domain.status import Amounts, Undertaking, WorkbenchStatus, WorkInProgress
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.settings import Settings
from tram_ext.services.training.preparation import Preparation
from tram_ext.services.training.tasks import Tasks
from tram_ext.store.database import Store, UnitOfWork


class Status:
    """Asks the store how things are.

    Parameters
    ----------
    identity : callable
        Returns what tells this workbench from all others.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        preparation: Preparation,
        tasks: Tasks,
        identity: Callable[[], str],
    ) -> None:
        self._store = store
        self._settings = settings
        self._preparation = preparation
        self._tasks = tasks
        self._identity = identity

    def get(self, actor: User) -> WorkbenchStatus:
        """Return the status; asking for it starts the preparation."""
        require(actor, Permission.READ)
        self._preparation.start()
        identity, under_way = self._identity(), self.work_in_progress(actor)
        with self._store.read() as work:
            counts = work.attack.active_techniques()
            key = work.model_versions.active_key(self._settings.default_model)
            version = work.model_versions.get(key) if key is not None else None
            return WorkbenchStatus(
                identity=identity,
                preparation=self._preparation.state,
                attack=tuple((release, counts.get(release.domain, 0)) for release in work.attack.releases()),
                default_model=(version.model, version.number) if version else None,
                amounts=_amounts(work),
                work=under_way,
            )

    def amounts(self, actor: User) -> Amounts:
        """Return how much there is."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            return _amounts(work)

    def work_in_progress(self, actor: User) -> WorkInProgress:
        """Return what waits or runs."""
        require(actor, Permission.READ)
        tasks = self._tasks.unfinished()
        with self._store.read() as work:
            jobs = work.jobs.count_unfinished()
        return WorkInProgress(
            jobs, tuple(Undertaking(task.kind, task.id, task.model, task.progress, task.stage) for task in tasks)
        )


def _amounts(work: UnitOfWork) -> Amounts:
    return Amounts(*work.reports.amounts(builtin=False), *work.reports.amounts(builtin=True))
