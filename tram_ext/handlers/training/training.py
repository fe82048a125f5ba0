"""``/api/train-model/NAME`` and ``/api/tram/trainings/ID``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final

from jupyter_server.utils import url_path_join

from tram_ext.api.requests import TrainRequest
from tram_ext.api.responses import trained_body, training_body
from tram_ext.domain.models import TrainingRequest
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.base import TramHandler

_LATEST: Final = 100
"""Trainings that are listed where no limit is given."""


class TrainModelHandler(TramHandler):
    """Trains a model."""

    @writes
    async def post(self, name: str) -> None:
        """Train, and answer when it is done, or at once where the client prefers that."""
        body = self.body(TrainRequest)
        request = TrainingRequest(name, body.report, body.exclude)
        if "respond-async" in self.request.headers.get("Prefer", "").lower():
            training_id = await self.call(self.services.trainings.begin, request, self.actor)
            self.host.go("training", self.services.trainings.run, training_id, request, self.actor)
            self.set_header("Location", url_path_join(self.base_url, "api/tram/trainings", str(training_id)))
            training, version = await self.call(self.services.trainings.get, training_id, self.actor)
            self.reply(training_body(training, version), HTTPStatus.ACCEPTED)
        else:
            _, done = await self.host.run("training", self.services.trainings.train, request, self.actor)
            self.reply(trained_body(done))


class TrainingListHandler(TramHandler):
    """The latest trainings."""

    @reads
    async def get(self) -> None:
        """List them, the newest first."""
        found = await self.call(partial(self.services.trainings.list, limit=self.page()[0] or _LATEST), self.actor)
        self.reply([training_body(*training) for training in found])


class TrainingHandler(TramHandler):
    """One training, under way or ended."""

    @reads
    async def get(self, training_id: str) -> None:
        """Show it."""
        key = self.id_of(training_id, "Training")
        self.reply(training_body(*await self.call(self.services.trainings.get, key, self.actor)))

    @writes
    async def delete(self, training_id: str) -> None:
        """Cancel it."""
        await self.call(self.services.trainings.cancel, self.id_of(training_id, "Training"), self.actor)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()
