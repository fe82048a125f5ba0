"""Every field of what a mapping asserts, in every format, of stored reports and of those that are in no store."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import docx
import pytest

from tests.exports.conftest import CREATED
from tests.samples import TEXT, full_assertion, full_sentence, report_of, said
from tram_ext import exports
from tram_ext.domain.assertions import ASSERTED, MappingSource
from tram_ext.domain.reports import SENTENCE_CONTENT, Mapping, Sentence
from tram_ext.exports import ReviewedReport
from tram_ext.exports.evidence import Evidence
from tram_ext.services.reports.unsaved import render_unsaved

FULL = full_assertion("T1053", confidence=61.0)
REMARKS = [
    str(getattr(FULL, name)) for name in ASSERTED if name not in ("attack_id", "confidence", "source", "disposition")
]
FORMATS = [item.name for item in exports.formats()]


@pytest.fixture
def rendered(bundle, reviewed):
    """Return a function that exports a sentence with a full assertion; of a stored report, or of one that is not."""

    def render(name, *, saved):
        new = full_sentence(FULL)
        if not saved:
            return render_unsaved(report_of(new), name, replace(bundle, reports=()), CREATED)
        content = {key: getattr(new, key) for key in SENTENCE_CONTENT.names}
        sentence = Sentence(**content, id=1, report_id=1, mappings=(Mapping(5, 1, 1, "Scheduled Task/Job", FULL),))
        whole = ReviewedReport(replace(reviewed.report, text=report_of(new).text), (sentence,))
        return exports.render(name, replace(bundle, reports=(whole,))).content

    return render


@pytest.mark.parametrize("saved", [True, False])
class TestEveryField:
    def test_json(self, rendered, saved):
        (sentence,) = json.loads(rendered("json", saved=saved))["sentences"]
        (mapping,) = sentence["mappings"]
        assert {name: str(mapping[name]) for name in ASSERTED} == said(FULL)
        assert {name: sentence[name] for name in SENTENCE_CONTENT.names} == full_sentence().state()

    def test_csv(self, rendered, saved):
        (row,) = csv.DictReader(io.StringIO(rendered("csv", saved=saved).decode("utf-8-sig"), newline=""))
        expected = said(FULL)
        del expected["disposition"]
        assert {name: row["technique_id" if name == "attack_id" else name] for name in expected} == expected
        assert row["review"] == "accepted"

    def test_stix(self, rendered, saved):
        objects = json.loads(rendered("stix", saved=saved))["objects"]
        (note,) = (item for item in objects if item["type"] == "note")
        assert note["content"].startswith(f"{TEXT}\n\nAnalyst's note: {FULL.note}")
        assert all(remark in note["content"] for remark in REMARKS)
        assert note["abstract"].startswith("Evidence for T1053 ")
        assert (note["confidence"], f"source-{FULL.source.value}" in note["labels"]) == (61, True)

    def test_docx(self, rendered, saved):
        document = docx.Document(io.BytesIO(rendered("docx", saved=saved)))
        cells = [[cell.text for cell in row.cells] for row in document.tables[2].rows][-1]
        assert cells[1].startswith(f"{TEXT}\nNote: {FULL.note}")
        assert all(remark in cells[1] for remark in REMARKS)
        assert (cells[2], cells[3].splitlines()[1]) == ("61.0 %", "its id is in the text")

    def test_navigator(self, rendered, saved):
        (painted,) = json.loads(rendered("navigator", saved=saved))["techniques"]
        assert painted["techniqueID"] == "T1053"
        assert f"{TEXT} (61.0 %, its id is in the text, accepted)" in painted["comment"]
        assert all(remark in painted["comment"] for remark in REMARKS)


def test_every_format_is_tried():
    assert {f"test_{name}" for name in FORMATS} <= set(dir(TestEveryField))


@pytest.mark.parametrize("source", MappingSource)
def test_every_source_has_words(reviewed, source):
    mapping = Mapping(5, 1, 1, "Scheduled Task/Job", replace(FULL, source=source))
    assert Evidence(reviewed.sentences[0], mapping).source
