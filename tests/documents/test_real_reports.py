"""Real reports: how much of what analysts marked is cut, and whether three formats of one report agree."""

from __future__ import annotations

import json
import shutil
from bisect import bisect_right

import pytest

from tram_ext.documents import parse, split_sentences

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def sentences(real_data):
    """Return the sentences of the advisory in each of its formats."""
    names = {suffix: f"AA20-302A.{suffix}" for suffix in ("html", "pdf", "docx")}
    return {
        suffix: [text.replace("\u2019", "'") for text in parse(real_data / "reports" / name, name).sentence_texts()]
        for suffix, name in names.items()
    }


def test_at_most_three_percent_of_annotations_are_cut(real_data):
    cut = total = 0
    lengths = []
    for line in (real_data / "annotated-reports.jsonl").read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        text = report["text"]
        spans = split_sentences(text)
        ends = [span.end for span in spans]
        lengths += [span.end - span.start for span in spans]
        for start, end, _ in report["spans"]:
            total += 1
            index = bisect_right(ends, start)
            # only white space and marks after the sentence's end: nothing of the annotation is lost
            cut += index < len(ends) and any(letter.isalnum() for letter in text[ends[index] : end])

    assert total > 1_800
    assert cut / total <= 0.015
    assert 60 < sum(lengths) / len(lengths) < 110


@pytest.mark.parametrize(("suffix", "least"), [("pdf", 0.84), ("docx", 0.82)])
def test_most_sentences_of_the_page_come_out_of_the_other_formats_whole(sentences, suffix, least):
    # The formats differ in wording and in typographic marks themselves; code is broken by the PDF's own lines.
    prose = {text for text in sentences["html"] if len(text.split()) > 5 and '"' not in text}

    assert len(prose & set(sentences[suffix])) / len(prose) >= least


@pytest.mark.parametrize("suffix", ["pdf", "docx"])
def test_headers_and_footers_are_gone(sentences, suffix):
    assert not any("Product ID" in text or text == "CISA | FBI | HHS" for text in sentences[suffix])
    assert sum(text == "TLP:WHITE" for text in sentences[suffix]) <= 1


def test_yara_rules_and_tables_of_the_page_are_there(sentences):
    assert "rule anchor_dns_strings_filenames {" in sentences["html"]
    assert "Ryuk has used cmd.exe to create a Registry entry to establish persistence." in sentences["html"]
    assert "kostunivo[.]com" in sentences["html"]


def test_an_image_of_a_report_is_read(real_data):
    if shutil.which("tesseract") is None:
        pytest.skip("the tesseract command is not installed")

    document = parse(real_data / "reports" / "image-only.pdf", "image-only.pdf")

    assert "In late May, Air India reported a massive passenger data breach." in document.sentence_texts()
