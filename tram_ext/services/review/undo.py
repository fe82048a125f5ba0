"""Undo and redo of a user's own last actions, as long as nobody changed the same rows since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tram_ext.domain.edits import Undone
from tram_ext.domain.errors import Conflict
from tram_ext.domain.review import MAPPING, MOST_IDS, SENTENCE, Change, ReviewChange, State, UndoEntry
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.review.action import Action
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.preconditions import existing
from tram_ext.services.review.request_keys import RequestKey
from tram_ext.store.database import Store, UnitOfWork


class Undo:
    """Undoes and redoes actions from the log, and logs that in turn.

    Parameters
    ----------
    most_rows : int
        After so many rows a request turns no further action: nobody else can write meanwhile.
    """

    def __init__(self, store: Store, changes: Changes, *, most_rows: int = 20_000) -> None:
        self._store = store
        self._changes = changes
        self._most_rows = most_rows

    def undo(self, report_id: int | None, actor: User, *, steps: int = 1, key: str | None = None) -> Undone:
        """Undo the actor's last actions in a report; None: the last that concerned several reports.

        Of several all are taken back, or those that can be: it stops before the first that cannot, or after many rows.

        Parameters
        ----------
        steps : int
            How many actions.
        key : str, optional
            A request that comes again under the same key is answered as it was, and not done again.

        Raises
        ------
        NotFound
            There is no such report.
        Conflict
            There is nothing to undo, or somebody changed the same rows since; the message names them. Or the key was
            used for another request.
        """
        return self._turn(report_id, actor, steps, key, undone=True)

    def redo(self, report_id: int | None, actor: User, *, steps: int = 1, key: str | None = None) -> Undone:
        """Redo what the actor undid last, with the errors of :meth:`undo`."""
        return self._turn(report_id, actor, steps, key, undone=False)

    def _turn(self, report_id: int | None, actor: User, steps: int, key: str | None, *, undone: bool) -> Undone:
        require(actor, Permission.REVIEW if report_id is not None else Permission.ADMINISTER)
        verb = "undo" if undone else "redo"
        request = RequestKey(key, actor, (verb, report_id, steps))
        with self._store.write() as work:
            if report_id is not None:
                existing(work.reports.get(report_id), "Report")
            if request.was_done(work):
                return _total(_turned_before(work, request, steps, verb))
            turned, stopped = self._turn_several(work, report_id, actor, request, steps, undone=undone)
        self._changes.tell(*(told for one in turned for told in one.told))
        return _total(turned, stopped)

    def _turn_several(
        self, work: UnitOfWork, report_id: int | None, actor: User, request: RequestKey, steps: int, *, undone: bool
    ) -> tuple[list[_Turned], str]:
        """Undo or redo actions until all are done or one cannot be; return them, and why it stopped."""
        turned = [_turn_one(work, report_id, actor, request.batch(), undone=undone)]
        try:
            while len(turned) < steps and sum(len(one.changes) for one in turned) < self._most_rows:
                turned.append(_turn_one(work, report_id, actor, request.batch(len(turned)), undone=undone))
        except Conflict as error:  # it was found before anything of that action was written
            return turned, error.message
        return turned, ""


@dataclass(frozen=True)
class _Turned:
    """An action that was undone or redone."""

    name: str
    batch: str
    changes: Sequence[Change]
    told: Sequence[ReviewChange] = ()


def _turn_one(work: UnitOfWork, report_id: int | None, actor: User, batch: str, *, undone: bool) -> _Turned:
    verb = "undo" if undone else "redo"
    entry = work.undo.last(actor.id, report_id, undone=not undone)
    if entry is None:
        raise Conflict(f"There is nothing of yours to {verb} here.")
    disturber = work.undo.disturber(entry, actor.id)
    if disturber is not None:
        raise Conflict(_changed_by(disturber, verb))
    name = work.log.name_of(entry.batch)
    made = work.log.changes(entry.batch)
    changes = [change.reversed() for change in reversed(made)] if undone else made
    _check(work, entry, changes, verb)
    action = Action(work, actor, f"{verb} {name}", report_id, batch=batch)
    action.apply(changes)
    return _Turned(name, entry.batch, changes, action.finish_undo(entry.id, entry.batch, undone=undone))


def _turned_before(work: UnitOfWork, request: RequestKey, steps: int, verb: str) -> list[_Turned]:
    """Read from the log what an earlier request under the same key did."""
    found = []
    for place in range(steps):
        batch = request.batch(place)
        changes = work.log.changes(batch)
        if not changes:
            break
        name = work.log.name_of(batch).removeprefix(f"{verb} ")
        found.append(_Turned(name, work.log.undone_by(batch), changes))
    return found


def _total(turned: Sequence[_Turned], stopped: str = "") -> Undone:
    touched = [sorted({key for change in one.changes for key in change.sentence_ids()}) for one in reversed(turned)]
    ids = dict.fromkeys(key for keys in touched for key in keys)
    return Undone(
        turned[-1].name,
        sum(len(one.changes) for one in turned),
        turned[-1].batch,
        steps=len(turned),
        sentence_ids=tuple(ids) if len(ids) <= MOST_IDS else (),
        stopped=stopped,
    )


def _check(work: UnitOfWork, entry: UndoEntry, changes: Sequence[Change], verb: str) -> None:
    """Check that every row is as the action left it, and that restored rows have a place.

    Raises
    ------
    Conflict
        A row is not; the message names who changed it last.
    """
    kinds = {change.kind for change in changes}
    today = {kind: work.records.of_batch(kind, entry.batch) for kind in kinds}
    for change in changes:
        if not _is_as_expected(today[change.kind].get(change.id), change.before):
            raise Conflict(_changed_by(work.log.last_toucher(change.kind, change.id), verb))
    if kinds & {SENTENCE, MAPPING}:
        _check_places(work, today.get(MAPPING, {}), changes, verb)


def _is_as_expected(today: State | None, before: State | None) -> bool:
    if today is None or before is None:
        return today is None and before is None
    return all(today[name] == value for name, value in before.items() if name in today)


def _check_places(work: UnitOfWork, today: Mapping[int, State], changes: Sequence[Change], verb: str) -> None:
    """Refuse to delete sentences with others' mappings, and to restore mappings of sentences that are gone."""
    own = {change.id for change in changes if change.kind == MAPPING}
    vanishing = {change.id for change in changes if change.kind == SENTENCE and change.after is None}
    coming = {change.id for change in changes if change.kind == SENTENCE and change.before is None}
    arriving = set()
    for change in changes:
        if change.kind == MAPPING and change.after is not None:
            state = {**today.get(change.id, {}), **change.after}
            arriving.add((state["sentence_id"], state["attack_object_id"]))
    targets = {sentence_id for sentence_id, _ in arriving}
    missing = targets - coming - set(work.records.states(SENTENCE, targets - coming))
    for sentence_id in missing:
        raise Conflict(_changed_by(work.log.last_toucher(SENTENCE, sentence_id), verb))
    for mapping_id, sentence_id, technique in work.mappings.on_sentences(targets | vanishing):
        if mapping_id not in own and (sentence_id in vanishing or (sentence_id, technique) in arriving):
            raise Conflict(_changed_by(work.log.last_toucher(MAPPING, mapping_id), verb))


def _changed_by(name: str | None, verb: str) -> str:
    return f"{name or 'Somebody'} changed this since: to {verb} it would lose that work."
