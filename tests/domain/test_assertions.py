"""What a mapping asserts, over all its fields: as a state and back, merged, edited."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.samples import bare_assertion, full_assertion, full_sentence
from tram_ext.domain.assertions import (
    ASSERTED,
    REMARKS,
    Assertion,
    Disposition,
    MappingSource,
    merged,
    merged_by_technique,
)
from tram_ext.domain.reports import SENTENCE_CONTENT, Sentence


def test_a_sample_says_something_in_every_field():
    full = full_assertion()
    assert tuple(item.name for item in fields(Assertion)) == ASSERTED
    assert all(getattr(full, item.name) not in ("", None, item.default) for item in fields(Assertion))


def test_a_state_is_plain_and_holds_every_field():
    state = full_assertion().state()
    assert tuple(state) == ASSERTED
    assert all(type(value) in (str, float, int, bool) for value in state.values())
    assert Assertion.of_state({**state, "sentence_id": 7}) == full_assertion()
    assert Assertion.of_values([state[name] for name in ASSERTED]) == full_assertion()


def test_a_state_without_one_of_them_asserts_nothing():
    for name in ASSERTED:
        state = full_assertion().state()
        del state[name]
        with pytest.raises(KeyError, match=name):
            Assertion.of_state(state)


@pytest.mark.parametrize("order", [1, -1])
def test_merging_loses_nothing_that_the_surest_does_not_say_otherwise(order):
    weak, sure = full_assertion(), bare_assertion()
    found = merged([weak, sure][::order])
    for name in ASSERTED:
        said = getattr(sure, name)
        assert getattr(found, name) == (getattr(weak, name) if said in ("", None) else said), name


def test_of_equally_sure_ones_the_first_stays_and_remarks_are_joined_once():
    first, second = Assertion("T1", note="a"), Assertion("T1", source=MappingSource.MODEL, note="b")
    assert merged([first, second, first]) == replace(first, note="a\nb")
    assert merged([second, first]) == replace(second, note="b\na")


def test_by_technique():
    found = merged_by_technique([Assertion("T2", 1.0), Assertion("T1"), Assertion("T2", 3.0, note="x")])
    assert found == (Assertion("T2", 3.0, note="x"), Assertion("T1"))


@pytest.mark.parametrize("name", ASSERTED)
def test_who_edits_it_makes_it_theirs_and_who_writes_a_remark_does_not(name):
    old = bare_assertion()
    edited = old.edited({name: getattr(full_assertion("T1003.001"), name)})
    assert getattr(edited, name) == (
        MappingSource.PERSON if name == "source" else getattr(full_assertion("T1003.001"), name)
    )
    assert edited.source is (MappingSource.MODEL if name in REMARKS else MappingSource.PERSON)
    assert old.edited({name: getattr(old, name)}) == old, "no change is no edit"


@pytest.mark.parametrize("name", REMARKS)
def test_a_remark_makes_it_a_persons_work(name):
    assert not bare_assertion().is_a_persons
    remarked = replace(bare_assertion(), **{name: "mind this"})
    assert remarked.has_remarks
    assert remarked.is_a_persons


@pytest.mark.parametrize(
    ("source", "confidence", "expected"),
    [
        (MappingSource.MODEL, 100.0, False),
        (MappingSource.TEXT, 100.0, False),
        (MappingSource.PERSON, 1.0, True),
        (MappingSource.ATTACK, 1.0, True),
        (MappingSource.IMPORT, 100.0, True),
        (MappingSource.IMPORT, 99.0, False),
    ],
)
def test_whose_it_is(source, confidence, expected):
    assert Assertion("T1", confidence, source).is_a_persons is expected


def test_a_sentences_content_is_plain_and_comes_back():
    sentence = full_sentence()
    assert tuple(sentence.state()) == SENTENCE_CONTENT.names
    assert sentence.state()["disposition"] == "accept"
    again = Sentence(*SENTENCE_CONTENT.arguments(sentence.state().values()), id=1, report_id=1)
    assert again.state() == sentence.state()
    assert again.disposition is Disposition.ACCEPT
