"""The blocks of a report's text: stored, exported and imported; and sections that show no technique."""

from __future__ import annotations

import json

import pytest

from tests import corpus
from tests.review.replay import state_of
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.documents import Block, BlockKind
from tram_ext.domain.edits import ReportEdit, Step
from tram_ext.domain.errors import Forbidden, Invalid
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.sections import section_at

ACCEPT, REJECT = Disposition
LINES = (
    ("What happened", 1),
    ("They ran PowerShell.", 0),
    ("Indicators", 1),
    ("evil.example", 0),
    ("Of the loader", 2),
    ("A scheduled task.", 0),
    ("About us", 1),
    ("We hunt.", 0),
)


def exported(name="With headings", **changes):
    text = "\n".join(line for line, _ in LINES)
    sentences, blocks, place = [], [], 0
    for order, (line, level) in enumerate(LINES):
        end = place + len(line)
        mapping = {"attack_id": "T1059.001", "name": "PowerShell", "confidence": "60.0", "source": "model"}
        found = {"text": line, "order": order, "disposition": None, "start": place, "end": end}
        sentences.append({**found, "mappings": [mapping] if order in {1, 3} else []})
        if level:
            blocks.append({"start": place, "end": end, "kind": "heading", "level": level})
        place = end + 1
    return corpus.export(name, text=text, sentences=sentences, blocks=blocks) | changes


@pytest.fixture
def headed(services, ann):
    return services.imports.import_report(json.dumps(exported()).encode(), ann).report


@pytest.fixture
def found(services, headed, vic):
    return lambda: services.sentences.list(SentenceFilter(report_id=headed.id), vic)[0]


def test_sections_end_where_no_deeper_heading_begins():
    blocks = [
        Block(start, start + 5, BlockKind.HEADING, level)
        for start, level in ((10, 1), (20, 2), (30, 3), (40, 2), (50, 2))
    ]
    blocks.insert(1, Block(15, 18, BlockKind.CODE))
    sections = {place: section_at(place, blocks, 100) for place in (0, 10, 16, 25, 33, 99)}
    assert sections == {0: (0, 10), 10: (10, 20), 16: (10, 20), 25: (20, 40), 33: (30, 40), 99: (50, 100)}
    with pytest.raises(Invalid, match="no headings"):
        section_at(3, [Block(0, 5, BlockKind.ITEM)], 10)


def test_a_section_shows_no_technique(services, headed, found, ben):
    done = services.bulk.dismiss_section(headed.id, found()[5].id, ben)
    assert done.changed == 2, "the heading below, and what it heads"
    services.undo.undo(headed.id, ben)
    before = state_of(found())
    done = services.bulk.review(headed.id, "dismiss-section", ben, sentences=[found()[3].id])
    assert done.changed == 4
    now = found()
    assert [sentence.disposition for sentence in now] == [None, None, ACCEPT, REJECT, ACCEPT, ACCEPT, None, None]
    assert [mapping.attack_id for mapping in now[3].rejected_mappings] == ["T1059.001"], "and it teaches that"
    services.undo.undo(headed.id, ben)
    assert state_of(found()) == before


def test_what_a_person_accepted_in_it_stays(services, headed, found, ben):
    services.mappings.add(headed.id, found()[3].id, corpus_assertion(), ben)
    services.steps.take(found()[3].id, Step("judge", ACCEPT, "T1053.005"), ben)
    services.steps.take(found()[5].id, Step("decide", REJECT), ben)
    assert services.bulk.dismiss_section(headed.id, found()[2].id, ben).changed == 2
    assert [sentence.disposition for sentence in found()[2:6]] == [ACCEPT, None, ACCEPT, REJECT]


def corpus_assertion():
    from tram_ext.domain.assertions import Assertion

    return Assertion("T1053.005")


def test_what_cannot_be_dismissed(services, headed, found, report, ben, vic):
    with pytest.raises(Forbidden):
        services.bulk.dismiss_section(headed.id, found()[0].id, vic)
    with pytest.raises(Invalid, match="one sentence"):
        services.bulk.review(headed.id, "dismiss-section", ben, sentences=[1, 2])
    with pytest.raises(Invalid, match="no place in the text"):
        services.bulk.dismiss_section(headed.id, 4711, ben)
    services.reports.change(headed.id, ReportEdit(text=headed.text + " More."), ben)
    with pytest.raises(Invalid, match="no headings"):
        services.bulk.dismiss_section(headed.id, found()[0].id, ben)


def test_blocks_travel_and_belong_to_their_text(services, headed, vic, ben):
    blocks = services.overviews.text(headed.id, vic).blocks
    assert [(block.kind, block.level) for block in blocks] == [(BlockKind.HEADING, level) for level in (1, 1, 2, 1)]
    again = json.loads(services.exports.report(headed.id, "json", vic)[1].content)
    assert again["blocks"] == exported()["blocks"]
    services.reports.change(headed.id, ReportEdit(text="Another text."), ben)
    assert services.overviews.text(headed.id, vic).blocks == ()
    services.undo.undo(headed.id, ben)
    assert services.overviews.text(headed.id, vic).blocks == blocks, "they are those of this text"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"start": 0, "end": 5, "kind": "poem", "level": 0}, r"blocks\[0\]\.kind"),
        ({"start": 5, "end": 3, "kind": "code", "level": 0}, r"blocks\[0\]: start 5 and end 3"),
        ({"kind": "code"}, r"blocks\[0\]: A block needs start and end"),
        ({"start": 0, "end": 10**6, "kind": "code"}, "not a part of the text"),
        ({"start": 0, "end": 5, "kind": "heading", "level": -1}, r"blocks\[0\]\.level"),
        ("code", r"blocks\[0\]: Invalid data"),
    ],
)
def test_faults_in_blocks_are_named(services, ann, block, problem):
    with pytest.raises(Invalid, match=problem):
        services.imports.import_report(json.dumps(exported(blocks=[block])).encode(), ann)
