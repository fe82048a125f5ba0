"""Markdown: the text of the page it stands for, without its markup."""

from __future__ import annotations

from tram_ext.documents import parse

_PAGE = """---
title: "Slate Otter"
tags: [x]
---
# The *loader*

It starts `svchost.exe` and [a
page](https://evil.example). It *then* waits.

- first item
- second **item**

| Technique | Use |
| --- | --- |
| T1055 | It injects. It waits. |

```powershell
powershell -enc AAAA
whoami
```

> Quoted <b>text</b>.
"""


def test_a_page_loses_its_markup_and_keeps_its_blocks():
    document = parse(_PAGE.encode(), "report.MD")

    assert document.title == "Slate Otter"
    assert document.media_type == "text/markdown"
    assert document.sentence_texts() == [
        "The loader",
        "It starts svchost.exe and a page.",
        "It then waits.",
        "first item",
        "second item",
        "Technique",
        "Use",
        "T1055",
        "It injects.",
        "It waits.",
        "powershell -enc AAAA",
        "whoami",
        "Quoted text.",
    ]


def test_the_first_heading_is_the_title_where_nothing_else_is():
    assert parse(b"# Slate Otter\n\nIt waits.\n\n# Other\n", "report.md").title == "Slate Otter"


def test_marks_of_footnotes_and_tasks_are_markup():
    page = b"It waits[^1]. It exits.\n\n- [x] done with it\n- [T1055] injects\n\n[^1]: For an hour.\n"

    assert parse(page, "report.md").sentence_texts() == [
        "It waits.",
        "It exits.",
        "done with it",
        "[T1055] injects",
        "For an hour.",
    ]


def test_ten_thousand_nested_quotes_and_brackets_end():
    assert parse(b">" * 10_000 + b" deep\n\n" + b"[" * 10_000 + b"\n\nIt waits.\n", "report.md").sentence_texts()[
        -1
    ] == ("It waits.")
