"""Many sentences at once, under ``/api/tram/``: reports in outline, the matrix."""

from __future__ import annotations

from functools import partial
from typing import Final

from tram_ext.api import queries
from tram_ext.api.overview_responses import (
    evidence_body,
    rows_body,
    technique_count_body,
)
from tram_ext.handlers.admission.authorization import reads
from tram_ext.handlers.items import ItemHandler

MOST_EVIDENCE: Final = 20
"""Sentences of evidence where no limit is given."""


class RowsHandler(ItemHandler):
    """The sentences of a report, in outline."""

    NOUN = "Report"

    @reads
    async def get(self, report_id: str) -> None:
        """List those that the query describes, in the order it asks for."""
        wanted, order = queries.sentence_filter(self.argument), queries.sentence_order(self.argument)
        outline = partial(self.services.overviews.outline, order=order)
        self.reply(rows_body(await self.call(outline, self.key(report_id), wanted, self.actor)))


class MatrixHandler(ItemHandler):
    """How often each technique is on sentences."""

    @reads
    async def get(self) -> None:
        """Count them in all reports, or in some."""
        reports = queries.numbers("report-id", self.argument("report-id"))
        found = await self.call(self.services.overviews.technique_counts, reports, self.actor)
        self.reply([technique_count_body(count) for count in found])


class EvidenceHandler(ItemHandler):
    """The sentences behind a technique of the matrix."""

    @reads
    async def get(self, attack_id: str) -> None:
        """List them, the best evidence first."""
        reports = queries.numbers("report-id", self.argument("report-id"))
        find = partial(self.services.overviews.evidence, limit=self.page()[0] or MOST_EVIDENCE)
        self.reply([evidence_body(item) for item in await self.call(find, attack_id, reports, self.actor)])
