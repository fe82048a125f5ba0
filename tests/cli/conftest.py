"""The command as people call it, over a real database in a folder of its own."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tram_ext.cli.main import tram

SENTENCES = {
    "T1566.001": "The operators mailed a spearphishing attachment, an archive named invoice {}.",
    "T1059.001": "A PowerShell script numbered {} downloaded the next stage.",
    "T1053.005": "A scheduled task called updater {} starts the implant every hour.",
    "T1041": "Stolen documents were sent to the command and control server in batch {}.",
}

INTERRUPTED = {130, -signal.SIGINT}
"""A shell sees the same in both; Python ends by the signal itself when it came in the middle of an ``exec``."""


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Answer]


def call(folder: Path | None, *arguments: str | Path, stdin: str = "") -> Answer:
    """Call the command in this process; a failure that is not its own decision is a failure of the test."""
    given = [str(argument) for argument in arguments]
    environment = {"TRAM_DATA_DIR": str(folder) if folder else None, "TRAM_DB_URL": None, "COLUMNS": "120"}
    result = CliRunner().invoke(tram, given, input=stdin, env=environment, prog_name="jupyter tram")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def export(name: str, sentences: list[tuple[str, str | None]], **changes: Any) -> dict[str, Any]:
    """Make a report export of accepted sentences, each with a technique or none."""
    return {
        "name": name,
        "text": " ".join(text for text, _ in sentences),
        "ml_model": "humans",
        "sentences": [
            {
                "text": text,
                "order": order,
                "disposition": "accept",
                "mappings": [{"attack_id": technique, "name": technique, "confidence": "100.0"}] if technique else [],
            }
            for order, (text, technique) in enumerate(sentences)
        ],
        **changes,
    }


def training_export() -> dict[str, Any]:
    """Make a report with ten sentences for each of four techniques."""
    return export(
        "Training report",
        [(said.format(number), technique) for technique, said in SENTENCES.items() for number in range(10)],
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with ATT&CK, one imported report (2), and version 1 of the model nb. Do not change it."""
    folder = tmp_path_factory.mktemp("prepared") / "tram"
    file = folder.parent / "training.json"
    file.write_text(json.dumps(training_export()))
    assert call(folder, "import", file).code == 0
    assert call(folder, "train", "nb", "--report", "2").code == 0
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """Return a copy of the prepared folder, for a test to change."""
    return Path(shutil.copytree(prepared, tmp_path / "tram"))


@pytest.fixture
def run(folder: Path) -> Run:
    """Return the command over the copy of the prepared folder."""
    return lambda *arguments, stdin="": call(folder, *arguments, stdin=stdin)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return a text file that the model nb has something to say about."""
    file = tmp_path / "report.txt"
    file.write_text("\n\n".join(said.format(7) for said in SENTENCES.values()) + "\n\nThe weather was fine that day.\n")
    return file
