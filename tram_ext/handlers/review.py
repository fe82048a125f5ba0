"""What the workbench adds to TRAM's review, under ``/api/tram/``: bulk review, mapping again, undo, redo, the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Final

from tram_ext.api.review_requests import RemapRequest, ReviewRequest
from tram_ext.api.review_responses import bulk_body, log_body, undone_body
from tram_ext.domain.edits import BulkReview
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import Disposition
from tram_ext.domain.review import LogFilter
from tram_ext.domain.users import User
from tram_ext.handlers.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler

PAGE: Final = 1_000
"""Rows of the log where no limit is given."""

_DECISIONS: Final = {"accept": Disposition.ACCEPT, "reject": Disposition.REJECT, "clear": None}


class BulkReviewHandler(ItemHandler):
    """Decides about many sentences of a report."""

    NOUN = "Report"

    @writes
    async def post(self, report_id: str) -> None:
        """Decide."""
        key = await self.existing(report_id, self.services.reports.get)
        review = self._decision(key, self.body(ReviewRequest))
        done = await self.call(review, self.actor)
        self.reply_item(bulk_body(done.changed, done.report), done.report.version)

    def _decision(self, report_id: int, body: ReviewRequest) -> Callable[[User], BulkReview]:
        bulk, expected = self.services.bulk, self.expected()
        if body.action == "accept-unmapped":
            return partial(bulk.accept_unmapped, report_id, expected=expected)
        if body.action == "accept-above":
            if body.confidence is None:
                raise Invalid.field("confidence", "This field is required.")
            return partial(bulk.accept_above, report_id, body.confidence, expected=expected)
        if "sentences" not in body.model_fields_set:
            raise Invalid.field("sentences", "This field is required.")
        return partial(bulk.decide, report_id, body.sentences, _DECISIONS[body.action], expected=expected)


class RemapHandler(ItemHandler):
    """Maps a report again."""

    NOUN = "Report"

    @writes
    async def post(self, report_id: str) -> None:
        """Map it with the model that the body names; answers when it is done."""
        key = await self.existing(report_id, self.services.reports.get)
        remap = partial(self.services.remapping.remap, expected=self.expected())
        done = await self.host.run("export", remap, key, self.body(RemapRequest).model, self.actor)
        self.reply_item(bulk_body(done.changed, done.report), done.report.version)


class UndoHandler(ItemHandler):
    """Takes back the caller's own last action."""

    NOUN = "Report"

    @writes
    async def post(self, report_id: str | None = None) -> None:
        """Undo; without a report, what concerned several."""
        key = None if report_id is None else self.key(report_id)
        self.reply(undone_body(await self.call(self.services.undo.undo, key, self.actor)))


class RedoHandler(ItemHandler):
    """Does again what the caller took back."""

    NOUN = "Report"

    @writes
    async def post(self, report_id: str | None = None) -> None:
        """Redo; without a report, what concerned several."""
        key = None if report_id is None else self.key(report_id)
        self.reply(undone_body(await self.call(self.services.undo.redo, key, self.actor)))


class LogHandler(ItemHandler):
    """Who did what."""

    @reads
    async def get(self) -> None:
        """List the log, the newest first, by report, user, and time."""
        wanted = LogFilter(
            report_id=self.number_argument("report-id"),
            user=self.get_query_argument("user", None) or None,
            since=self._moment("since"),
            until=self._moment("until"),
        )
        log, actor = self.services.log, self.actor
        await self.reply_list(
            lambda limit, offset: log.list(wanted, actor, limit=limit or PAGE, offset=offset), log_body
        )

    def _moment(self, name: str) -> datetime | None:
        raw = self.get_query_argument(name, "")
        if not raw:
            return None
        try:
            found = datetime.fromisoformat(raw.upper().replace("Z", "+00:00"))
            return found.replace(tzinfo=found.tzinfo or timezone.utc).astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise Invalid.field(name, "A date and time such as 2026-05-03T12:55:40Z is required.") from None
