"""The log, replayed: what a report must be when everything that was logged happened to it, in that order."""

from __future__ import annotations

import copy


def state_of(found):
    """Return sentences and their mappings, by number, as plain fields."""
    return {
        "sentence": {
            s.id: {"text": s.text, "order": s.order, "disposition": s.disposition and s.disposition.value,
                   "start": s.start, "end": s.end, "page": s.page}
            for s in found
        },
        "mapping": {
            m.id: {"sentence_id": s.id, "attack_id": m.attack_id, "confidence": m.confidence,
                   "source": m.source.value, "note": m.note, "disposition": m.disposition and m.disposition.value}
            for s in found for m in s.all_mappings
        },
    }  # fmt: skip


def replay(state, entries):
    """Apply log entries, the oldest first, to a copy of `state`; every "before" must be what there is."""
    state = copy.deepcopy(state)
    for entry in entries:
        rows = state.get(entry.target_kind)
        if rows is None or entry.action == "import report":
            continue
        before = _known(rows, entry.before)
        after = _known(rows, entry.after)
        today = rows.get(entry.target_id)
        if before is None:
            assert today is None, entry
            rows[entry.target_id] = after
        elif after is None:
            assert today == before, entry
            del rows[entry.target_id]
        else:
            assert today == {**today, **before}, entry
            rows[entry.target_id] = {**today, **after}
    return state


def _known(rows, state):
    """Leave out what `state_of` does not show."""
    fields = {"text", "order", "disposition", "start", "end", "page", "sentence_id", "attack_id", "confidence", "source", "note"}  # fmt: skip
    return None if state is None else {name: value for name, value in state.items() if name in fields}
