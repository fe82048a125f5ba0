"""Ranks sentences for review: those first whose labels teach the model most, without near-duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tram_ext.domain.errors import Invalid
from tram_ext.domain.learning import UsefulSentence
from tram_ext.domain.reports import Sentence
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.advice.advice_work import rank_in_child
from tram_ext.services.advice.advising import Adviser
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.store.database import Store

MOST: Final = 20_000
"""Sentences that are compared: of more, those of the newest reports."""


class Usefulness:
    """Orders sentences that await review by the expected use of a label; see :mod:`tram_ext.ml.active_learning`."""

    def __init__(self, store: Store, predictions: Predictions, adviser: Adviser) -> None:
        self._store = store
        self._predictions = predictions
        self._adviser = adviser

    def list(
        self,
        wanted: SentenceFilter,
        actor: User,
        *,
        limit: int | None = None,
        offset: int = 0,
        model: str | None = None,
    ) -> tuple[list[UsefulSentence], int]:
        """Return sentences that await review, the most useful first, and how many there are to choose from.

        Parameters
        ----------
        wanted : SentenceFilter
            Which are asked for; those that are decided are none of them.
        model : str, optional
            The model that is to learn; by default the one that mapped the report, or the default one.

        Raises
        ------
        Invalid
            Only decided sentences are asked for.
        NotFound
            There is no such model.
        Conflict
            The model was never trained.
        """
        require(actor, Permission.READ)
        if wanted.disposition is not None:
            raise Invalid.field("order", "Only sentences that await review can be ordered by uncertainty.")
        there, ml_model = self._waiting(replace(wanted, undecided=True))
        version = self._predictions.of_report(ml_model, model)
        file = self._predictions.file_of_version(version)
        ranked = self._adviser.ask(rank_in_child, [sentence.text for sentence in there], file)
        page = ranked[offset : None if limit is None else offset + limit]
        return [UsefulSentence(there[number], worth) for number, worth in page], len(ranked)

    def _waiting(self, wanted: SentenceFilter) -> tuple[Sequence[Sentence], str]:
        """Return the sentences to choose from, and the model of their report."""
        with self._store.read() as work:
            report = None if wanted.report_id is None else work.reports.get(wanted.report_id)
            if work.sentences.count(wanted) > MOST:
                there = work.sentences.last_page(wanted, limit=MOST, offset=0)
            else:
                there = work.sentences.page(wanted)
        return there, report.ml_model if report else ""
