"""``map --output``: the same files whatever maps them, found again after an interruption, safe from hostile names."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests import files
from tests.cli.conftest import INTERRUPTED, SENTENCES, Run, export
from tram_ext.exports import formats, tram_json

RECORDS = ".tram-map"
MANY = 24
PROGRAM = (sys.executable, "-m", "tram_ext.cli")


def text_of(number: int) -> str:
    return "\n\n".join(said.format(number) for said in SENTENCES.values())


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Return a folder of three reports at different depths, and things that are none."""
    root = tmp_path / "reports"
    (root / "2024" / "june").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "one.txt").write_text(text_of(1))
    (root / "2024" / "one.txt").write_text(text_of(2))
    (root / "2024" / "june" / "three.md").write_text(text_of(3))
    for name in (".git/config.txt", ".hidden.txt", "picture.png", "export.json"):
        (root / name).write_text(text_of(0))
    return root


def contents(folder: Path) -> dict[str, bytes]:
    """Return all that is in a folder, records included, except the lock."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop(f"{RECORDS}/lock")
    return found


def test_a_file_a_report_and_nothing_twice(run: Run, reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = run("map", "--model", "nb", "--format", "json", reports, "--output", out)
    assert (answer.code, answer.err) == (0, "")
    names = ["reports/2024/june/three.md", "reports/2024/one.txt", "reports/one.txt"]
    assert [line["file"] for line in answer.lines] == names
    assert all(line["is_new"] for line in answer.lines)
    written = [Path(line["output"]) for line in answer.lines]
    assert len(set(written)) == 3
    assert {path.parent for path in written} == {out}
    imported = tram_json.parse(written[2].read_bytes()).report
    assert imported.name == "Report for one.txt"
    assert imported.sentences[0].text == SENTENCES["T1566.001"].format(1)
    assert imported.created_on is None, "the date of the run would differ each time"
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in written)
    before = {path: path.stat().st_mtime_ns for path in written}
    again = run("map", "--model", "nb", reports, "--output", out)
    assert again.out == f"0 reports written, 3 there already: {out}\n"
    assert {path: path.stat().st_mtime_ns for path in written} == before


def test_what_has_changed_is_done_again(run: Run, reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    lines = run("map", "--model", "nb", "--format", "json", reports, "--output", out).lines

    def done_again() -> list[str]:
        answer = run("map", "--model", "nb", "--format", "json", reports, "--output", out)
        return [line["file"].rpartition("/")[2] for line in answer.lines if line["is_new"]]

    (reports / "2024" / "june" / "three.md").write_text(text_of(4))
    assert done_again() == ["three.md"]
    Path(lines[1]["output"]).write_bytes(b"half a rep")
    Path(lines[2]["output"]).unlink()
    assert done_again() == ["one.txt", "one.txt"]
    assert done_again() == []
    more = tmp_path / "more.json"
    more.write_text(json.dumps(export("More", [(said.format(77), technique) for technique, said in SENTENCES.items()])))
    assert run("import", more).code == 0
    assert run("train", "nb", "--report", "2", "--report", "3").code == 0
    assert done_again() == ["three.md", "one.txt", "one.txt"], "another version of the model proposes"


def test_the_same_whatever_the_jobs_and_the_order(run: Run, reports: Path, tmp_path: Path) -> None:
    for number, jobs in enumerate(("1", "3")):
        assert run("map", "--model", "nb", "-j", jobs, reports, "-o", tmp_path / f"out{number}").code == 0
    assert contents(tmp_path / "out0") == contents(tmp_path / "out1")
    assert len(contents(tmp_path / "out0")) == 6


def test_the_same_on_a_cluster(
    run: Run, reports: Path, tmp_path: Path, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (reports / "bomb.docx").write_bytes(files.bomb_docx())
    here = run("map", "--model", "nb", "--format", "json", reports, "-o", tmp_path / "here")
    monkeypatch.setenv("TRAM_EXECUTOR", cluster)
    there = run("map", "--model", "nb", "--format", "json", reports, "-o", tmp_path / "there")
    assert here.code == there.code == 1, "the bomb is refused in both places"
    assert there.out.replace("there", "here") == here.out
    assert there.err == here.err
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


@pytest.mark.parametrize("name", [item.name for item in formats()])
def test_every_format_is_the_same_each_time(run: Run, reports: Path, tmp_path: Path, name: str) -> None:
    (item,) = [item for item in formats() if item.name == name]
    for number in range(2):
        out = tmp_path / f"out{number}"
        assert run("map", "--model", "nb", "--format", name, reports / "one.txt", "-o", out).code == 0
        assert [path.name.endswith(item.suffix) for path in out.iterdir() if path.is_file()] == [True]
    assert contents(tmp_path / "out0") == contents(tmp_path / "out1")


def test_a_format_that_is_no_text_needs_a_folder(run: Run, reports: Path) -> None:
    answer = run("map", "--format", "docx", reports)
    assert answer.code == 2
    assert "add --output DIR" in answer.err


def test_a_file_that_fails_stops_nobody_and_is_tried_again(run: Run, reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (reports / "bomb.docx").write_bytes(files.bomb_docx())
    assert run("map", "--model", "nb", reports / "one.txt", "-o", out).code == 0
    (reports / "one.txt").write_bytes(b"")
    answer = run("map", "--model", "nb", "--format", "json", reports / "one.txt", reports, "-o", out)
    assert answer.code == 1
    assert [line["file"] for line in answer.lines if "error" in line] == [
        "one.txt",
        "reports/bomb.docx",
        "reports/one.txt",
    ]
    assert answer.err.count("Error: ") == 3
    assert len([path for path in out.iterdir() if path.is_file()]) == 2, "of the state before nothing is left"
    (reports / "one.txt").write_text(text_of(5))
    answer = run("map", "--model", "nb", reports, "-o", out)
    assert (answer.code, answer.out) == (1, f"1 report written, 2 there already, 1 failed: {out}\n")


def test_hostile_names_and_links(run: Run, tmp_path: Path) -> None:
    root, out, secret = tmp_path / "in", tmp_path / "out", tmp_path / "secret.txt"
    root.mkdir()
    secret.write_text("The secret is told to nobody who maps a folder.")
    names = ["a.txt", "A.TXT", "~.txt", "-o.txt", "\u202egpj.txt", "new\nline.txt", "x" * 250 + ".txt", "\x1b[2J.txt"]
    for number, name in enumerate(names):
        (root / name).write_text(text_of(number))
    with open(os.fsencode(root) + b"/\xff\xfe.txt", "w") as file:  # noqa: PTH123 - a name that is no text
        file.write(text_of(99))
    (root / "a.txt-000000000000.json").mkdir()
    (root / "link.txt").symlink_to(secret)
    (root / "up").symlink_to(tmp_path)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.txt")
    answer = run("map", "--model", "nb", "--format", "json", root, "-o", out)
    assert answer.code == 0
    written = [Path(line["output"]) for line in answer.lines]
    assert len(written) == len({str(path).lower() for path in written}) == len(names) + 1
    assert {path.parent for path in written} == {out}
    assert all(path.name.isascii() and path.name.isprintable() and len(path.name) < 120 for path in written)
    assert not any(b"secret" in path.read_bytes() for path in written)
    assert answer.err.count("links are not followed") == 3
    assert "\x1b" not in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out", "secret.txt", "tram"]


def test_the_folder_itself_and_what_came_out_are_not_mapped(run: Run, reports: Path) -> None:
    answer = run("map", "--model", "nb", reports, "-o", reports)
    assert answer.code == 1
    assert "choose another folder" in answer.err
    inside = reports / "mapped"
    for expected in ("3 reports written", "0 reports written, 3 there already"):
        assert run("map", "--model", "nb", "--format", "docx", reports, "-o", inside).out == f"{expected}: {inside}\n"


def test_two_files_that_would_be_one(run: Run, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text(text_of(1))
    answer = run("map", tmp_path / "a" / "report.txt", tmp_path / "b" / "report.txt", "-o", tmp_path / "out")
    assert answer.code == 1
    assert "map them apart" in answer.err


def test_without_an_output_a_folder_is_its_reports(run: Run, reports: Path) -> None:
    answer = run("map", "--model", "nb", "--format", "json", reports)
    assert answer.code == 0
    assert [line["name"] for line in answer.lines] == [
        f"Report for {name}" for name in ("three.md", "one.txt", "one.txt")
    ]


def test_a_folder_without_reports_and_links_in_it_are_said(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "link.txt").symlink_to(tmp_path / "elsewhere.txt")

    answer = run("map", empty)

    assert (answer.code, answer.out) == (0, "")
    assert "link.txt: It is a link, and links are not followed." in answer.err
    assert f"{empty}: There is no report in this folder." in answer.err


def test_a_file_in_the_place_of_the_folder_is_said_without_advice_on_the_data(run: Run, reports: Path) -> None:
    answer = run("map", reports, "--output", next(path for path in reports.iterdir() if path.is_file()))

    assert answer.code == 1
    assert "cannot be made" in answer.err
    assert "TRAM_DATA_DIR" not in answer.err


def test_killed_in_the_middle_and_done_by_the_next(run: Run, folder: Path, tmp_path: Path) -> None:
    root, out, whole = many(tmp_path / "many"), tmp_path / "out", tmp_path / "whole"
    process = start(folder, root, out)
    wait_for_files(out, 5)
    assert "Another command writes" in run("map", "--model", "nb", root, "-o", out).err
    process.kill()
    process.communicate()
    done = {path.name: path.stat().st_mtime_ns for path in (out / RECORDS).iterdir() if path.suffix == ".json"}
    assert 5 <= len(done) < MANY
    answer = run("map", "--model", "nb", root, "-o", out)
    assert answer.out == f"{MANY - len(done)} reports written, {len(done)} there already: {out}\n"
    assert {name: (out / RECORDS / name).stat().st_mtime_ns for name in done} == done
    assert run("map", "--model", "nb", "-j", "1", root, "-o", whole).code == 0
    assert contents(out) == contents(whole)


def test_ctrl_c_ends_it_quietly_and_keeps_what_is_done(run: Run, folder: Path, tmp_path: Path) -> None:
    root, out = many(tmp_path / "many"), tmp_path / "out"
    process = start(folder, root, out)
    wait_for_files(out, 3)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    printed, err = process.communicate(timeout=60)
    assert (printed, err.strip()) == ("", "Interrupted.")
    assert process.returncode in INTERRUPTED
    assert psutil.wait_procs(children, timeout=10)[1] == []
    for record in (out / RECORDS).glob("*.json"):
        data = (out / record.name.removesuffix(".json")).read_bytes()
        assert json.loads(record.read_text())["sha256"] == hashlib.sha256(data).hexdigest()


def many(root: Path) -> Path:
    """Fill a folder with reports that take a while."""
    root.mkdir()
    for number in range(MANY):
        (root / f"{number}.txt").write_text("\n\n".join(text_of(number * 100 + part) for part in range(40)))
    return root


def start(folder: Path, root: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, "map", "--model", "nb", "-j", "2", str(root), "-o", str(out)],
        env={**os.environ, "TRAM_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_files(out: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(list((out / RECORDS).glob("*.json"))) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)
