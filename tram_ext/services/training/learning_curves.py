"""Learning curves: how good a model is on the same held-out sentences after learning from growing parts of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tram_ext.domain.errors import NotFound
from tram_ext.domain.learning import CurvePoint, LearningCurve
from tram_ext.domain.models import TaskKind, Training, TrainingRequest
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import Settings
from tram_ext.services.training.heartbeat import Heartbeat
from tram_ext.services.training.tasks import run_and_record
from tram_ext.services.training.training import Trainings
from tram_ext.store.database import Store

if TYPE_CHECKING:
    from tram_ext.ml.model import TrainingSet

_KIND = TaskKind.LEARNING_CURVE


class LearningCurves:
    """Measures learning curves; see :mod:`tram_ext.ml.evaluation.learning`.

    A measurement is a task like a training: it is begun, has progress, can be cancelled, runs in a child, and leaves
    its points in the store. No version of a model is made or changed by it.
    """

    def __init__(self, store: Store, settings: Settings, children: ChildPool, trainings: Trainings) -> None:
        self._store = store
        self._settings = settings
        self._children = children
        self._trainings = trainings

    def begin(self, request: TrainingRequest, actor: User) -> int:
        """Record that a curve was asked for, and return its number for :meth:`run`; fails as a training's does."""
        return self._trainings.begin(request, actor, _KIND)

    def run(
        self,
        curve_id: int,
        request: TrainingRequest,
        actor: User,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> LearningCurve:
        """Measure, and return the curve.

        Raises
        ------
        Conflict
            There is too little accepted to hold any out.
        Cancelled
            Somebody cancelled it.
        WorkFailed
            The child process failed.
        """

        def measure() -> dict[str, Any]:
            beat = Heartbeat(self._store, curve_id, on_progress)
            beat.tell(0.0, "reading")
            training = self._trainings.training_set(request)
            points = self._children.run(
                _measure_in_child,
                self._trainings.full_name(request.model),
                training,
                self._settings.ml_accept_threshold,
                seconds=self._settings.training_timeout,
                on_progress=beat.tell,
                cancelled=beat.is_cancelled,
            )
            return {"sentences": len(training.texts), "points": points}

        run_and_record(self._store, curve_id, _KIND, measure, "Learning curve measured.")
        return self.get(curve_id, actor)

    def get(self, curve_id: int, actor: User) -> LearningCurve:
        """Return a curve; one that is not measured yet has no points.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        require(actor, Permission.READ)
        self._trainings.end_interrupted()
        with self._store.read() as work:
            task = work.trainings.get(curve_id, _KIND)
            if task is None:
                raise NotFound(f"No {_KIND.noun} matches the given query.")
            return _curve(task, work.trainings.found(curve_id, _KIND))

    def list(self, actor: User, *, model: str | None = None, limit: int = 100) -> list[LearningCurve]:
        """Return the latest curves, the newest first, of one model or of all.

        Raises
        ------
        NotFound
            There is no such model.
        """
        from tram_ext.ml import registry

        require(actor, Permission.READ)
        name = None if model is None else self._trainings.full_name(model)
        if name is not None:
            registry.model_class(name)
        self._trainings.end_interrupted()
        with self._store.read() as work:
            tasks = work.trainings.list(limit, _KIND, name)
            return [_curve(task, work.trainings.found(task.id, _KIND)) for task in tasks]

    def cancel(self, curve_id: int, actor: User) -> None:
        """Ask a measurement to end; one that has ended already stays as it is; see :meth:`Trainings.cancel`."""
        self._trainings.cancel(curve_id, actor, _KIND)


def _curve(task: Training, found: Mapping[str, Any] | None) -> LearningCurve:
    points = [] if found is None else found["points"]
    return LearningCurve(
        task=task,
        sentences=0 if found is None else found["sentences"],
        points=tuple(
            CurvePoint(
                share=point["share"],
                sentences=point["sentences"],
                f1_weighted=point["f1_weighted"]["mean"],
                f1_micro=point["f1_micro"]["mean"],
                f1_macro=point["f1_macro"]["mean"],
            )
            for point in points
        ),
    )


def _measure_in_child(
    name: str, training: TrainingSet, min_examples: int, progress: Callable[[float, str], None]
) -> list[dict[str, Any]]:
    from tram_ext.ml.evaluation.learning import learning_curve

    return learning_curve(name, training, min_examples=min_examples, progress=progress)
