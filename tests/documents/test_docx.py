"""DOCX: everything a reader of the document sees, once, in its order."""

from __future__ import annotations

from tram_ext.documents import parse

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def _cell(content, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _sentences(data):
    return parse(data, "report.docx").sentence_texts()


def test_paragraphs_and_tables_come_in_the_order_of_the_document(make_docx):
    rows = "".join(
        f"<w:tr>{_cell(_p(a))}{_cell(_p(b))}</w:tr>" for a, b in [("T1055", "It injects."), ("T1489", "It stops.")]
    )

    assert _sentences(make_docx(_p("Before it.") + f"<w:tbl>{rows}</w:tbl>" + _p("After it."))) == [
        "Before it.",
        "T1055",
        "It injects.",
        "T1489",
        "It stops.",
        "After it.",
    ]


def test_a_merged_cell_is_read_once(make_docx):
    wide = _cell(_p("A title over all columns."), "<w:gridSpan w:val='3'/>")
    rows = f"<w:tr>{wide}</w:tr><w:tr>" + "".join(_cell(_p(text)) for text in ("one", "two", "three")) + "</w:tr>"

    assert _sentences(make_docx(f"<w:tbl>{rows}</w:tbl>")) == ["A title over all columns.", "one", "two", "three"]


def test_a_table_within_a_cell_is_read_once(make_docx):
    inner = f"<w:tbl><w:tr>{_cell(_p('inside'))}</w:tr></w:tbl>"

    assert _sentences(make_docx(f"<w:tbl><w:tr>{_cell(_p('outside') + inner)}</w:tr></w:tbl>")) == ["outside", "inside"]


def test_headings_are_whole_and_list_items_apart(make_docx):
    styles = (
        f'<w:styles xmlns:w="{_W}"><w:style w:styleId="Ueberschrift"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    listed = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
    body = (
        _p("Who are they? Slate Otter", "<w:pStyle w:val='Ueberschrift'/>")
        + _p("svchost.exe", listed)
        + _p("evil[.]example", listed)
    )

    assert _sentences(make_docx(body, styles=styles)) == ["Who are they? Slate Otter", "svchost.exe", "evil[.]example"]


def test_deleted_and_hidden_text_and_field_codes_are_not_read(make_docx):
    body = (
        "<w:p><w:r><w:t>It stays. </w:t></w:r>"
        "<w:del><w:r><w:delText>It went.</w:delText></w:r></w:del>"
        "<w:r><w:instrText>HYPERLINK evil</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Nobody sees it.</w:t></w:r>"
        "<w:ins><w:r><w:t>It came.</w:t></w:r></w:ins></w:p>"
    )

    assert _sentences(make_docx(body)) == ["It stays.", "It came."]


def test_a_text_box_is_read_once_after_its_paragraph(make_docx):
    box = f"<w:txbxContent>{_p('In the box.')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Around it.</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )

    assert _sentences(make_docx(body)) == ["Around it.", "In the box."]


def test_content_controls_and_footnotes_are_read(make_docx):
    notes = f'<w:footnotes xmlns:w="{_W}"><w:footnote w:id="1">{_p("Seen in other cases.")}</w:footnote></w:footnotes>'
    body = f"<w:sdt><w:sdtContent>{_p('In a control.')}</w:sdtContent></w:sdt>"

    assert _sentences(make_docx(body, footnotes=notes)) == ["In a control.", "Seen in other cases."]


def test_page_headers_of_a_converted_pdf_go_and_the_cut_sentence_is_whole(make_docx):
    pages = "".join(
        _p(f"The stage called {n} copies itself into the folder of the user and")
        + _p(f"Page {n} of 6 | Product ID: X-1")
        + _p("TLP:AMBER")
        + _p(f"then it waits {n} hours.")
        for n in range(1, 7)
    )

    assert _sentences(make_docx(pages)) == [
        f"The stage called {n} copies itself into the folder of the user and then it waits {n} hours."
        for n in range(1, 7)
    ]


def test_lines_that_only_resemble_page_headers_stay(make_docx):
    items = "".join(_p(text) for n in range(8) for text in ("strings:", f"203.0.113.{n}", "condition:"))

    assert len(_sentences(make_docx(items))) == 24


def _drawn(text="", span=1, merge="", sides=""):
    borders = "".join(f"<w:{side} w:val='single'/>" for side in sides.split())
    merged = f"<w:vMerge w:val='{merge}'/>" if merge else ""
    properties = f"<w:gridSpan w:val='{span}'/>{merged}<w:tcBorders>{borders}</w:tcBorders>"
    return _cell(_p(text), properties)


def test_a_table_drawn_word_by_word_is_read_by_its_lines(make_docx):
    rule = "<w:tr>" + _drawn(span=2, sides="left right bottom") + _drawn(span=3, sides="right bottom") + "</w:tr>"

    def row(technique, *uses, merge=""):
        left = _drawn(technique, 2, merge, "left right")
        return f"<w:tr>{left}" + "".join(uses) + "</w:tr>"

    table = (
        row("Process", _drawn("It injects into all", 3, "", "right"))
        + row("Injection", _drawn("the processes.", 3, "", "right"))
        + rule
        + row("", _drawn("It has called ", 1, "restart"), _drawn(), _drawn(", then it exits.", 1, "restart", "right"))
        + row("Native API", _drawn("", 1, "continue"), _drawn("GetVersion"), _drawn("", 1, "continue", "right"))
        + rule
    )

    assert _sentences(make_docx(f"<w:tbl>{table}</w:tbl>")) == [
        "Process Injection",
        "It injects into all the processes.",
        "Native API",
        "It has called GetVersion, then it exits.",
    ]
