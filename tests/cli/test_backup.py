from __future__ import annotations

import contextlib
import json
import zipfile
from pathlib import Path

from tests.cli.conftest import Run, call
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings


def test_there_and_back(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    before = run("export", "2").out
    answer = run("backup", file)
    assert answer.code == 0
    assert answer.out.startswith(f"Wrote {file}, ")
    assert "2 files of models" in answer.out
    assert zipfile.is_zipfile(file)
    assert run("reports", "delete", "2", "--yes").code == 0
    answer = run("restore", file)
    assert answer.code == 0, answer.err
    (aside,) = folder.glob("before-restore-*")
    assert f"What was there before is in {aside}." in answer.out
    assert run("export", "2").out == before
    assert run("models", "show", "nb").code == 0
    assert [row["id"] for row in call(aside, "reports", "list", "--format", "json").json] == [1]
    assert run("doctor").code == 0


def test_elsewhere_and_for_programs(run: Run, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "b.zip", tmp_path / "elsewhere"
    made = run("backup", file, "--format", "json").json
    assert (made["file"], made["size"], made["models"], made["missing"]) == (str(file), file.stat().st_size, 2, [])
    done = call(elsewhere, "restore", file, "--format", "json").json
    assert (done["aside"], done["differences"], done["schema"]) == ([], {}, made["schema"])
    assert call(elsewhere, "export", "2").out == run("export", "2").out


def test_refusals(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    assert run("backup", file).code == 0
    again = run("backup", file)
    assert again.code == 1
    assert "--force" in again.err
    assert run("backup", file, "--force").code == 0
    (tmp_path / "no.zip").write_text("Dear diary")
    for path, why in ((tmp_path / "no.zip", "not a backup"), (tmp_path / "missing.zip", "There is no file")):
        answer = run("restore", path)
        assert (answer.code, answer.out) == (1, "")
        assert why in answer.err
    with contextlib.closing(Services(Settings(data_dir=folder, db_url=""))):
        answer = run("restore", file)
    assert answer.code == 1
    assert "Stop it, and repeat" in answer.err
    assert run("restore", file, "--db-url", "postgresql+psycopg://nobody@localhost/none").code == 1


def test_other_settings_are_said(run: Run, tmp_path: Path) -> None:
    file, other = tmp_path / "b.zip", tmp_path / "other.zip"
    assert run("backup", file).code == 0
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["settings"]["default_model"] = "nb"
                manifest["missing"] = ["documents/a.bin"]
                data = json.dumps(manifest).encode()
            new.writestr(name, data)
    answer = call(tmp_path / "new", "restore", other)
    assert "default_model was 'nb' when the backup was made, and is 'linear' now" in answer.err
    assert "1 file that the database names was not there" in answer.err


def test_what_is_damaged_is_not_written(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    assert run("backup", file).code == 0
    earlier = file.read_bytes()
    (model,) = (folder / "models").glob("nb-*.skops")
    model.unlink()
    answer = run("backup", file, "--force")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines()[-1].startswith(
        "Error: Nothing was written, and an earlier backup is as it was. What is wrong: the file"
    )
    assert f"(models/{model.name}) is gone" in answer.err
    assert file.read_bytes() == earlier
    (folder / "documents").mkdir(mode=0o700, exist_ok=True)
    stray = folder / "documents" / f"{'0a' * 16}.bin"
    stray.write_text("Words.")
    anyway = run("backup", tmp_path / "other.zip", "--damaged")
    assert anyway.code == 0
    assert (
        f"Warning: When the backup was made, something was wrong: the file of version 1 of model 'nb' (models/{model.name})"
        in " ".join(anyway.err.split())
    )
    assert f"1 uploaded file of no document is not in it, such as {stray}." in anyway.err
    assert run("backup", tmp_path / "third.zip", "--damaged", "--format", "json").json["left_out"] == [str(stray)]
    assert "something was wrong" in call(tmp_path / "new", "restore", tmp_path / "other.zip").err
