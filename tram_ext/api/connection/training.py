"""Calls about models: trainings, learning curves, label checks, versions."""

from __future__ import annotations

from collections.abc import Sequence

from tram_ext.api.connection.caller import Caller
from tram_ext.api.learning_responses import ComparisonBody, LabelCheckBody, LearningCurveBody, TrainingSetBody
from tram_ext.api.model_responses import CardBody, ModelEntryBody, VersionBody
from tram_ext.api.queries import listed
from tram_ext.api.responses import TrainingBody


class TrainingCalls(Caller):
    """Calls about models: trainings, learning curves, label checks, versions."""

    def models(self) -> list[ModelEntryBody]:
        """List every model that can be trained."""
        return self._call(list[ModelEntryBody], "models")

    def versions(self, name: str) -> list[VersionBody]:
        """List the versions of a model, newest first."""
        return self._call(list[VersionBody], "versions", name)

    def model(self, name: str, version: int | None = None) -> CardBody:
        """Show the card of a version of a model, by default of the active one."""
        return self._call(CardBody, "model", name, query={"version": version})

    def restore_model(self, name: str, version: int) -> VersionBody:
        """Activate a version of a model."""
        return self._call(VersionBody, "restore_model", name, body={"version": version})

    def training_set(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> TrainingSetBody:
        """Show the sentences that a training would use, and those it would omit and why."""
        query = {"model": name, "report": listed(reports) or None, "exclude": listed(exclude) or None}
        return self._call(TrainingSetBody, "training_set", query=query)

    def compare_models(self, a: str, b: str) -> ComparisonBody:
        """Compare two versions, each given as ``MODEL``, for its active version, or ``MODEL:N``."""
        return self._call(ComparisonBody, "compare_models", query={"a": a, "b": b})

    def check_labels(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LabelCheckBody:
        """Start a check of accepted labels in the background."""
        body = {"model": name, "report": list(reports), "exclude": list(exclude)}
        return self._call(LabelCheckBody, "check_labels", body=body)

    def label_check(self, check_id: int) -> LabelCheckBody:
        """Show a label check, running or finished, with its findings."""
        return self._call(LabelCheckBody, "label_check", check_id)

    def cancel_label_check(self, check_id: int) -> None:
        """Cancel a label check."""
        self._do("cancel_label_check", check_id)

    def measure_learning(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LearningCurveBody:
        """Start to measure a learning curve in the background."""
        body = {"model": name, "report": list(reports), "exclude": list(exclude)}
        return self._call(LearningCurveBody, "measure_learning", body=body)

    def learning_curves(self, name: str | None = None, *, limit: int = 100) -> list[LearningCurveBody]:
        """List the latest learning curves, newest first, of one model or of all."""
        return self._call(list[LearningCurveBody], "learning_curves", query={"model": name, "limit": limit})

    def learning_curve(self, curve_id: int) -> LearningCurveBody:
        """Show a learning curve, running or finished."""
        return self._call(LearningCurveBody, "learning_curve", curve_id)

    def cancel_learning_curve(self, curve_id: int) -> None:
        """Cancel the measurement of a learning curve."""
        self._do("cancel_learning_curve", curve_id)

    def train(self, name: str, *, reports: Sequence[int] = (), exclude: Sequence[int] = ()) -> TrainingBody:
        """Start a training in the background."""
        return self._call(TrainingBody, "train", name, body={"report": list(reports), "exclude": list(exclude)})

    def trainings(self, *, limit: int = 100) -> list[TrainingBody]:
        """List the latest trainings, newest first."""
        return self._call(list[TrainingBody], "trainings", query={"limit": limit})

    def training(self, training_id: int) -> TrainingBody:
        """Show a training, running or finished."""
        return self._call(TrainingBody, "training", training_id)

    def cancel_training(self, training_id: int) -> None:
        """Cancel a training."""
        self._do("cancel_training", training_id)
