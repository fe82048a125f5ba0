"""Odd names and hostile contents over HTTP: each its right result, or a sentence that a person understands."""

from __future__ import annotations

import pytest

from tests.queue import files

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 300 + ".txt", "x" * 250 + "….txt"),
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\system.txt", "system.txt"),
        ("C:\\fakepath\\report.txt", "report.txt"),
        ("/etc/shadow.txt", "shadow.txt"),
        ("tab\there\x07.txt", "tabhere.txt"),
        ("\u202egnp.exe.txt", "gnp.exe.txt"),
        ("<script>alert(1)<script>.txt", "<script>alert(1)<script>.txt"),
        ("Отчёт № 7 报告.txt", "Отчёт № 7 报告.txt"),
        (b"latin-\xe4.txt", "latin-�.txt"),
        ("REPORT.TXT", "REPORT.TXT"),
        ("", "unnamed"),
        ("..", ".."),
        ("no suffix", "no suffix"),
    ],
    ids=range(14),
)
def test_names(ben, name, shown):
    report = ben.done(name, files.text(repr(name)))
    assert report["name"] == f"Report for {shown}"
    inside = {path.name for path in ben.server.data.parent.iterdir()} - {"data"}
    assert not any("passwd" in path or "system" in path for path in inside)


@pytest.mark.parametrize(
    ("name", "data", "first"),
    [
        ("upper.TXT", b"Upper case is a suffix, too. It is read.", "Upper case is a suffix, too."),
        ("latin.txt", "Die Täter fälschten Rechnungen für Zürich. ".encode("latin-1") * 9, "Die Täter fälschten"),
        ("utf16.txt", "Slate Otter löscht alles. Es ist weg.".encode("utf-16"), "Slate Otter löscht alles."),
        ("nul.txt", b"Slate Ot\0ter sends lures. It then waits.", "Slate Otter sends lures."),
        ("blank lines.txt", b"\n\n \n It waits for orders. Then it runs.\n\n", "It waits for orders."),
        ("page.html", b"<html><p>It waits for orders.</p><script>steal()</script></html>", "It waits for orders."),
        ("misnamed.txt", files.short_pdf(1), "The implant of page 0 spoke to its server."),
        ("word.docx", files.docx(files.body("It waits for orders. Then it runs.")), "It waits for orders."),
        ("notes.md", b"# Otter\n\nIt waits for *orders*. Then it runs.", "Otter"),
    ],
    ids=range(9),
)
def test_contents_that_are_read(ben, name, data, first):
    report = ben.done(name, data)
    assert report["sentences"][0]["text"].startswith(first)
    assert "steal" not in report["text"]
    assert "\0" not in report["text"]


def test_a_wrong_suffix_is_said(ben):
    job = ben.until(ben.queue("misnamed.html", files.short_pdf(2)))
    assert "holds a PDF" in job["message"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("picture.txt", PNG, "Unsupported file type"),
        ("program.exe", b"Some text", "Unsupported file type"),
        ("broken.docx", b"PK\x03\x04 and then nothing", "damaged"),
        ("nuls.txt", bytes(500), "NUL"),
    ],
    ids=range(5),
)
def test_contents_that_are_refused_at_the_door(ben, name, data, words):
    answer = ben.upload(name, data)
    assert answer.status == 400
    assert words in answer.json["detail"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("blanks.txt", b" \n\t\r\n ", "blank"),
        ("blank.html", b"<html><body> </body></html>", "blank"),
        ("bomb.docx", files.bomb_docx(), "unpacks"),
        ("laughs.docx", files.laughing_docx(), "DOCTYPE|entities"),
        ("locked.pdf", files.encrypted_pdf(), "encrypted"),
        ("broken.pdf", b"%PDF-1.7 and then nothing", "damaged"),
        ("long.pdf", files.short_pdf(61), "61 pages; the limit is 60"),
    ],
    ids=["blanks", "blank page", "bomb", "laughs", "locked", "broken", "pages"],
)
def test_contents_that_end_as_an_error_and_the_next_job_runs(ben, name, data, words):
    job = ben.until(ben.queue(name, data))
    assert job["status"] == "Error"
    assert any(word in job["message"] for word in words.split("|")), job["message"]
    assert "Traceback" not in job["message"]
    assert "/" not in job["message"], "no path of the server"
    assert job["report_id"] is None
    assert ben.done("next.txt", files.text(f"after {name}"))["total_sentences"]
