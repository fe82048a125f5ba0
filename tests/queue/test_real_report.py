"""The advisory in its three formats over HTTP."""

from __future__ import annotations

from itertools import pairwise

import pytest

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize(("suffix", "least"), [("pdf", 500), ("docx", 500), ("html", 400)])
def test_the_advisory_becomes_a_report(ben, real_data, suffix, least):
    data = (real_data / "reports" / f"AA20-302A.{suffix}").read_bytes()
    report = ben.done(f"AA20-302A.{suffix}", data)
    assert report["name"] == f"Report for AA20-302A.{suffix}"
    sentences = report["sentences"]
    assert report["total_sentences"] == len(sentences) > least
    assert any(sentence["mappings"] for sentence in sentences)
    assert all(before["end"] <= after["start"] for before, after in pairwise(sentences))
    pages = {sentence["page"] for sentence in sentences}
    assert pages == (set(range(1, 23)) if suffix == "pdf" else {None})


def test_an_image_only_pdf_says_so(ben, real_data):
    job = ben.until(ben.queue("image-only.pdf", (real_data / "reports" / "image-only.pdf").read_bytes()))
    if job["status"] == "Error":
        assert "no text" in job["message"].lower()
    else:
        assert "OCR" in job["message"], "it was read by OCR, and that is said"
