"""Calls about many sentences at once, and calls that ask a model."""

from __future__ import annotations

from collections.abc import Sequence

from tram_ext.api.connection.arguments import SentenceQuery
from tram_ext.api.connection.caller import Caller
from tram_ext.api.learning_responses import ExplanationBody, SuggestedSentenceBody
from tram_ext.api.overview_responses import (
    EvidenceBody,
    ReportOutlineBody,
    ReportTextBody,
    RowsBody,
    TechniqueCountBody,
)
from tram_ext.api.queries import listed, sentence_query


class AdviceCalls(Caller):
    """Calls about many sentences at once, and calls that ask a model."""

    def rows(self, report_id: int, query: SentenceQuery | None = None, *, order: str = "reading") -> RowsBody:
        """List all sentences of a report without their texts.

        Parameters
        ----------
        order : {'reading', 'uncertainty', 'certainty'}
            See :data:`tram_ext.domain.review.SENTENCE_ORDERS`.
        """
        wanted = {**sentence_query(query or {}), "order": order}
        return self._call(RowsBody, "rows", report_id, query=wanted)

    def report_outlines(self) -> list[ReportOutlineBody]:
        """Return all reports without their texts, with the progress of their review."""
        return self._call(list[ReportOutlineBody], "report_outlines")

    def report_text(self, report_id: int) -> ReportTextBody:
        """Return the text of a report, with the places of its sentences."""
        return self._call(ReportTextBody, "report_text", report_id)

    def technique_counts(self, report_ids: Sequence[int] | None = None) -> list[TechniqueCountBody]:
        """Count on how many sentences of some reports, or of all, each technique is."""
        return self._call(list[TechniqueCountBody], "technique_counts", query={"report_id": listed(report_ids)})

    def evidence(
        self, attack_id: str, report_ids: Sequence[int] | None = None, *, limit: int = 20
    ) -> list[EvidenceBody]:
        """List sentences that bear a technique, the best evidence first."""
        query = {"report_id": listed(report_ids), "limit": limit}
        return self._call(list[EvidenceBody], "evidence", attack_id, query=query)

    def explanation(self, sentence_id: int, attack_id: str) -> ExplanationBody:
        """Explain the evidence for a technique on a sentence, mapped or not."""
        return self._call(ExplanationBody, "explanation", sentence_id, query={"attack_id": attack_id})

    def suggestions(self, sentence_id: int) -> SuggestedSentenceBody:
        """List the techniques that a model considers for a sentence, the surest first."""
        return self._call(SuggestedSentenceBody, "suggestions", sentence_id)
