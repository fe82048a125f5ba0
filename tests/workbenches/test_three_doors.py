"""One walk through three doors: upload, review, train, map with what was learned, export; the same files come out."""

from __future__ import annotations

import io
import json
import re
import shutil
import time

import pytest
from docx import Document

import tram_ext
from tests.cli.conftest import call
from tests.queue.client import form
from tram_ext.exports import formats
from tram_ext.exports.tram_json import portable

FIRST = """The operators mailed an invoice as attachment of a phishing email.

A scheduled task started the backdoor every night.

The files of the hospital were encrypted, and a ransom was demanded.

Nobody noticed for a week.
"""
SECOND = """Another phishing email carried an attachment.

Nobody noticed for a month.

A PowerShell script was run by a scheduled task.
"""
MOMENTS = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?( ?UTC|Z|\+00:00)?")
RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Http:
    """As TRAM's clients do it: a token (Jupyter's, whose user all three doors have), plain requests, polling."""

    def __init__(self, server):
        self.server = server
        self.who = {"Authorization": f"token {server.token}"}

    def upload(self, path):
        body, kind = form(("file", path.name, path.read_bytes()), ("model", None, b"nb"))
        answer = self.server.post("/api/upload/", body, **self.who, Content_Type=kind)
        job = f"/api/jobs/{answer.json['job-id']}/"
        while (found := self.server.get(job, **self.who).json)["status"] in ("Queued", "Running"):
            time.sleep(0.05)
        return found["report_id"]

    def review(self, report):
        sentences = self.server.get(f"/api/sentences/?report-id={report}", **self.who).json
        for sentence, disposition in zip(sentences, ("accept", "accept", "reject", "accept"), strict=True):
            path = f"/api/sentences/{sentence['id']}/"
            assert self.server.request("PATCH", path, {"disposition": disposition}, **self.who).status == 200
        added = {"report": report, "sentence": sentences[1]["id"], "attack_id": "T1053.005", "confidence": 100}
        assert self.server.post("/api/mappings/", added, **self.who).status in (200, 201)
        for mapping in sentences[3]["mappings"]:
            assert self.server.request("DELETE", f"/api/mappings/{mapping['id']}/", **self.who).status == 204

    def train(self):
        assert self.server.post("/api/train-model/nb", **self.who).status == 200

    def export(self, report, name):
        return self.server.get(f"/api/report-mappings/{report}/?format={name}", **self.who).data


class Python:
    """In this process, in a few calls."""

    def __init__(self, folder):
        self.folder = folder

    def upload(self, path):
        with tram_ext.open_workbench(self.folder) as bench:
            return int(bench.upload(path, model="nb")["id"].iloc[0])

    def review(self, report):
        with tram_ext.open_workbench(self.folder) as bench:
            first, second, third, last = bench.sentences(report).itertuples()
            bench.accept([first, second])
            bench.reject(third)
            bench.accept(last)
            bench.add_mapping(second.id, "T1053.005")
            for mapping in bench.mappings(sentence=last).itertuples():
                bench.remove_mapping(mapping)

    def train(self):
        with tram_ext.open_workbench(self.folder) as bench:
            bench.train("nb")

    def export(self, report, name):
        with tram_ext.open_workbench(self.folder) as bench:
            return bench.export(report, name)


class CommandLine:
    """By commands alone."""

    def __init__(self, folder):
        self.folder = folder

    def upload(self, path):
        answer = call(self.folder, "reports", "add", path, "--model", "nb", "--format", "json")
        assert answer.code == 0, answer.err
        return answer.lines[0]["report_id"]

    def review(self, report):
        sentences = call(self.folder, "review", report, "--all", "--format", "json").json["sentences"]
        first, second, third, last = (sentence["id"] for sentence in sentences)
        options = ["--accept", first, "--accept", second, "--accept", last, "--reject", third]
        options += ["--add", f"{second}:T1053.005"]
        for mapping in sentences[3]["mappings"]:
            options += ["--remove", f"{last}:{mapping['attack_id']}"]
        assert call(self.folder, "review", report, *options).code == 0

    def train(self):
        assert call(self.folder, "train", "nb").code == 0

    def export(self, report, name):
        target = self.folder.parent / "export"
        answer = call(self.folder, "export", report, "--format", name, "--output", target, "--force")
        assert answer.code == 0, answer.err
        return target.read_bytes()


def comparable(content, name):
    """Return an export without moments, random numbers, and what means something in one workbench only."""
    if name == "docx":
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    elif name == "json":
        text = json.dumps(portable(json.loads(content)), indent=1)
    else:
        text = content.decode()
    return RANDOM.sub("RANDOM", MOMENTS.sub("MOMENT", text))


def walk(door, folder):
    """Take the walk, and return what came out in each format."""
    first, second = folder / "first.txt", folder / "second.txt"
    first.write_text(FIRST)
    second.write_text(SECOND)
    report = door.upload(first)
    door.review(report)
    door.train()
    reports = (report, door.upload(second))
    return {
        (each, item.name): comparable(door.export(each, item.name), item.name) for each in reports for item in formats()
    }


@pytest.fixture
def doors(prepared, tmp_path, monkeypatch, new_server):
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text('{"TramExtension": {"default_model": "nb"}}')
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(config))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    copies = [shutil.copytree(prepared, tmp_path / name / "data") for name in ("python", "command")]
    return Http(new_server()), Python(copies[0]), CommandLine(copies[1])


def test_the_three_doors_agree(doors, tmp_path):
    http, python, command = (walk(door, tmp_path) for door in doors)
    assert len(http) == 2 * len(formats())
    for key, expected in http.items():
        assert python[key] == expected, key
        assert command[key] == expected, key
    report = min(report for report, _ in http)
    reviewed = json.loads(http[report, "json"])
    assert [sentence["disposition"] for sentence in reviewed["sentences"]] == ["accept", "accept", "reject", "accept"]
