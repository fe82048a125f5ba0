"""PDF: what stands on the page, as the sentences their author wrote."""

from __future__ import annotations

import pypdfium2
import pytest

from tram_ext.documents import parse
from tram_ext.documents.pdf_lines import lines_of


def _column(lines, x=72, top=700, size=11, leading=14):
    return [(x, top - index * leading, size, line) for index, line in enumerate(lines)]


def _sentences(data):
    return parse(data, "report.pdf").sentence_texts()


_WRAPPED = [
    "Slate Otter is a group that sends invoices with macros to accountants and waits for",
    "them to be opened. The macro starts powershell.exe and downloads a loader from a",
    "server in the same network.",
]


def test_wrapped_lines_become_sentences(make_pdf):
    assert _sentences(make_pdf([_column(_WRAPPED)])) == [
        "Slate Otter is a group that sends invoices with macros to accountants and waits for them to be opened.",
        "The macro starts powershell.exe and downloads a loader from a server in the same network.",
    ]


def test_words_broken_at_the_line_end_are_whole_and_compounds_keep_their_hyphen(make_pdf):
    lines = [
        "The group used a well-known way into the office: mal-",
        "ware in a spreadsheet that a well-",
        "known supplier had sent before. The malware was signed.",
    ]

    text = parse(make_pdf([_column(lines)]), "report.pdf").text

    assert "malware in a spreadsheet" in text
    assert "that a well-known supplier" in text


def test_headers_footers_and_page_numbers_go_and_sentences_cross_pages(make_pdf):
    def page(number, lines):
        return [(72, 750, 9, "TLP:AMBER Example Threat Report"), *_column(lines), (280, 30, 9, f"Page {number} of 4")]

    data = make_pdf(
        [
            page(1, ["The loader copies itself to the temporary folder of the user and then it", "waits for the"]),
            page(2, ["The second stage reads the list of all domain controllers in the forest and"]),
            page(3, ["sends it to its server. Nothing else was seen on the hosts in this network."]),
            page(4, ["Defenders should look for the task that starts it."]),
        ]
    )
    sentences = _sentences(data)

    assert not any("TLP" in sentence or "Page" in sentence for sentence in sentences)
    assert "The second stage reads the list of all domain controllers in the forest and sends it to its server." in (
        sentences
    )


def test_a_sentence_that_crosses_pages_is_on_the_page_where_it_begins(make_pdf):
    data = make_pdf(
        [
            _column(["The second stage reads the list of all domain controllers in the forest and"]),
            _column(["sends it to its server. Nothing else was seen."]),
        ]
    )

    assert [span.page for span in parse(data, "report.pdf").sentences] == [1, 2]


def test_a_footnote_does_not_cut_the_sentence_above_it(make_pdf):
    data = make_pdf(
        [
            [
                *_column(["The ransom note that is left behind gives the victim two addresses of a mail"]),
                (72, 60, 7, "1 See the appendix for a list of the addresses that were seen in other cases."),
            ],
            _column(["service in another country. The addresses change with each victim."]),
        ]
    )

    assert _sentences(data)[0] == (
        "The ransom note that is left behind gives the victim two addresses of a mail service in another country."
    )


def test_two_columns_are_read_one_after_the_other_though_the_file_interleaves_them(make_pdf):
    left = [f"Left words number {n} go on and on here" for n in range(12)]
    right = [f"Right words number {n} go on and on too" for n in range(12)]
    rows = [line for n in range(12) for line in [(60, 700 - 14 * n, 10, left[n]), (330, 700 - 14 * n, 10, right[n])]]

    text = parse(make_pdf([rows]), "report.pdf").text

    assert text.index("Left words number 11") < text.index("Right words number 0")


def test_the_cells_of_a_table_are_apart(make_pdf):
    rows = [
        *[(72, 700, 11, "Process Injection [T1055]"), (260, 700, 11, "It injects a library into explorer.exe.")],
        *[(72, 680, 11, "Service Stop [T1489]"), (260, 680, 11, "It stops the services for backups.")],
    ]

    assert _sentences(make_pdf([rows])) == [
        "Process Injection [T1055]",
        "It injects a library into explorer.exe.",
        "Service Stop [T1489]",
        "It stops the services for backups.",
    ]


def test_a_justified_line_with_few_words_is_a_line_and_not_a_row_of_cells(make_pdf):
    page = [
        (72, 700, 10, "The implant asks for its orders every hour and waits for the answer, which comes late", 2.5),
        (72, 686, 10, "if at all. Whatever it finds it then sends to", 28.0),
        (72, 672, 10, "hxxps://updates.slate-otter[.]example/api/v1/telemetry/collect/results/ by HTTPS", 30.0),
        (72, 658, 10, "and sleeps."),
    ]

    assert _sentences(make_pdf([page])) == [
        "The implant asks for its orders every hour and waits for the answer, which comes late if at all.",
        (
            "Whatever it finds it then sends to "
            "hxxps://updates.slate-otter[.]example/api/v1/telemetry/collect/results/ by HTTPS and sleeps."
        ),
    ]


def _justified(make_pdf, page, edge):
    """Return the lines of a page with the spaces that make them end at an edge, where they are not too long for it."""
    document = pypdfium2.PdfDocument(make_pdf([page]))
    ends = [line.x1 for line in lines_of(document[0], 1)]
    document.close()
    return [(*line, max(edge - end, 0) / max(line[3].count(" "), 1)) for line, end in zip(page, ends, strict=True)]


def test_an_address_that_sticks_out_of_a_justified_column_does_not_move_its_edge(make_pdf):
    lines = [
        "The tools of the group are old and known (e.g.",
        "Mimikatz), and so are the servers that it has.",
        "Its newest tool is fetched from a new server at",
        "hxxps://updates.slate-otter[.]example/api/v1/telemetry/collect/results/",
        "with an agent that no browser has had in years.",
    ]
    page = _justified(make_pdf, [(72, 700 - 12 * index, 10, line) for index, line in enumerate(lines)], 300)

    assert "(e.g. Mimikatz), and so" in parse(make_pdf([page]), "report.pdf").text


@pytest.mark.parametrize("number", ["10. On Windows 11 it ends", "(855) 292-3937 or by mail it"])
def test_a_number_that_begins_a_wrapped_line_is_no_list_item(make_pdf, number):
    lines = [
        "The exploit was written for one build alone, and those who read on will find it on Windows",
        f"{number} with an error that is shown to the person at the keyboard at once.",
        "Nobody else was seen in the network of the victim in those days, which is a good thing.",
    ]
    page = _justified(make_pdf, _column(lines), 540)

    assert f"it on Windows {number} with an error" in parse(make_pdf([page]), "report.pdf").text


def test_numbered_items_stay_items_where_they_fill_their_lines(make_pdf):
    lines = [
        "1. The first of the two steps fills its line up to the right edge and has no full stop",
        "2. The second of the two steps fills its line up to the right edge and has no full one",
    ]

    assert len(_sentences(make_pdf([_column(lines)]))) == 2


def test_a_compound_that_is_broken_at_its_own_hyphen_keeps_it(make_pdf):
    lines = [
        "The tools are fetched by living-off-the-land programs and used for com-",
        "mand and control; the con-",
        "trol server is rented. The tools are used for command-and-",
        "control, and by living-",
        "off-the-land programs, and nothing else.",
    ]

    text = parse(make_pdf([_column(lines)]), "report.pdf").text

    assert "used for command-and-control, and by living-off-the-land programs" in text
    assert "the control server" in text


def test_list_items_and_headings_are_sentences_of_their_own(make_pdf):
    lines = [
        (72, 720, 18, "What the loader does"),
        *_column(["The loader does the following on each host that it reaches in the network:"]),
        *_column(["\u2022 evil[.]example", "\u2022 cmd.exe /c whoami", "\u2022 203[.]0[.]113[.]7"], top=686),
    ]

    assert _sentences(make_pdf([lines])) == [
        "What the loader does",
        "The loader does the following on each host that it reaches in the network:",
        "evil[.]example",
        "cmd.exe /c whoami",
        "203[.]0[.]113[.]7",
    ]


def test_a_damaged_page_is_named_and_the_others_are_read(make_pdf):
    data = make_pdf([_column(_WRAPPED), _column(_WRAPPED)])
    last = data.rindex(b"/Type/Page/")

    document = parse(data[:last] + b"/Type/Pxge/" + data[last + 11 :], "report.pdf")

    assert document.warnings == ("Page 2 is damaged and could not be read.",)
    assert len(document.sentences) == 2


def test_progress_moves_page_by_page(make_pdf):
    said = []

    parse(make_pdf([_column(_WRAPPED)] * 20), "report.pdf", progress=lambda share, stage: said.append((share, stage)))

    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert len(set(shares)) > 20
    assert shares[-1] == 1.0


@pytest.mark.timeout(60)
def test_a_paragraph_of_ten_thousand_lines_takes_linear_time(make_pdf):
    line = "the loader goes on and on without a full stop and reaches the right side of the page"
    pages = [_column([line] * 48, top=730, leading=14) for _ in range(210)]

    document = parse(make_pdf(pages), "report.pdf")

    assert document.pages == 210
    assert len(document.text) > 700_000
