"""Accepted sentences, and those whose every technique was rejected on its own, as training data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, exists, or_, select

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.attack import AttackStatus
from tram_ext.store.mappings import NOT_REJECTED
from tram_ext.store.tables import attack_objects, mappings, reports, sentences

_REJECTED_ONE_BY_ONE: Final = and_(
    sentences.c.disposition == Disposition.REJECT.value,
    exists().where(mappings.c.sentence_id == sentences.c.id).correlate(sentences),
    ~exists().where(mappings.c.sentence_id == sentences.c.id, NOT_REJECTED).correlate(sentences),
)


@dataclass(frozen=True, slots=True)
class AcceptedSentence:
    """A sentence to learn from, with its accepted techniques that are still active.

    Attributes
    ----------
    id, report_id : int
    builtin : str or None
        The key of the built-in report it is of.
    group : str
        What it must not be separated from in a split by document.
    """

    id: int
    report_id: int
    group: str
    builtin: str | None
    text: str
    techniques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """A report used for training; its version increases with every change in it."""

    id: int
    name: str
    version: int


class TrainingData:
    """The repository of training data."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reports(self) -> list[TrainingReport]:
        """Return the reports that are marked for training."""
        statement = select(reports.c.id, reports.c.name, reports.c.version).where(reports.c.use_for_training)
        return [TrainingReport(*row) for row in self._connection.execute(statement.order_by(reports.c.id))]

    def accepted(self, only: Collection[int] = (), without: Collection[int] = ()) -> list[AcceptedSentence]:
        """Return the sentences to learn from of reports used for training, in the order of report and sentence.

        These are the accepted ones, and, as showing no technique, those on which a person rejected each technique on
        its own. A sentence that was rejected as a whole teaches nothing, as in TRAM.

        Parameters
        ----------
        only : collection of int
            Numbers of reports to take, marked for training or not; none: all that are marked.
        without : collection of int
            Numbers of reports to leave out.
        """
        statement = (
            select(
                sentences.c.id,
                sentences.c.report_id,
                sentences.c.origin,
                reports.c.builtin,
                sentences.c.text,
                attack_objects.c.attack_id,
                mappings.c.id.label("mapping_id"),
            )
            .select_from(
                sentences.join(reports, reports.c.id == sentences.c.report_id)
                .outerjoin(mappings, and_(mappings.c.sentence_id == sentences.c.id, NOT_REJECTED))
                .outerjoin(
                    attack_objects,
                    and_(
                        attack_objects.c.id == mappings.c.attack_object_id,
                        attack_objects.c.status == AttackStatus.ACTIVE.value,
                    ),
                )
            )
            .where(or_(sentences.c.disposition == Disposition.ACCEPT.value, _REJECTED_ONE_BY_ONE))
            .order_by(sentences.c.report_id, sentences.c.order, sentences.c.id, mappings.c.id)
        )
        if only:
            statement = statement.where(reports.c.id.in_(only))
        else:
            statement = statement.where(reports.c.use_for_training)
        if without:
            statement = statement.where(reports.c.id.not_in(without))
        found: dict[int, tuple[int, str, str | None, str, list[str]]] = {}
        retired: set[int] = set()
        for key, report_id, origin, builtin, text, technique, mapping_id in self._connection.execute(statement):
            entry = found.setdefault(key, (report_id, origin or f"report {report_id}", builtin, text, []))
            if technique is not None:
                entry[4].append(technique)
            elif mapping_id is not None:
                retired.add(key)
        # A sentence whose every technique is retired does not teach "no technique".
        return [
            AcceptedSentence(key, report_id, group, builtin, text, tuple(techniques))
            for key, (report_id, group, builtin, text, techniques) in found.items()
            if techniques or key not in retired
        ]
