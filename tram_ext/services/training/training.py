"""Training: from accepted sentences to a new version of a model, in a child process."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from tram_ext.domain.attack import AttackKind, AttackStatus
from tram_ext.domain.errors import Cancelled, Conflict, NotFound, Throttled
from tram_ext.domain.models import ModelVersion, TaskKind, Training, TrainingRequest, TrainingState
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.files import private_files
from tram_ext.services.processes import owners
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import MOST_UNFINISHED_TRAININGS, Settings
from tram_ext.services.training.heartbeat import LEASE_SECONDS, Heartbeat
from tram_ext.services.training.tasks import end_left_alone, record_failure
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
    """Trains models and keeps what they became."""

    def __init__(self, store: Store, settings: Settings, children: ChildPool) -> None:
        self._store = store
        self._settings = settings
        self._children = children
        self._owner = owners.this_process()

    def begin(self, request: TrainingRequest, actor: User | None, kind: TaskKind = TaskKind.TRAINING) -> int:
        """Record that a training was asked for, and return its number for :meth:`run`.

        Parameters
        ----------
        kind : TaskKind
            What is to be done, where it is no training.
        actor : User or None
            Who asked; None for the workbench itself, on its first start.

        Raises
        ------
        NotFound
            There is no such model, or no such report.
        Forbidden
            The actor may not train.
        Throttled
            Too many trainings wait already.
        """
        from tram_ext.ml import registry

        if actor is not None:
            require(actor, Permission.TRAIN)
        name = self.full_name(request.model)
        registry.model_class(name)
        parameters = {"only": list(request.only), "without": list(request.without)}
        self._require_reports({*request.only, *request.without})
        with self._store.write() as work:
            end_left_alone(work)
            if work.trainings.count_unfinished() >= MOST_UNFINISHED_TRAININGS:
                raise Throttled(
                    "Too many trainings, label checks and learning curves wait already. Try again later.",
                    retry_after=30,
                )
            return work.trainings.add(
                name,
                parameters,
                created_by=actor.id if actor else None,
                owner=self._owner,
                lease=LEASE_SECONDS,
                kind=kind,
            )

    def _require_reports(self, wanted: set[int]) -> None:
        with self._store.read() as work:
            there = {report.id for report in work.reports.some(wanted)}
        if missing := wanted - there:
            raise NotFound(f"There is no report {min(missing)}. 'jupyter tram reports list' shows what there is.")

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
        started = time.perf_counter()
        try:
            trained = self._train(training_id, request, on_progress)
            version = self._keep(trained, training_id, actor, started)
        except BaseException as error:
            record_failure(self._store, training_id, TaskKind.TRAINING, error)
            raise
        return version

    def train(
        self,
        request: TrainingRequest,
        actor: User | None,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> tuple[ModelVersion, Training]:
        """Train at once; see :meth:`begin` and :meth:`run`."""
        training_id = self.begin(request, actor)
        version = self.run(training_id, request, actor, on_progress)
        with self._store.read() as work:
            training = work.trainings.get(training_id)
        assert training is not None
        return version, training

    def get(self, training_id: int, actor: User) -> tuple[Training, ModelVersion | None]:
        """Return a training and the version it made.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.READ)
        self.end_interrupted()
        with self._store.read() as work:
            training = work.trainings.get(training_id)
            version = work.model_versions.made_by(training_id)
        if training is None:
            raise NotFound("No Training matches the given query.")
        return training, version

    def list(self, actor: User, *, limit: int = 100) -> list[tuple[Training, ModelVersion | None]]:
        """Return the latest trainings, the newest first, each with the version it made."""
        require(actor, Permission.READ)
        self.end_interrupted()
        with self._store.read() as work:
            found = work.trainings.list(limit)
            keys = {training.model_version_id for training in found} - {None}
            versions = {version.id: version for version in work.model_versions.list() if version.id in keys}
        return [(training, versions.get(training.model_version_id or 0)) for training in found]

    def unfinished(self) -> Sequence[tuple[TaskKind, Training]]:
        """Return the tasks of every kind that wait or run, the oldest first."""
        self.end_interrupted()
        with self._store.read() as work:
            return work.trainings.unfinished()

    def cancel(self, training_id: int, actor: User, kind: TaskKind = TaskKind.TRAINING) -> None:
        """Ask a training to end; one that has ended already stays as it is.

        Raises
        ------
        NotFound
            There is none with this number.
        Forbidden
            It is another's, and the actor is no admin.
        """
        require(actor, Permission.TRAIN)
        with self._store.write() as work:
            training = work.trainings.get(training_id, kind)
            if training is None:
                raise NotFound(f"No {kind.noun} matches the given query.")
            if training.created_by != actor.name:
                require(actor, Permission.ADMINISTER)
            work.trainings.request_cancel(training_id)

    def end_interrupted(self) -> None:
        """Mark trainings as failed whose process is gone."""
        with self._store.read() as work:
            if not work.trainings.count_unfinished():
                return
        with self._store.write() as work:
            end_left_alone(work)

    def full_name(self, name: str) -> str:
        """Return the name that stands behind ``default``, and any other as it is."""
        return self._settings.default_model if name == "default" else name

    def training_set(self, request: TrainingRequest) -> TrainingSet:
        """Return what a training would learn from.

        Raises
        ------
        Conflict
            Nothing is accepted in the reports that were asked for.
        """
        from tram_ext.ml import registry
        from tram_ext.ml.model import TrainingSet

        learner = registry.model_class(self.full_name(request.model))
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

    def _train(
        self, training_id: int, request: TrainingRequest, on_progress: Callable[[float, str], None] | None
    ) -> TrainedModel:
        beat = Heartbeat(self._store, training_id, on_progress)
        beat.tell(0.0, "reading")
        self._await_attack(beat)
        training = self.training_set(request)
        return self._children.run(
            _train_in_child,
            self.full_name(request.model),
            training,
            self._settings.ml_accept_threshold,
            seconds=self._settings.training_timeout,
            on_progress=beat.tell,
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

    def _keep(self, trained: TrainedModel, training_id: int, actor: User | None, started: float) -> ModelVersion:
        card = trained.card
        file_name = f"{card.model}-{secrets.token_hex(8)}.skops"
        path = private_files.make_folder(self._settings.models_dir) / file_name
        beside = path.with_suffix(".json")
        try:
            private_files.write(path, trained.file)
            private_files.write(beside, json.dumps(asdict(card), indent=1).encode())
            with self._store.write() as work:
                if not work.trainings.is_wanted(training_id):
                    raise Cancelled("Cancelled.")
                version_id = work.model_versions.add(
                    card,
                    file_name=file_name,
                    sha256=hashlib.sha256(trained.file).hexdigest(),
                    size=len(trained.file),
                    training_id=training_id,
                    created_by=actor.id if actor else None,
                )
                elapsed = time.perf_counter() - started
                work.trainings.end(training_id, TrainingState.DONE, "Model successfully trained.", elapsed)
                version = work.model_versions.get(version_id)
        except BaseException:
            path.unlink(missing_ok=True)
            beside.unlink(missing_ok=True)
            raise
        assert version is not None
        return version


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
