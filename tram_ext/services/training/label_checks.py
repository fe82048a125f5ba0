"""Checks of labels: which accepted sentences a cross-validated model would have labelled otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from tram_ext.domain.assertions import Disposition
from tram_ext.domain.learning import AcceptedExample, LabelCheck, LabelDoubt
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.reports import Sentence
from tram_ext.domain.tasks import TaskKind
from tram_ext.domain.users import User
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import Settings
from tram_ext.services.training.heartbeat import Heartbeat
from tram_ext.services.training.label_check_work import Found, check, check_in_child
from tram_ext.services.training.tasks import Tasks
from tram_ext.store.database import Store

if TYPE_CHECKING:
    from tram_ext.ml.model import TrainingSet
    from tram_ext.store.training_data import AcceptedSentence

KEPT: Final = 1_000
"""Doubts that are kept of a check, the greatest first."""


class LabelChecks:
    """Finds accepted sentences that deserve a second look; see :mod:`tram_ext.ml.label_errors`.

    A check is a task like a training: it is begun, has progress, can be cancelled, and leaves what it found in the
    store, as numbers of sentences. Shown are those that still stand: a sentence that was relabelled since is not.
    """

    def __init__(self, store: Store, settings: Settings, tasks: Tasks, children: ChildPool) -> None:
        self._store = store
        self._settings = settings
        self._tasks = tasks
        self._children = children

    def begin(self, request: TrainingRequest, actor: User) -> int:
        """Record that a check was asked for, and return its number for :meth:`run`; see :meth:`Tasks.begin`."""
        return self._tasks.begin(TaskKind.LABEL_CHECK, request, actor)

    def run(
        self,
        check_id: int,
        request: TrainingRequest,
        actor: User,
        on_progress: Callable[[float, str], None] | None = None,
        executor: Executor | None = None,
    ) -> LabelCheck:
        """Check, and return what was found.

        Parameters
        ----------
        executor : concurrent.futures.Executor, optional
            Where the folds are fitted, from this process; None: one after the other in a child.

        Raises
        ------
        Conflict
            There are too few accepted sentences.
        Cancelled
            Somebody cancelled it.
        WorkFailed
            The child process failed.
        """
        self._tasks.run(
            TaskKind.LABEL_CHECK,
            check_id,
            lambda beat: self._check(request, beat, executor),
            lambda unit, found: unit.tasks.keep_result(TaskKind.LABEL_CHECK, check_id, found),
            on_progress,
        )
        return self.get(check_id, actor)

    def get(self, check_id: int, actor: User, *, limit: int | None = None, offset: int = 0) -> LabelCheck:
        """Return a check with what it found, the greatest doubt first.

        Raises
        ------
        NotFound
            There is none with this number.
        """
        task = self._tasks.get(TaskKind.LABEL_CHECK, check_id, actor)
        with self._store.read() as work:
            found: dict[str, Any] = work.tasks.result(TaskKind.LABEL_CHECK, check_id) or {"checked": 0, "doubts": []}
            rows = [_Kept(**row) for row in found["doubts"]]
            keys = {key for row in rows for key in (row.sentence_id, row.twin_id) if key is not None}
            there = {sentence.id: sentence for sentence in work.sentences.some(keys)}
            names = {report.id: report.name for report in work.training_data.reports()}
        doubts = [doubt for row in rows if (doubt := _shown(row, there, names)) is not None]
        end = None if limit is None else offset + limit
        return LabelCheck(task, found["checked"], len(doubts), tuple(doubts[offset:end]))

    def _check(self, request: TrainingRequest, beat: Heartbeat, executor: Executor | None) -> dict[str, Any]:
        with self._store.read() as work:
            every = work.training_data.accepted(request.only, request.without)
        own = [sentence for sentence in every if sentence.builtin is None]
        name, fewest = self._settings.resolve_model(request.model), self._settings.ml_accept_threshold
        if executor is not None:
            found = check(name, _columns(own), fewest, KEPT, beat.report, executor=executor)
        else:
            found = self._children.run(
                check_in_child,
                name,
                _columns(own),
                fewest,
                KEPT,
                seconds=self._settings.training_timeout,
                on_progress=beat.report,
                cancelled=beat.is_cancelled,
            )
        return {"checked": len(own), "doubts": [_kept(each, own) for each in found]}


def _columns(accepted: Sequence[AcceptedSentence]) -> TrainingSet:
    from tram_ext.ml.model import TrainingSet

    return TrainingSet(
        texts=tuple(sentence.text for sentence in accepted),
        labels=tuple(sentence.techniques for sentence in accepted),
        groups=tuple(sentence.group for sentence in accepted),
        builtin=(False,) * len(accepted),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A doubt as the store keeps it."""

    sentence_id: int
    technique: str
    instead: str
    doubt: float
    confidence: float
    instead_confidence: float
    twin_id: int | None
    similarity: float


def _kept(found: Found, own: Sequence[AcceptedSentence]) -> dict[str, Any]:
    doubt = found.doubt
    return asdict(
        _Kept(
            sentence_id=own[doubt.row].id,
            technique=doubt.label,
            instead=doubt.instead,
            doubt=round(doubt.doubt, 4),
            confidence=round(100 * doubt.confidence, 1),
            instead_confidence=round(100 * doubt.instead_confidence, 1),
            twin_id=None if found.twin is None else own[found.twin].id,
            similarity=round(found.similarity, 3),
        )
    )


def _shown(kept: _Kept, there: Mapping[int, Sentence], names: Mapping[int, str]) -> LabelDoubt | None:
    """Return a doubt with its sentence as it is today, None where the label in doubt is not on it any more."""
    sentence = there.get(kept.sentence_id)
    if sentence is None or sentence.disposition is not Disposition.ACCEPT:
        return None
    labels = {mapping.attack_id for mapping in sentence.mappings}
    if kept.technique not in (labels or {""}) or kept.instead in labels:
        return None
    twin = there.get(kept.twin_id) if kept.twin_id is not None else None
    return LabelDoubt(
        sentence=sentence,
        report_name=names.get(sentence.report_id, ""),
        technique=kept.technique,
        instead=kept.instead,
        doubt=kept.doubt,
        confidence=kept.confidence,
        instead_confidence=kept.instead_confidence,
        twin=None if twin is None else _twin(twin, kept.similarity, names),
    )


def _twin(sentence: Sentence, similarity: float, names: Mapping[int, str]) -> AcceptedExample:
    labels = tuple(mapping.attack_id for mapping in sentence.mappings)
    name = names.get(sentence.report_id, "")
    return AcceptedExample(sentence.id, sentence.report_id, name, sentence.text, labels, similarity)
