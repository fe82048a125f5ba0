from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SENTENCES, Run, export


@pytest.fixture
def report(run: Run, tmp_path: Path) -> int:
    """Return a report of four sentences that await review; the last bears no technique."""
    made = export("To review", [(said.format(7), technique) for technique, said in list(SENTENCES.items())[:3]])
    made["sentences"].append({"text": "Nobody noticed.", "order": 3, "disposition": None, "mappings": []})
    for sentence, confidence in zip(made["sentences"], ("90.0", "40.0", "70.0"), strict=False):
        sentence["disposition"] = None
        sentence["mappings"][0]["confidence"] = confidence
    file = tmp_path / "review.json"
    file.write_text(json.dumps(made))
    return int(run("import", file, "--format", "json").lines[0]["report"]["id"])


def _sentences(run: Run, report: int, *options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("review", report, *options, "--format", "json").json["sentences"]
    return found


def test_shows_what_awaits_review(run: Run, report: int) -> None:
    answer = run("review", report)
    assert answer.code == 0
    assert "T1566.001 90 %" in answer.out
    assert "4 sentences to review" in answer.err + answer.out


def test_decides_and_corrects(run: Run, report: int) -> None:
    first, second, third, last = (sentence["id"] for sentence in _sentences(run, report))
    added, removed = ("--add", f"{last}:t1486"), ("--remove", f"{second}:T1059.001")
    answer = run("review", report, "--accept", first, "--accept", last, "--reject", third, *added, *removed)
    assert (answer.code, "5 sentences changed." in answer.out) == (0, True), answer.err
    after = {sentence["id"]: sentence for sentence in _sentences(run, report, "--all")}
    assert [after[key]["disposition"] for key in (first, second, third, last)] == ["accept", None, "reject", "accept"]
    assert [mapping["attack_id"] for mapping in after[last]["mappings"]] == ["T1486"]
    assert after[second]["mappings"] == []
    assert run("review", report, "--clear", first).code == 0
    assert {sentence["id"] for sentence in _sentences(run, report)} == {first, second}
    assert "clear" in run("undo", "--report", report).out


def test_decides_about_techniques(run: Run, report: int) -> None:
    first, second, third, last = (sentence["id"] for sentence in _sentences(run, report))
    run("review", report, "--add", f"{first}:T1486", "--add", f"{last}:T1486")
    answer = run("review", report, "--accept-technique", f"{first}:t1486", "--reject-technique", f"{first}:T1566.001")
    assert (answer.code, "2 sentences changed." in answer.out) == (0, True), answer.err
    answer = run("review", report, "--reject-throughout", "T1486", "--accept-throughout", "T1059.001")
    assert "2 sentences changed." in answer.out
    after = {sentence["id"]: sentence for sentence in _sentences(run, report, "--all")}
    assert [after[key]["disposition"] for key in (first, second, third, last)] == ["accept", "accept", None, "reject"]
    assert [mapping["attack_id"] for mapping in after[first]["rejected_mappings"]] == ["T1566.001"]
    assert "T1566.001 90 % rejected" in run("review", report, "--all").out


def test_makes_sentences_of_parts_of_the_text(run: Run, tmp_path: Path) -> None:
    text = "They mailed an invoice and ran PowerShell."
    sentence = {"text": text, "order": 0, "disposition": None, "mappings": [], "start": 0, "end": len(text)}
    file = tmp_path / "text.json"
    file.write_text(json.dumps(export("Extracted", []) | {"text": text, "sentences": [sentence]}))
    report = int(run("import", file, "--format", "json").lines[0]["report"]["id"])
    assert "1 sentence changed." in run("review", report, "--extract", "27:42:T1059.001").out
    found = [(item["text"], item["disposition"]) for item in _sentences(run, report, "--all")]
    assert found == [("They mailed an invoice and", None), ("ran PowerShell.", "accept")]
    assert "is not of the form 1200:1260:T1059.003" in run("review", report, "--extract", "27:T1059").err
    assert "sections" not in run("review", report, "--dismiss-section", 4711).err
    assert "has no place in the text" in run("review", report, "--dismiss-section", 4711).err


def test_decides_in_bulk(run: Run, report: int) -> None:
    left = _sentences(run, report, "--accept-above", "60", "--accept-unmapped")
    assert [sentence["mappings"][0]["attack_id"] for sentence in left] == ["T1059.001"]


def test_mistakes_are_named(run: Run, report: int) -> None:
    first = _sentences(run, report)[0]["id"]
    cases = [
        (("--add", "here:T1059"), 2, "'here:T1059' is not of the form 12:T1059.003."),
        (("--add", f"{first}:T99"), 2, "is not of the form"),
        (("--remove", f"{first}:T1486"), 1, f"Sentence {first} does not bear T1486."),
        (("--add", f"{first}:T9999"), 1, "T9999"),
        (("--accept", 999_999), 1, "Sentence 999999 is not in report"),
        (("--accept-above", "101"), 2, "101"),
        (("--reject-throughout", "nonsense"), 2, "'NONSENSE' is not a technique id such as T1059.003."),
        (("--accept-technique", f"{first}:T1486"), 1, "T1486 is not on this sentence."),
        (("--reject-technique", "999999:T1486"), 1, "No Sentence matches"),
    ]
    for options, code, words in cases:
        answer = run("review", report, *options)
        assert answer.code == code, options
        assert words in answer.err
    assert run("review", 999).code == 1
    assert len(_sentences(run, report)) == 4, "nothing was decided"
