"""Learning curves: how good a model is on the same held-out sentences after learning from growing parts of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tram_ext.domain.learning import CurvePoint, LearningCurve
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import Task, TaskKind
from tram_ext.domain.users import User
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import Settings
from tram_ext.services.training.heartbeat import Heartbeat
from tram_ext.services.training.tasks import Tasks
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

    def __init__(
        self, store: Store, settings: Settings, tasks: Tasks, children: ChildPool, trainings: Trainings
    ) -> None:
        self._store = store
        self._settings = settings
        self._tasks = tasks
        self._children = children
        self._trainings = trainings

    def begin(self, request: TrainingRequest, actor: User) -> int:
        """Record that a curve was asked for, and return its number for :meth:`run`; see :meth:`Tasks.begin`."""
        return self._tasks.begin(_KIND, request, actor)

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

        def measure(beat: Heartbeat) -> dict[str, Any]:
            training = self._trainings.training_set(request)
            points = self._children.run(
                _measure_in_child,
                self._settings.resolve_model(request.model),
                training,
                self._settings.ml_accept_threshold,
                seconds=self._settings.training_timeout,
                on_progress=beat.report,
                cancelled=beat.is_cancelled,
            )
            return {"sentences": len(training.texts), "points": points}

        self._tasks.run(
            _KIND, curve_id, measure, lambda unit, found: unit.tasks.keep_result(_KIND, curve_id, found), on_progress
        )
        return self.get(curve_id, actor)

    def get(self, curve_id: int, actor: User) -> LearningCurve:
        """Return a curve; one that is not measured yet has no points.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        task = self._tasks.get(_KIND, curve_id, actor)
        with self._store.read() as work:
            return _curve(task, work.tasks.result(_KIND, curve_id))

    def list(self, actor: User, *, model: str | None = None, limit: int = 100) -> list[LearningCurve]:
        """Return the latest curves, the newest first, of one model or of all.

        Raises
        ------
        NotFound
            There is no such model.
        """
        from tram_ext.ml import registry

        name = None if model is None else self._settings.resolve_model(model)
        if name is not None:
            registry.model_class(name)
        tasks = self._tasks.list(_KIND, actor, model=name, limit=limit)
        with self._store.read() as work:
            return [_curve(task, work.tasks.result(_KIND, task.id)) for task in tasks]


def _curve(task: Task, found: Mapping[str, Any] | None) -> LearningCurve:
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
