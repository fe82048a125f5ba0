"""Images of PDF pages, and where sentences stand on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests import files
from tram_ext.documents import parse
from tram_ext.documents.limits import Limits
from tram_ext.documents.pdf_pages import page_sizes, render_page, sentence_boxes
from tram_ext.domain.errors import Invalid, NotFound

LINES = [
    "The implant waits for orders and answers",
    "to nobody. It reads the registry.",
    "Its operators came back in the spring.",
]


def nothing(_share: float, _stage: str) -> None:
    pass


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(files.pdf([LINES, ["A page of its own."]]))
    return path


def image_of(data):
    return Image.open(io.BytesIO(data))


def test_a_page_is_rendered_as_wide_as_wanted(pdf):
    first = image_of(render_page(pdf, 1, 800, Limits(), nothing))
    assert (first.format, first.width) == ("WEBP", 800)
    ((width, height), _) = page_sizes(pdf, Limits(), nothing)
    assert first.height == pytest.approx(800 * height / width, abs=2)
    assert first.convert("L").getextrema()[0] < 128, "something is written on it"


@pytest.mark.parametrize("number", [0, 3, -1, 10**9])
def test_a_page_that_is_not_there(pdf, number):
    with pytest.raises(NotFound, match="has 2"):
        render_page(pdf, number, 800, Limits(), nothing)
    with pytest.raises(NotFound, match="has 2"):
        sentence_boxes(pdf, number, [], Limits(), nothing)


def test_an_encrypted_and_a_broken_file(tmp_path):
    for name, data in (("e.pdf", files.encrypted_pdf()), ("b.pdf", b"%PDF-1.4 no more")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(Invalid):
            page_sizes(path, Limits(), nothing)


def test_a_sentence_across_lines_has_a_box_on_each_of_them(pdf):
    parsed = parse(pdf, "a.pdf")
    sentences = [(number, text) for number, text in enumerate(parsed.sentence_texts())]
    first = sentences[0][1]
    assert first.startswith("The implant waits")
    boxes = sentence_boxes(pdf, 1, sentences, Limits(), nothing)
    assert len(boxes[0]) == first.count("answers to") + 1, "two lines"
    (upper, lower) = boxes[0]
    assert upper[3] <= lower[1] + 0.01
    for box in (box for found in boxes.values() for box in found):
        left, top, right, bottom = box
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
    missing = [number for number, text in sentences if text.startswith("A page")]
    assert not set(missing) & boxes.keys(), "it stands on the other page"


def test_a_box_lies_on_ink_and_beside_it_is_none(pdf):
    ((_, (box,)),) = sentence_boxes(pdf, 2, [(7, "A page of its own.")], Limits(), nothing).items()
    page = image_of(render_page(pdf, 2, 1000, Limits(), nothing)).convert("L")
    left, top, right, bottom = (
        int(value * side) for value, side in zip(box, (page.width, page.height) * 2, strict=True)
    )
    assert page.crop((left, top, right, bottom)).getextrema()[0] < 128
    assert page.crop((left, bottom + 20, right, bottom + 60)).getextrema()[0] > 200


def test_of_equal_sentences_each_has_its_own_place(tmp_path):
    path = tmp_path / "twice.pdf"
    path.write_bytes(files.pdf([["It ran.", "Something else happened.", "It ran."]]))
    boxes = sentence_boxes(
        path, 1, [(1, "It ran."), (2, "Something else happened."), (3, "It ran.")], Limits(), nothing
    )
    assert boxes[1][0][1] < boxes[2][0][1] < boxes[3][0][1]


def test_a_sentence_that_is_not_on_the_page_is_left_out(pdf):
    assert sentence_boxes(pdf, 1, [(1, "Somebody read this by OCR."), (2, " ")], Limits(), nothing) == {}
