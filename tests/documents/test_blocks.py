"""What the parts of a text are: headings with their levels, items, cells, code and captions, in every format."""

from __future__ import annotations

import pytest

from tests.documents.test_docx import _cell, _p
from tram_ext.documents import parse
from tram_ext.domain.documents import BlockKind

HEADING, ITEM, CELL, CODE, CAPTION = BlockKind


def kinds(data, name):
    found = parse(data, name)
    return [(found.text[block.start : block.end], block.kind, block.level) for block in found.blocks]


HTML = """<html><body><article><h1>Findings</h1><p>It began on a Monday.</p><h2>Persistence</h2>
<ul><li>A task was made.</li><li><p>A service, too.</p></li></ul>
<table><caption>Hashes</caption><tr><th>Name</th><th>Use</th></tr><tr><td>a.exe</td><td>It loads.</td></tr></table>
<pre>schtasks /create
whoami</pre><figure><img src="x.png"><figcaption>The chain.</figcaption></figure><dl><dt>Loader</dt><dd>It loads.</dd></dl>
<p>The end.</p></article></body></html>"""


def test_html():
    assert kinds(HTML.encode(), "page.html") == [
        ("Findings", HEADING, 1),
        ("Persistence", HEADING, 2),
        ("A task was made.", ITEM, 0),
        ("A service, too.", ITEM, 0),
        ("Hashes", CAPTION, 0),
        *[(text, CELL, 0) for text in ("Name", "Use", "a.exe", "It loads.")],
        ("schtasks /create", CODE, 0),
        ("whoami", CODE, 0),
        ("The chain.", CAPTION, 0),
        ("Loader", ITEM, 0),
        ("It loads.", ITEM, 0),
    ]


def test_markdown():
    text = (
        "# Findings\n\nIt began.\n\n### Detail\n\n- A task was made.\n- A service, too.\n\n"
        "| Name | Use |\n| --- | --- |\n| a.exe | It loads. |\n\n```\nwhoami\n\nnet user\n```\n"
    )
    assert kinds(text.encode(), "notes.md") == [
        ("Findings", HEADING, 1),
        ("Detail", HEADING, 3),
        ("A task was made.", ITEM, 0),
        ("A service, too.", ITEM, 0),
        *[(cell, CELL, 0) for cell in ("Name", "Use", "a.exe", "It loads.")],
        ("whoami", CODE, 0),
        ("net user", CODE, 0),
    ]


def test_docx(make_docx):
    styles = "".join(
        f"<w:style xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' w:styleId='{key}'>"
        f"<w:name w:val='{name}'/></w:style>"
        for key, name in (("U1", "heading 2"), ("T", "Title"), ("C", "caption"))
    )
    sheet = f"<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>{styles}</w:styles>"
    body = (
        _p("A campaign", "<w:pStyle w:val='T'/>")
        + _p("Persistence", "<w:pStyle w:val='U1'/>")
        + _p("It stayed for a year.")
        + _p("A task was made.", "<w:numPr/>")
        + f"<w:tbl><w:tr>{_cell(_p('a.exe'))}{_cell(_p('It loads.'))}</w:tr></w:tbl>"
        + _p("Table 1: What was found.", "<w:pStyle w:val='C'/>")
    )
    assert kinds(make_docx(body, styles=sheet), "report.docx") == [
        ("A campaign", HEADING, 1),
        ("Persistence", HEADING, 2),
        ("A task was made.", ITEM, 0),
        ("a.exe", CELL, 0),
        ("It loads.", CELL, 0),
        ("Table 1: What was found.", CAPTION, 0),
    ]


def test_pdf(make_pdf):
    prose = [
        (72, 640 - 14 * n, 11, "The crew went on with what it had begun the day before, and left no note.")
        for n in range(8)
    ]
    page = [
        (72, 740, 22, "A campaign"),
        (72, 700, 16, "Persistence"),
        (72, 670, 13, "Tasks"),
        *prose,
        (72, 500, 11, "\u2022 A scheduled task was made."),
        (72, 470, 11, "Figure 3: The chain of the attack."),
    ]
    assert kinds(make_pdf([page]), "report.pdf") == [
        ("A campaign", HEADING, 1),
        ("Persistence", HEADING, 2),
        ("Tasks", HEADING, 3),
        ("A scheduled task was made.", ITEM, 0),
        ("Figure 3: The chain of the attack.", CAPTION, 0),
    ]


def test_text():
    text = "It began on a Monday.\n\n- A task was made.\n- A service, too.\n\nName\tUse\na.exe\tIt loads.\n\nC:\\> whoami /all\n"
    assert kinds(text.encode(), "notes.txt") == [
        ("A task was made.", ITEM, 0),
        ("A service, too.", ITEM, 0),
        *[(cell, CELL, 0) for cell in ("Name", "Use", "a.exe", "It loads.")],
        ("C:\\> whoami /all", CODE, 0),
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (
            "<table><caption>C</caption><tr><th>a</th><th>b</th></tr><tr><td></td><td>c</td><td>d</td></tr></table><p>e</p>",
            "x.html",
        ),
        ("C\n\n| a | b |\n| --- | --- |\n| c | d |\n\ne\n", "x.md"),
    ],
)
def test_rows_of_a_table_stand_on_lines_of_their_own(data, name):
    assert [line for line in parse(data.encode(), name).text.split("\n") if line] == ["C", "a\tb", "c\td", "e"]


@pytest.mark.parametrize("suffix", ["html", "md", "txt"])
def test_blocks_are_in_order_and_hold_no_blanks(suffix):
    found = parse(HTML.encode(), f"page.{suffix}")
    assert [block.start for block in found.blocks] == sorted(block.start for block in found.blocks)
    for block in found.blocks:
        text = found.text[block.start : block.end]
        assert text.strip() == text != ""
