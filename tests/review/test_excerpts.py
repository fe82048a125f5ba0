"""Sentences of parts of a report's text that a person selected."""

from __future__ import annotations

import json

import pytest

from tests import corpus
from tests.review.replay import state_of
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.edits import SentenceEdit, Step
from tram_ext.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tram_ext.domain.review import SentenceFilter

ACCEPT, REJECT = Disposition
TEXT = "They mailed an invoice and ran PowerShell at once. Then they left. 🐻 A note between. Nothing more."
SENTENCES = ("They mailed an invoice and ran PowerShell at once.", "Then they left.", "Nothing more.")


@pytest.fixture
def read(services, ann):
    """Return a report of three sentences, with a proposal on the first two."""
    mapping = {"attack_id": "T1486", "name": "x", "confidence": "40.0", "source": "model"}
    sentences = [
        corpus.sentence(text, order=order, disposition=None)
        | {"start": TEXT.index(text), "end": TEXT.index(text) + len(text), "mappings": [mapping] * (order < 2)}
        for order, text in enumerate(SENTENCES)
    ]
    body = corpus.export("Read", text=TEXT, sentences=sentences)
    return services.imports.import_report(json.dumps(body).encode(), ann).report


@pytest.fixture
def found(services, read, vic):
    return lambda: services.sentences.list(SentenceFilter(report_id=read.id), vic)[0]


@pytest.fixture
def extract(services, read, ben):
    """Return a function that extracts some words of the text."""

    def take(words, attack_id="T1059.001", **options):
        start = TEXT.index(words)
        return services.excerpts.extract(read.id, start, start + len(words), attack_id, ben, **options)

    return take


def shown(sentences):
    return [(s.text, s.disposition, [m.attack_id for m in s.mappings]) for s in sentences]


def test_the_middle_of_a_sentence(services, extract, found, read, ben):
    before = state_of(found())
    made = extract(" ran PowerShell ")
    assert (made.text, TEXT[made.start : made.end]) == ("ran PowerShell", "ran PowerShell")
    assert shown(found()) == [
        ("They mailed an invoice and", None, ["T1486"]),
        ("ran PowerShell", ACCEPT, ["T1059.001"]),
        ("at once.", None, ["T1486"]),
        ("Then they left.", None, ["T1486"]),
        ("Nothing more.", None, []),
    ]
    assert [TEXT[s.start : s.end] for s in found()] == [s.text for s in found()]
    services.undo.undo(read.id, ben)
    assert state_of(found()) == before
    services.undo.redo(read.id, ben)
    assert shown(found())[1] == ("ran PowerShell", ACCEPT, ["T1059.001"])


def test_the_beginning_and_the_end_of_a_sentence(extract, found):
    extract("They mailed an invoice")
    assert shown(found())[:2] == [
        ("They mailed an invoice", ACCEPT, ["T1059.001"]),
        ("and ran PowerShell at once.", None, ["T1486"]),
    ]
    extract("at once.", "T1053.005")
    assert [text for text, _, _ in shown(found())] == [
        "They mailed an invoice",
        "and ran PowerShell",
        "at once.",
        "Then they left.",
        "Nothing more.",
    ]


def test_across_sentences(extract, found):
    extract("PowerShell at once. Then they")
    assert shown(found())[:3] == [
        ("They mailed an invoice and ran", None, ["T1486"]),
        ("PowerShell at once. Then they", ACCEPT, ["T1059.001"]),
        ("left.", None, ["T1486"]),
    ]


def test_whole_sentences_become_part_of_it_with_their_techniques(extract, found):
    made = extract("at once. Then they left. 🐻 A note between. Nothing")
    assert made.disposition is None, "nobody has decided about what a model proposes on it"
    assert {m.attack_id: m.disposition for m in made.mappings} == {"T1486": None, "T1059.001": ACCEPT}
    assert [s.text for s in found()] == [
        "They mailed an invoice and ran PowerShell",
        "at once. Then they left. 🐻 A note between. Nothing",
        "more.",
    ]


def test_a_sentence_as_it_is(extract, found):
    made = extract("Nothing more.")
    assert (made.id, made.disposition) == (found()[2].id, ACCEPT)
    made = extract("Then they left.", "T1486")
    assert shown([made]) == [("Then they left.", None, ["T1486"])], "a technique that is there stays as it is"


def test_what_no_sentence_holds(extract, found):
    made = extract("A note between.")
    assert [s.id for s in found()].index(made.id) == 2
    assert len(found()) == 4


def test_what_was_decided_about_the_whole_is_open_again(services, extract, found, ben):
    services.steps.take(found()[0].id, Step("decide", REJECT), ben)
    extract("PowerShell")
    assert [s.disposition for s in found()][:3] == [None, ACCEPT, None]


def test_mistakes_change_nothing(services, extract, found, read, ben, vic):
    before = found()
    with pytest.raises(Invalid, match="no word"):
        extract(" 🐻 ")
    with pytest.raises(Invalid, match="not a technique"):
        extract("PowerShell", "T0000")
    with pytest.raises(Conflict, match="edited the text"):
        extract("PowerShell", said="Powershell")
    for start, end in ((5, 5), (9, 3), (0, 10**6), (-1, 4)):
        with pytest.raises(Invalid, match="not a part of the text"):
            services.excerpts.extract(read.id, start, end, "T1059.001", ben)
    with pytest.raises(NotFound):
        services.excerpts.extract(4711, 0, 5, "T1059.001", ben)
    with pytest.raises(Forbidden):
        services.excerpts.extract(read.id, 0, 5, "T1059.001", vic)
    assert found() == before
    services.sentences.change(before[0].id, SentenceEdit(text="Reworded."), ben)
    with pytest.raises(Invalid, match="was reworded"):
        extract("PowerShell")
