"""Maps a report again with another model, keeping what people decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from tram_ext.domain.assertions import Assertion
from tram_ext.domain.errors import Cancelled
from tram_ext.domain.reports import Report, Sentence
from tram_ext.domain.review import MAPPING, REPORT, SentenceFilter, State
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.attack.attack import resolve_techniques, succeeded
from tram_ext.services.mapping.mapping import Mapper
from tram_ext.services.reports.reports import existing_report
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.preconditions import require_version
from tram_ext.services.review.sentence_mappings import mapping_state
from tram_ext.store.database import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Remapped:
    """The result of mapping a report again: how many mappings changed, and the report."""

    changed: int
    report: Report


class Remapping:
    """Replaces the proposals of one model by those of another."""

    def __init__(self, store: Store, mapper: Mapper, changes: Changes) -> None:
        self._store = store
        self._mapper = mapper
        self._changes = changes

    def remap(
        self,
        report_id: int,
        model: str,
        actor: User,
        *,
        expected: Collection[int] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Remapped:
        """Replace the proposals on all sentences that await review.

        What people decided stays: sentences that they accepted or rejected, techniques that they added, changed or put
        a note on, and techniques that they took away do not come back.

        Parameters
        ----------
        model : str
            The name of a trained model, or ``default``.
        expected : collection of int, optional
            Versions of the report that may be changed; None is any.
        cancelled : callable, optional
            Asked while the model works; when it answers True, that ends and nothing is changed.

        Raises
        ------
        NotFound
            There is no such report or model.
        Conflict
            The model was never trained.
        PreconditionFailed
            The report is at another version.
        Cancelled
            `cancelled` answered True.
        """
        require(actor, Permission.REVIEW)
        with self._store.read() as work:
            require_version(existing_report(work, report_id).version, expected)
            waiting = work.sentences.page(SentenceFilter(report_id=report_id, undecided=True))
        name, found = self._mapper.map_texts([sentence.text for sentence in waiting], model, cancelled=cancelled)
        if cancelled is not None and cancelled():  # work that was quick is done before anybody asks
            raise Cancelled("Cancelled.")
        proposals = dict(zip([(sentence.id, sentence.text) for sentence in waiting], found, strict=True))
        with self._store.write() as work:
            existing_report(work, report_id)
            action = Action(work, actor, "map again", report_id)
            _exchange(work, action, report_id, proposals)
            number = action.count
            state = work.records.get(REPORT, report_id)
            assert state is not None
            action.update(REPORT, report_id, state, {"ml_model": name})
            told = action.finish()
            report = existing_report(work, report_id)
        self._changes.tell(*told)
        return Remapped(number, report)


def _exchange(
    work: UnitOfWork,
    action: Action,
    report_id: int,
    proposals: Mapping[tuple[int, str], Sequence[Assertion]],
) -> None:
    """Replace the proposals on sentences whose text is unchanged and that still await review."""
    ids = {mapping.attack_id for found in proposals.values() for mapping in found}
    resolved = resolve_techniques(work, ids, {})
    unwanted = work.log.taken_away(report_id)
    states: dict[int, dict[int, State]] = {}
    for key, state in work.records.of_report(MAPPING, report_id).items():
        states.setdefault(state["sentence_id"], {})[key] = state
    fresh: list[State] = []
    for sentence in work.sentences.page(SentenceFilter(report_id=report_id, undecided=True)):
        found = proposals.get((sentence.id, sentence.text))
        if found is not None:
            wanted = {resolved.rows[new.attack_id]: new for new in succeeded(found, resolved.replaced)}
            wanted = {row: new for row, new in wanted.items() if (sentence.id, row) not in unwanted}
            fresh += _renew(action, sentence, states.get(sentence.id, {}), wanted)
    action.insert(MAPPING, fresh)


def _renew(
    action: Action, sentence: Sentence, states: Mapping[int, State], wanted: Mapping[int, Assertion]
) -> list[State]:
    """Update existing proposals, and return those to add."""
    missing = dict(wanted)
    for key, state in states.items():
        new = missing.pop(state["attack_object_id"], None)
        if Assertion.of_state(state).is_a_persons:
            continue
        if new is None:
            action.delete(MAPPING, key, state)
        else:
            action.update(MAPPING, key, state, new.state())
    return [mapping_state(sentence.report_id, sentence.id, row, new) for row, new in missing.items()]
