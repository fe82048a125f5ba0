from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import INTERRUPTED, SENTENCES, Run, call
from tram_ext.exports import tram_json


def test_shows_techniques_along_the_matrix(run: Run, report: Path) -> None:
    answer = run("map", "--model", "nb", report)
    assert answer.code == 0
    places = [answer.out.index(each) for each in ("INITIAL ACCESS", "T1566.001", "EXECUTION", "T1059.001", "T1041")]
    assert places == sorted(places)
    assert "Phishing: Spearphishing Attachment" in answer.out
    assert "of 5 sentences (model nb)" in answer.out
    assert SENTENCES["T1059.001"].format(7) in answer.out


def test_stores_nothing(run: Run, report: Path) -> None:
    before = run("reports", "list", "--format", "json").json
    assert run("map", "--model", "nb", report).code == 0
    assert run("reports", "list", "--format", "json").json == before


def test_goes_on_after_a_bad_file_and_keeps_the_order(run: Run, report: Path, tmp_path: Path) -> None:
    missing, empty, pipe = tmp_path / "missing.pdf", tmp_path / "empty.txt", tmp_path / "pipe.txt"
    empty.write_bytes(b"")
    os.mkfifo(pipe)
    answer = run("map", "--model", "nb", "--format", "json", missing, report, empty, pipe, report)
    assert answer.code == 1
    kinds = [line.get("file", line.get("name")) for line in answer.lines]
    assert kinds == [str(missing), "Report for report.txt", str(empty), str(pipe), "Report for report.txt"]
    assert "There is no such file" in answer.lines[0]["error"]
    assert "not a file" in answer.lines[3]["error"]
    assert answer.err.count("Error: ") == 3


def test_json_is_an_export_that_can_be_imported(run: Run, report: Path, tmp_path: Path) -> None:
    (line,) = run("map", "--model", "nb", "--format", "json", report).lines
    imported = tram_json.from_value(line).report
    assert imported.sentences[0].text == SENTENCES["T1566.001"].format(7)
    assert imported.text[imported.sentences[0].start : imported.sentences[0].end] == imported.sentences[0].text
    mappings = line["sentences"][0]["mappings"]
    assert mappings[0]["attack_id"] == "T1566.001"
    assert mappings[0]["name"] == "Spearphishing Attachment"
    file = tmp_path / "mapped.json"
    file.write_text(json.dumps(line))
    assert run("import", file).code == 0


def test_a_hostile_report_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text(f"{SENTENCES['T1059.001'].format(3)[:-1]} \u202e and \x9b2J [bold red]not markup[/bold red].\n")
    answer = run("map", "--model", "nb", hostile)
    assert answer.code == 0
    assert not {"\x1b", "\x9b", "\u202e"} & set(answer.out)
    assert "[bold red]not markup[/bold red]" in " ".join(answer.out.split())


@pytest.mark.parametrize("limit", ["1", "2", "0"])
def test_the_surest_sentences_of_a_technique(run: Run, tmp_path: Path, limit: str) -> None:
    file = tmp_path / "scripts.md"
    file.write_text("\n\n".join(SENTENCES["T1059.001"].format(number) for number in range(3)))
    out = run("map", "--model", "nb", "--sentences", limit, file).out
    shown = sum(SENTENCES["T1059.001"].format(number) in out for number in range(3))
    assert shown == {"1": 1, "2": 2, "0": 3}[limit]
    assert ("more sentence" in out) is (limit != "0")


def test_an_unknown_model_is_named_with_those_there_are(run: Run, report: Path) -> None:
    answer = run("map", "--model", "oracle", report)
    assert answer.code == 1
    assert answer.out == ""
    assert answer.err.startswith("Error: There is no model 'oracle'. There are: dummy, nb")


def test_a_model_that_was_never_trained_says_how_to_train_it(run: Run, report: Path) -> None:
    answer = run("map", "--model", "logreg", report)
    assert answer.code == 1
    assert "jupyter tram train logreg" in answer.err


def test_a_damaged_model_file_is_said(run: Run, folder: Path, report: Path) -> None:
    (model,) = (folder / "models").glob("nb-*.skops")
    model.write_bytes(b"not a model")
    answer = run("map", "--model", "nb", "--format", "json", report)
    assert answer.code == 1
    assert "is not the one that was written" in answer.err


def test_without_a_file_it_is_a_mistake_of_use(run: Run) -> None:
    answer = run("map")
    assert answer.code == 2
    assert "Missing argument 'FILE|FOLDER...'" in answer.err


def test_the_first_call_prepares_everything(tmp_path: Path, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    # The gate does the same with the model of a fresh installation, which takes a minute to train.
    (tmp_path / "jupyter_server_config.py").write_text("c.TramExtension.default_model = 'nb'\n")
    answer = call(tmp_path / "fresh", "map", report)
    assert answer.code == 0, answer.err
    assert "Loading ATT&CK …" in answer.err
    assert "(model nb)" in answer.out
    again = call(tmp_path / "fresh", "map", report)
    assert again.out == answer.out
    assert again.err == ""


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.0])
def test_ctrl_c_ends_it_quietly(folder: Path, tmp_path: Path, seconds: float) -> None:
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(SENTENCES["T1059.001"].format(number) for number in range(60_000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "tram_ext.cli", "map", "--model", "nb", long],
        env={**os.environ, "TRAM_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not psutil.Process(process.pid).children():  # before that, the interpreter itself is still starting
        time.sleep(0.02)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err.strip()) == ("", "Interrupted.")
    assert process.returncode in INTERRUPTED


def test_says_why_with_words_and_an_accepted_sentence_that_is_alike(run: Run, report: Path) -> None:
    answer = run("map", "--model", "nb", "--explain", report)
    assert answer.code == 0
    assert "because of: " in answer.out
    assert "PowerShell +" in answer.out
    assert "like: A PowerShell script numbered 7 downloaded the next stage. (Training report, 100 % alike)" in " ".join(
        answer.out.split()
    )
    (line,) = run("map", "--model", "nb", "--explain", "--format", "json", report).lines
    sentence = line["sentences"][0]
    explanation = sentence["mappings"][0]["explanation"]
    assert {sentence["text"][word["start"] : word["end"]] for word in explanation["words"]} & {"archive", "attachment"}
    assert explanation["examples"][0]["report_name"] == "Training report"
    refused = run("map", "--model", "nb", "--explain", "--output", report.parent / "out", report)
    assert refused.code == 2


def test_a_heading_that_names_a_technique_comes_after_its_evidence(run: Run, tmp_path: Path) -> None:
    said = SENTENCES["T1059.001"].format(7)
    file = tmp_path / "headings.txt"
    heading = "Command and Scripting Interpreter: PowerShell [T1059.001]"
    file.write_text(f"{heading}\n\n{said}\n")
    answer = run("map", "--model", "nb", "--sentences", "0", file)
    assert answer.code == 0
    assert answer.out.index(said) < answer.out.index(heading)
    assert "(id in the text, which says no more)" in " ".join(answer.out.split())
    (line,) = run("map", "--model", "nb", "--format", "json", file).lines
    sources = {
        s["text"]: [m["source"] for m in s["mappings"] if m["attack_id"] == "T1059.001"] for s in line["sentences"]
    }
    assert sources == {heading: ["text"], said: ["model"]}
