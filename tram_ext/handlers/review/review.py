"""What the workbench adds to TRAM's review, under ``/api/tram/``: bulk review, mapping again, undo, redo, the log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from tram_ext.api.queries import log_filter
from tram_ext.api.review_requests import RemapRequest, ReviewRequest, UndoRequest
from tram_ext.api.review_responses import bulk_body, log_body, undone_body
from tram_ext.domain.edits import Undone
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler

PAGE: Final = 1_000
"""Rows of the log where no limit is given."""


class BulkReviewHandler(ItemHandler):
    """Decides about many sentences of a report."""

    NOUN = "Report"

    @writes
    async def post(self, report_id: str) -> None:
        """Decide."""
        key = await self.existing(report_id, self.services.reports.get)
        body = self.body(ReviewRequest)
        review = partial(
            self.services.bulk.review,
            confidence=body.confidence,
            sentences=body.sentences if "sentences" in body.model_fields_set else None,
            versions=body.seen(),
            expected=self.expected(),
        )
        done = await self.call(review, key, body.action, self.actor)
        self.reply_item(bulk_body(done.changed, done.report), done.report.version)


class RemapHandler(ItemHandler):
    """Maps a report again."""

    NOUN = "Report"

    @writes
    async def post(self, report_id: str) -> None:
        """Map it with the model that the body names; answers when it is done, and gives up where nobody listens."""
        key = await self.existing(report_id, self.services.reports.get)
        remap = partial(self.services.remapping.remap, expected=self.expected(), cancelled=self.client_gone)
        done = await self.host.run("mapping", remap, key, self.body(RemapRequest).model, self.actor)
        self.reply_item(bulk_body(done.changed, done.report), done.report.version)


class TurnHandlerBase(ItemHandler):
    """What undo and redo share."""

    NOUN = "Report"

    async def turn(self, turn: Callable[..., Undone], report_id: str | None) -> None:
        """Turn as many actions as the body says; without a report, those that concerned several."""
        key = None if report_id is None else self.key(report_id)
        turning = partial(turn, steps=self.body(UndoRequest).steps, key=self.request_key())
        self.reply(undone_body(await self.call(turning, key, self.actor)))


class UndoHandler(TurnHandlerBase):
    """Takes back the caller's own last actions."""

    @writes
    async def post(self, report_id: str | None = None) -> None:
        """Undo."""
        await self.turn(self.services.undo.undo, report_id)


class RedoHandler(TurnHandlerBase):
    """Does again what the caller took back."""

    @writes
    async def post(self, report_id: str | None = None) -> None:
        """Redo."""
        await self.turn(self.services.undo.redo, report_id)


class LogHandler(ItemHandler):
    """Who did what."""

    def page(self) -> tuple[int | None, int]:
        """Return what was asked for; the log has no end, so that without a limit it is its first page."""
        limit, offset = super().page()
        return limit or PAGE, offset

    @reads
    async def get(self) -> None:
        """List the log, the newest first, by report, user, and time."""
        wanted = log_filter(self.argument)
        log, actor = self.services.log, self.actor
        await self.reply_list(lambda limit, offset: log.list(wanted, actor, limit=limit, offset=offset), log_body)
