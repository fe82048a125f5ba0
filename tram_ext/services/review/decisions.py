"""Writes decisions about sentences and their techniques; the rules are those of :mod:`tram_ext.domain.decisions`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tram_ext.domain import decisions
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.reports import Sentence
from tram_ext.domain.review import MAPPING, SENTENCE, Shown
from tram_ext.services.review.action import Action


def decide_sentence(
    action: Action, sentence: Sentence, disposition: Disposition | None, searched: Collection[str] = ()
) -> None:
    """Accept, reject or clear a sentence; see :func:`show` for `searched`."""
    _write_sentence(action, sentence, disposition)
    follow_sentence(action, sentence, disposition, searched)


def follow_sentence(
    action: Action, sentence: Sentence, disposition: Disposition | None, searched: Collection[str] = ()
) -> None:
    """Let the techniques of a sentence follow a decision about it, which the caller writes."""
    show(action, sentence, searched)
    own = {mapping.id: mapping.disposition for mapping in sentence.all_mappings}
    _write_own(action, sentence, decisions.after_sentence(disposition, own))


def decide_techniques(
    action: Action,
    sentence: Sentence,
    mapping_ids: Collection[int],
    disposition: Disposition | None,
    searched: Collection[str] = (),
) -> None:
    """Accept, reject or clear some techniques of a sentence, which is decided by that or not."""
    show(action, sentence, searched)
    own = {mapping.id: mapping.disposition for mapping in sentence.all_mappings}
    decided, own = decisions.after_techniques(sentence.disposition, own, mapping_ids, disposition)
    _write_sentence(action, sentence, decided)
    _write_own(action, sentence, own)


def settle_without(action: Action, sentence: Sentence, mapping_id: int) -> None:
    """Decide a sentence that awaited review only for the technique that is taken off it."""
    own = {mapping.id: mapping.disposition for mapping in sentence.all_mappings if mapping.id != mapping_id}
    if sentence.disposition is None and own and None not in own.values():
        _write_sentence(action, sentence, decisions.of_sentence(own.values()))


def show(action: Action, sentence: Sentence, searched: Collection[str]) -> None:
    """Record with an action which techniques its author had in view on a sentence.

    Parameters
    ----------
    searched : collection of str
        ATT&CK ids of those shown beside the ones on the sentence.
    """
    proposed = tuple(mapping.attack_id for mapping in sentence.all_mappings)
    action.shown[sentence.id] = Shown(proposed, tuple(sorted(set(searched) - set(proposed))))


def _write_sentence(action: Action, sentence: Sentence, disposition: Disposition | None) -> None:
    state = {"report_id": sentence.report_id, **_plain(sentence.disposition)}
    action.update(SENTENCE, sentence.id, state, _plain(disposition))


def _write_own(action: Action, sentence: Sentence, own: Mapping[int, Disposition | None]) -> None:
    for mapping in sentence.all_mappings:
        state = {"report_id": sentence.report_id, "sentence_id": sentence.id, **_plain(mapping.disposition)}
        action.update(MAPPING, mapping.id, state, _plain(own[mapping.id]))


def _plain(disposition: Disposition | None) -> dict[str, str | None]:
    return {"disposition": disposition.value if disposition else None}
