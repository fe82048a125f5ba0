"""Merges mappings of a sentence that name the same technique."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tram_ext.domain.assertions import Assertion, merged, surest
from tram_ext.domain.review import MAPPING, State
from tram_ext.services.review.action import Action


def unite(action: Action, states: Mapping[int, State], keys: Sequence[int], place: State) -> None:
    """Keep the mapping of the highest confidence, add what only the others hold, and delete those.

    Parameters
    ----------
    states : mapping of int to State
        Whole states by number.
    keys : sequence of int
        The numbers of those that are to be one, in the order in which their remarks are joined.
    place : State
        Where that one stands, and which technique it names.
    """
    assertions = [Assertion.of_state(states[key]) for key in keys]
    kept = keys[surest(assertions)]
    action.update(MAPPING, kept, states[kept], {**merged(assertions).state(), **place})
    for key in keys:
        if key != kept:
            action.delete(MAPPING, key, states[key])
