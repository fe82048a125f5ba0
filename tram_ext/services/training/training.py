"""Training: from accepted sentences to a new version of a model, in a child process."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tram_ext.domain.attack import AttackKind, AttackStatus
from tram_ext.domain.errors import Cancelled, Conflict
from tram_ext.domain.models import ModelVersion, TrainingRequest
from tram_ext.domain.tasks import Task, TaskKind
from tram_ext.domain.users import User
from tram_ext.services.files import private_files
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import Settings
from tram_ext.services.training.heartbeat import Heartbeat
from tram_ext.services.training.tasks import Tasks
from tram_ext.services.training.training_sets import taken
from tram_ext.store.database import Store, UnitOfWork

if TYPE_CHECKING:
    from tram_ext.ml.model import AttackTexts, TrainingSet
    from tram_ext.ml.training import TrainedModel

PREPARATION: Final = "preparation"
"""The lease of whoever makes a new installation ready."""

_POLL: Final = 0.1

CHILD_NEEDS: Final = ("tram_ext.ml.preload",)
"""Modules that a child process imports to train."""

_KINDS_OF_ACTORS: Final = (AttackKind.GROUP, AttackKind.SOFTWARE, AttackKind.CAMPAIGN)
_KINDS_OF_NEGATIVES: Final = (AttackKind.MITIGATION, AttackKind.DETECTION, *_KINDS_OF_ACTORS)


class Trainings:
    """Trains models, and keeps each result as a new version.

    Parameters
    ----------
    tasks : Tasks
        Which a training is one of.
    children : ChildPool
        Where it runs.
    """

    def __init__(self, store: Store, settings: Settings, tasks: Tasks, children: ChildPool) -> None:
        self._store = store
        self._settings = settings
        self._tasks = tasks
        self._children = children

    def begin(self, request: TrainingRequest, actor: User | None) -> int:
        """Record that a training was asked for, and return its number for :meth:`run`; see :meth:`Tasks.begin`."""
        return self._tasks.begin(TaskKind.TRAINING, request, actor)

    def run(
        self,
        training_id: int,
        request: TrainingRequest,
        actor: User | None,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> ModelVersion:
        """Train, and return the new version, which is active from then on.

        Raises
        ------
        Conflict
            There is nothing to train on.
        Cancelled
            Somebody cancelled it.
        WorkFailed
            The child process failed.
        """
        file = _ModelFile(private_files.make_folder(self._settings.models_dir))

        def work(beat: Heartbeat) -> TrainedModel:
            trained = self._train(request, beat)
            file.write(trained)
            return trained

        def keep(unit: UnitOfWork, trained: TrainedModel) -> ModelVersion:
            version_id = unit.model_versions.add(
                trained.card,
                file_name=file.path.name,
                sha256=hashlib.sha256(trained.file).hexdigest(),
                size=len(trained.file),
                training_id=training_id,
                created_by=actor.id if actor else None,
            )
            version = unit.model_versions.get(version_id)
            assert version is not None
            return version

        try:
            return self._tasks.run(TaskKind.TRAINING, training_id, work, keep, on_progress)
        except BaseException:
            file.remove()
            raise

    def train(
        self,
        request: TrainingRequest,
        actor: User | None,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> tuple[ModelVersion, Task]:
        """Train at once; see :meth:`begin` and :meth:`run`."""
        training_id = self.begin(request, actor)
        version = self.run(training_id, request, actor, on_progress)
        with self._store.read() as work:
            training = work.tasks.get(TaskKind.TRAINING, training_id)
        assert training is not None
        return version, training

    def get(self, training_id: int, actor: User) -> tuple[Task, ModelVersion | None]:
        """Return a training and the version it made.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        training = self._tasks.get(TaskKind.TRAINING, training_id, actor)
        with self._store.read() as work:
            return training, work.model_versions.made_by(training_id)

    def list(self, actor: User, *, limit: int = 100) -> list[tuple[Task, ModelVersion | None]]:
        """Return the latest trainings, the newest first, each with the version it made."""
        found = self._tasks.list(TaskKind.TRAINING, actor, limit=limit)
        keys = {training.model_version_id for training in found} - {None}
        with self._store.read() as work:
            versions = {version.id: version for version in work.model_versions.list() if version.id in keys}
        return [(training, versions.get(training.model_version_id or 0)) for training in found]

    def training_set(self, request: TrainingRequest) -> TrainingSet:
        """Return what a training would learn from.

        Raises
        ------
        Conflict
            Nothing is accepted in the reports that were asked for.
        """
        from tram_ext.ml import registry
        from tram_ext.ml.model import TrainingSet

        learner = registry.model_class(self._settings.resolve_model(request.model))
        with self._store.read() as work:
            accepted = work.training_data.accepted(request.only, request.without)
            attack = _attack_texts(work) if learner.multi_label else None
        accepted = list(taken(accepted, request, learns_from_builtin=learner.learns_from_builtin))
        if not accepted:
            raise Conflict(
                "There is nothing to train on: no report that is marked for training has accepted sentences. "
                "Accept some, or import a report with 'jupyter tram import FILE.json'."
            )
        columns = TrainingSet(
            texts=tuple(sentence.text for sentence in accepted),
            labels=tuple(sentence.techniques for sentence in accepted),
            groups=tuple(sentence.group for sentence in accepted),
            builtin=tuple(sentence.builtin is not None for sentence in accepted),
            encoder=self._settings.encoder,
            classifier=self._settings.bert_folder,
        )
        return columns if attack is None else TrainingSet(**{**vars(columns), "attack": attack})

    def _train(self, request: TrainingRequest, beat: Heartbeat) -> TrainedModel:
        self._await_attack(beat)
        return self._children.run(
            _train_in_child,
            self._settings.resolve_model(request.model),
            self.training_set(request),
            self._settings.ml_accept_threshold,
            seconds=self._settings.training_timeout,
            on_progress=beat.report,
            cancelled=beat.is_cancelled,
        )

    def _await_attack(self, beat: Heartbeat) -> None:
        """Wait where ATT&CK is just being loaded: its examples are all that a new installation can learn from."""
        while not beat.is_cancelled():
            with self._store.read() as work:
                if work.attack.releases() or not work.leases.is_held(PREPARATION):
                    return
            time.sleep(_POLL)
        raise Cancelled("Cancelled.")


class _ModelFile:
    """The file of a new version of a model, with its card beside it, under a name of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: list[Path] = []

    @property
    def path(self) -> Path:
        """The file; it has been written."""
        return self._written[0]

    def write(self, trained: TrainedModel) -> None:
        """Write both."""
        path = self._folder / f"{trained.card.model}-{secrets.token_hex(8)}.skops"
        self._written = [path, path.with_suffix(".json")]
        private_files.write(path, trained.file)
        private_files.write(path.with_suffix(".json"), json.dumps(asdict(trained.card), indent=1).encode())

    def remove(self) -> None:
        """Remove what was written: no row names it."""
        for path in self._written:
            path.unlink(missing_ok=True)


def _train_in_child(
    name: str, training: TrainingSet, min_examples: int, progress: Callable[[float, str], None]
) -> TrainedModel:
    from tram_ext.ml.training import train

    return train(name, training, min_examples=min_examples, progress=progress)


def _attack_texts(work: UnitOfWork) -> AttackTexts:
    from tram_ext.ml.model import AttackTexts

    def of(kinds: Collection[AttackKind]) -> list[str]:
        return [
            item.description
            for kind in kinds
            for item in work.attack.list(kind=kind, statuses=[AttackStatus.ACTIVE])
            if item.description
        ]

    actors = [item for kind in _KINDS_OF_ACTORS for item in work.attack.list(kind=kind)]
    return AttackTexts(
        techniques=tuple(work.attack.list(statuses=[AttackStatus.ACTIVE])),
        negatives=tuple(of(_KINDS_OF_NEGATIVES)),
        actors=tuple(sorted({name for item in actors for name in (item.name, *item.aliases)})),
    )
