"""The rules of decisions about techniques and their sentence, over all small cases."""

from __future__ import annotations

from itertools import product

import pytest

from tram_ext.domain.assertions import Assertion, Disposition, merged
from tram_ext.domain.decisions import after_sentence, after_techniques, counted_as

ACCEPT, REJECT = Disposition
STATES = (None, ACCEPT, REJECT)
SENTENCES = [
    (sentence, dict(enumerate(own)))
    for sentence in STATES
    for count in (1, 2, 3)
    for own in product(STATES, repeat=count)
]


def counted(sentence, own):
    return {key: counted_as(value, sentence) for key, value in own.items()}


@pytest.mark.parametrize("disposition", STATES)
def test_a_decision_about_a_technique_is_about_that_one_only(disposition):
    for sentence, own in SENTENCES:
        for chosen in own:
            after, now = after_techniques(sentence, own, [chosen], disposition)
            expected = counted(sentence, own) | {chosen: disposition}
            if None not in expected.values():
                assert counted(after, now) == expected
            assert now[chosen] is disposition, "it has a decision of its own"


@pytest.mark.parametrize("disposition", STATES)
def test_the_sentence_follows_its_techniques(disposition):
    for sentence, own in SENTENCES:
        after, now = after_techniques(sentence, own, [0], disposition)
        values = counted(after, now).values()
        if None in (counted(sentence, own) | {0: disposition}).values():
            assert after is None
        else:
            assert after is (ACCEPT if ACCEPT in values else REJECT)


def test_what_was_decided_stays_decided_beside_what_is_cleared():
    after, now = after_techniques(ACCEPT, {1: None, 2: None, 3: REJECT}, [2], None)
    assert (after, now) == (None, {1: ACCEPT, 2: None, 3: REJECT})


def test_accepting_a_sentence_accepts_what_is_undecided_on_it():
    for sentence, own in SENTENCES:
        before, now = counted(sentence, own), after_sentence(ACCEPT, own)
        for key, value in counted(ACCEPT, now).items():
            assert value is (REJECT if own[key] is REJECT else ACCEPT), (sentence, before)


def test_rejecting_and_clearing_a_sentence_leave_nothing_that_contradicts():
    for _sentence, own in SENTENCES:
        assert set(counted(REJECT, after_sentence(REJECT, own)).values()) == {REJECT}
        assert set(counted(None, after_sentence(None, own)).values()) == {None}
        assert after_sentence(REJECT, own) == {key: REJECT if own[key] is REJECT else None for key in own}


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [((REJECT, ACCEPT), ACCEPT), ((REJECT, None), None), ((None, ACCEPT), ACCEPT), ((REJECT, REJECT), REJECT)],
)
def test_of_two_mappings_that_become_one_the_stronger_decision_counts(decisions, expected):
    parts = [Assertion("T1059", 50.0 + place, disposition=item) for place, item in enumerate(decisions)]
    assert merged(parts).disposition is expected
    assert merged(parts[::-1]).disposition is expected


def test_a_technique_that_is_changed_into_another_is_undecided():
    assert Assertion("T1059", disposition=REJECT).edited({"attack_id": "T1486"}).disposition is None
    assert Assertion("T1059", disposition=REJECT).edited({"note": "x"}).disposition is REJECT


def test_what_was_decided_about_is_a_persons():
    from tram_ext.domain.assertions import MappingSource

    assert not Assertion("T1059", 50.0, MappingSource.MODEL).is_a_persons
    assert Assertion("T1059", 50.0, MappingSource.MODEL, disposition=REJECT).is_a_persons
