"""Evaluating a model on what was accepted, over folds and seeds, on all cores or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tram_ext.domain.errors import Invalid
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.processes.bulk_executor import BulkExecutor
from tram_ext.services.processes.executors import PROCESSES, executor_for
from tram_ext.services.settings import Settings
from tram_ext.services.training.training import Trainings

if TYPE_CHECKING:
    from tram_ext.ml.evaluation.crossvalidation import Split

PROTOCOLS: Final[dict[str, Split]] = {"tram": "holdout", "kfold": "folds", "document": "documents"}
"""TRAM's stratified 80/20; stratified folds; folds that keep the sentences of a document together."""

_CURVE_SHARE: Final = 0.5
_CHILD_NEEDS: Final = ("tram_ext.ml.preload",)


@dataclass(frozen=True)
class EvaluationRequest:
    """What is to be measured, and how.

    Attributes
    ----------
    training : TrainingRequest
        The model, and the reports whose accepted sentences count.
    protocol : str
        One of `PROTOCOLS`.
    folds, seeds : int
        How many; TRAM's protocol has no folds.
    learning_curve : bool
        Measure with growing parts of the sentences, too.
    """

    training: TrainingRequest
    protocol: str = "tram"
    folds: int = 5
    seeds: int = 1
    learning_curve: bool = False


class Evaluations:
    """Measures models; keeps nothing, and the versions that propose stay as they are."""

    def __init__(self, trainings: Trainings, settings: Settings) -> None:
        self._trainings = trainings
        self._settings = settings

    def run(
        self,
        request: EvaluationRequest,
        actor: User,
        *,
        jobs: int | None = None,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> dict[str, Any]:
        """Fit and measure, and return every figure.

        Parameters
        ----------
        jobs : int, optional
            Processes; 1 is this one, without a child. The figures do not depend on it.

        Returns
        -------
        dict
            What :func:`tram_ext.ml.evaluation.crossvalidation.cross_validate` returns, with ``protocol``, and with
            ``learning_curve`` where it was asked for.

        Raises
        ------
        NotFound
            There is no such model.
        Conflict
            There is too little accepted to be split so.
        Invalid
            There is no such protocol.
        Forbidden
            The actor may not train.
        """
        from tram_ext.ml.evaluation.crossvalidation import cross_validate
        from tram_ext.ml.evaluation.learning import learning_curve

        require(actor, Permission.TRAIN)
        if request.protocol not in PROTOCOLS:
            raise Invalid.field("protocol", f"{request.protocol!r} is none of {', '.join(PROTOCOLS)}.")
        name = self._settings.resolve_model(request.training.model)
        training = self._trainings.training_set(request.training)
        seeds = range(request.seeds)
        share = _CURVE_SHARE if request.learning_curve else 1.0

        def tell(begin: float, part: float) -> Callable[[float, str], None]:
            return lambda done, stage: on_progress(begin + part * done, stage) if on_progress is not None else None

        with self._executor(jobs) as executor:
            found = cross_validate(
                name,
                training,
                split=PROTOCOLS[request.protocol],
                k=request.folds,
                seeds=seeds,
                min_examples=self._settings.ml_accept_threshold,
                threshold=self._threshold(),
                executor=executor,
                progress=tell(0.0, share),
            )
            if request.learning_curve:
                found["learning_curve"] = learning_curve(
                    name,
                    training,
                    seeds=seeds,
                    min_examples=self._settings.ml_accept_threshold,
                    executor=executor,
                    progress=tell(share, 1 - share),
                )
        return {"protocol": request.protocol, **found}

    @contextmanager
    def _executor(self, jobs: int | None) -> Iterator[BulkExecutor | None]:
        if jobs == 1 and self._settings.executor in {"", PROCESSES}:
            yield None
            return
        seconds = self._settings.training_timeout
        executor = executor_for(self._settings.executor, jobs, seconds=seconds, preload=_CHILD_NEEDS)
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)

    def _threshold(self) -> float | None:
        percent = self._settings.ml_confidence_threshold
        return None if percent is None else percent / 100
