"""The Word document, reopened: its sections, its marks, and what hostile texts do to it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from tests.exports.conftest import ACCEPTED, HEBREW, REJECTED
from tram_ext import exports
from tram_ext.domain.errors import NotAcceptable
from tram_ext.exports import ReviewedReport


def opened(bundle):
    return docx.Document(io.BytesIO(exports.render("docx", bundle).content))


def table_texts(table):
    """The cells of each row as they are, not repeated where they span columns."""
    return [[cell.text for cell in map(docx.table._Cell, row._tr.tc_lst, [table] * 9)] for row in table.rows]


def shaded(document):
    """Text of runs on a coloured ground, by colour."""
    found = {}
    for run in document.element.body.iter(qn("w:r")):
        shading = run.find(f"{qn('w:rPr')}/{qn('w:shd')}")
        if shading is not None:
            found.setdefault(shading.get(qn("w:fill")), []).append(
                "".join(part.text or "" for part in run.iter(qn("w:t")))
            )
    return found


def test_sections_in_order(bundle):
    document = opened(bundle)
    headings = [item.text for item in document.paragraphs if item.style.name in {"Title", "Heading 1"}]
    assert headings == ["Copper Heron <Q1>", "Summary", "Techniques by tactic", "Evidence", "Full text"]
    words = next(item.text for item in document.paragraphs if item.text.startswith("The report shows"))
    assert words.startswith("The report shows 3 techniques in 2 tactics, in 3 sentences. ")
    assert "accepted evidence for 2 of them" in words
    facts = dict(table_texts(document.tables[0]))
    assert facts["Sentences"] == "5: 3 accepted, 1 awaiting review, 1 rejected"
    assert facts["ATT&CK"] == "enterprise-attack 18.1"


def test_techniques_by_tactic_in_the_order_of_the_matrix(bundle):
    rows = table_texts(opened(bundle).tables[1])
    assert [row[0] for row in rows] == [
        *["ID", "Execution", "T1053", "T1059.001", "Persistence", "T1053", "No tactic", "T9999"]
    ]
    assert rows[3] == ["T1059.001", "PowerShell", "2", "92.8 %", "accepted"]
    assert rows[2][4] == "1 accepted, 1 awaiting review"
    assert rows[7][1] == "=Lost technique  (retired)"


def test_technique_ids_link_to_attack(bundle):
    document = opened(bundle)
    links = {
        "".join(t.text for t in link.iter(qn("w:t"))): link.get(qn("r:id"))
        for link in document.element.body.iter(qn("w:hyperlink"))
    }
    assert document.part.rels[links["T1059.001"]].target_ref == "https://attack.mitre.org/techniques/T1059/001"
    assert "T9999" not in links


def test_evidence(bundle, reviewed):
    first, *others = sorted(reviewed.sentences, key=lambda sentence: sentence.order)
    mapping = first.mappings[0]
    noted = replace(first, mappings=(replace(mapping, assertion=replace(mapping.assertion, note="Seen in\nthe log.")),))
    rows = table_texts(opened(replace(bundle, reports=(replace(reviewed, sentences=(noted, *others)),))).tables[2])
    assert ["1", f"{ACCEPTED}\nNote: Seen in the log.", "92.8 %", "accepted, page 1\nproposed by a model"] in rows
    assert REJECTED not in str(rows)


def test_control_characters_markup_and_line_breaks_survive(bundle):
    rows = table_texts(opened(bundle).tables[2])
    assert "A scheduled task kept it alive \ufffd\ufffd & <hidden>." in [row[1] for row in rows if len(row) > 1]


def test_the_full_text_is_whole_and_marked(bundle, reviewed):
    document = opened(bundle)
    texts = [item.text for item in document.paragraphs]
    body = "\n".join(texts[texts.index("Full text") + 2 :])
    plain = re.sub(r" \[[T0-9., ]+\]", "", body)
    assert plain == reviewed.report.text.replace("\x07", "\ufffd").replace("\x00", "\ufffd")
    marks = shaded(document)
    assert marks["DDEFD9"] == [" accepted ", ACCEPTED, HEBREW]
    assert "".join(marks["FDF0CC"][1:]).startswith("A scheduled task kept")
    assert f"{ACCEPTED} [T1059.001]" in body


def test_hebrew_runs_from_right_to_left(bundle):
    directions = {item.text: item._p.pPr.find(qn("w:bidi")) is not None for item in opened(bundle).paragraphs}
    assert directions[f"{HEBREW} [T1053, T1059.001]"]
    assert not directions["Nothing here."]


@pytest.mark.parametrize("offsets", [(None, None), (5, 10**6), (30, 10), (0, 0)])
def test_sentences_without_a_place_in_the_text(bundle, reviewed, offsets):
    start, end = offsets
    sentences = tuple(replace(sentence, start=start, end=end) for sentence in reviewed.sentences)
    document = opened(replace(bundle, reports=(replace(reviewed, sentences=sentences),)))
    assert ACCEPTED in [item.text for item in document.paragraphs]
    assert not {"DDEFD9", "FDF0CC"} & shaded(document).keys()


def test_overlapping_sentences_are_written_once(bundle, reviewed):
    sentences = (*reviewed.sentences, replace(reviewed.sentences[-1], id=999, start=4))
    texts = [
        item.text for item in opened(replace(bundle, reports=(replace(reviewed, sentences=sentences),))).paragraphs
    ]
    assert sum(text.startswith(ACCEPTED) for text in texts) == 1


def test_a_report_without_findings(bundle, reviewed):
    document = opened(replace(bundle, reports=(ReviewedReport(replace(reviewed.report, text=""), ()),)))
    assert "No technique was found in this report." in [item.text for item in document.paragraphs]
    assert len(document.tables) == 1


def test_properties_and_footer(bundle):
    document = opened(bundle)
    properties = document.core_properties
    assert (properties.title, properties.author) == ("Copper Heron <Q1>", "ann")
    assert properties.comments == "ATT&CK: enterprise-attack 18.1"
    footer = document.sections[0].footer.paragraphs
    assert footer[0].text.startswith("ATT&CK enterprise-attack 18.1  ·  Copper Heron <Q1>  ·  page")
    assert "PAGE" in footer[0]._p.xml


def test_the_same_report_gives_the_same_bytes(bundle):
    first, second = (exports.render("docx", bundle).content for _ in range(2))
    assert first == second
    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_several_reports_are_refused(bundle, reviewed):
    with pytest.raises(
        NotAcceptable, match=r"holds one report; for several, take one of: json, navigator, stix, csv\."
    ):
        exports.render("docx", replace(bundle, reports=(reviewed, reviewed)))
