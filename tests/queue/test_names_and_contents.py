"""Odd names and hostile contents over HTTP: each its right result, or a sentence that a person understands."""

from __future__ import annotations

import pytest

from tests import files


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


@pytest.mark.parametrize(("name", "data", "first"), files.READ, ids=[name for name, *_ in files.READ])
def test_contents_that_are_read(ben, name, data, first):
    report = ben.done(name, data)
    assert report["sentences"][0]["text"].startswith(first)
    assert "steal" not in report["text"]
    assert "\0" not in report["text"]


def test_a_wrong_suffix_is_said(ben):
    job = ben.until(ben.queue("misnamed.html", files.short_pdf(2)))
    assert "holds a PDF" in job["message"]


@pytest.mark.parametrize(
    ("name", "data", "words"), files.REFUSED_AT_ONCE, ids=[name for name, *_ in files.REFUSED_AT_ONCE]
)
def test_contents_that_are_refused_at_the_door(ben, name, data, words):
    answer = ben.upload(name, data)
    assert answer.status == 400
    assert words in answer.json["detail"]


@pytest.mark.parametrize(
    ("name", "data", "words"), files.REFUSED_WHEN_READ, ids=[name for name, *_ in files.REFUSED_WHEN_READ]
)
def test_contents_that_end_as_an_error_and_the_next_job_runs(ben, name, data, words):
    job = ben.until(ben.queue(name, data))
    assert job["status"] == "Error"
    assert words in job["message"], job["message"]
    assert "Traceback" not in job["message"]
    assert "/" not in job["message"], "no path of the server"
    assert job["report_id"] is None
    assert ben.done("next.txt", files.text(f"after {name}"))["total_sentences"]
