"""Restoring: everything or nothing, never from a stranger's trap, and never under somebody's feet."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import stat
import zipfile
from dataclasses import replace

import pytest

from tests.services.backups import KILL_AT, KILLED, content, fill
from tram_ext.domain.errors import Conflict, Invalid, NotAuthenticated, NotFound, Unavailable
from tram_ext.domain.review import LogFilter
from tram_ext.services.backups.restore import restore
from tram_ext.services.container import Services
from tram_ext.services.files.data_lock import DataLock
from tram_ext.services.files.exchange import JOURNAL
from tram_ext.services.settings import Settings


@pytest.fixture(scope="module")
def made(world, tmp_path_factory):
    """Return a backup of the small world with a bit of everything, and the folder that it is of. Do not change them."""
    folder = tmp_path_factory.mktemp("made")
    settings = Settings(data_dir=folder / "data", db_url="", default_model="logreg")
    shutil.copytree(world, settings.data_dir)
    with contextlib.closing(Services(settings)) as services:
        ann = services.users.at_the_command_line()
        fill(services, ann)
        services.backups.back_up(folder / "b.zip", ann)
    return folder / "b.zip", settings.data_dir


@pytest.fixture
def target(tmp_path):
    """Return settings that name an empty place."""
    return Settings(data_dir=tmp_path / "new", db_url="", default_model="nb")


def names(settings):
    with contextlib.closing(Services(settings)) as services:
        return {user.name for user in services.users.list()}


def tampered(source, path, **changes):
    """Copy a backup, with other members: a value that is bytes, None to leave one out; ``manifest`` changes that."""
    manifest_change = changes.pop("manifest", None)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = changes.pop(name, old.read(name))
            if name == "manifest.json" and manifest_change is not None:
                manifest = json.loads(data)
                manifest_change(manifest)
                data = json.dumps(manifest).encode()
            if data is not None:
                new.writestr(name, data)
        for name, data in changes.items():
            new.writestr(name, data)
    return path


def test_into_an_empty_place(made, target):
    file, source = made
    done = restore(file, target)
    assert done.aside == ()
    assert done.differences == {"default_model": ("logreg", "nb")}
    assert content(target.data_dir) == content(source)
    for path in target.data_dir.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert {path.name for path in target.data_dir.iterdir()} == {
        *("tram.sqlite3", "documents", "models", "signing-key", "initial-admin-password", "lock", "workbench.json")
    }
    with contextlib.closing(Services(target)) as services:
        ann = services.users.at_the_command_line()
        assert services.log.list(LogFilter(), ann)[0][0].action == "restore backup"
        assert services.attack.is_loaded()
        document, path = services.documents.open(1, ann)
        assert path.stat().st_size == document.size


def test_what_was_there_is_kept_aside(made, target):
    file, source = made
    with contextlib.closing(Services(target)) as services:
        ann = services.users.at_the_command_line()
        fill(services, ann)
        services.users.add("mia", ann.role, "correct horse battery")
    before = content(target.data_dir)
    (aside,) = restore(file, target).aside
    assert content(target.data_dir) == content(source)
    assert content(aside) == before
    assert "mia" not in names(target)
    assert "mia" in names(replace(target, data_dir=aside))


def test_all_tokens_end(made, target):
    file, source = made
    copy = replace(target, data_dir=target.data_dir.with_name("source"))
    shutil.copytree(source, copy.data_dir)
    with contextlib.closing(Services(copy)) as services:
        token = services.tokens.issue(services.users.at_the_command_line())["access"]
    restore(file, target)
    with contextlib.closing(Services(target)) as services:
        with pytest.raises(NotAuthenticated):
            services.tokens.user_of(token)
        fresh = services.tokens.issue(services.users.list()[0])["access"]
        assert services.tokens.user_of(fresh)


def test_a_database_elsewhere(made, target, tmp_path):
    file, _ = made
    (tmp_path / "databases").mkdir()
    elsewhere = replace(target, db_url=f"sqlite:///{tmp_path / 'databases' / 'other.db'}")
    assert names(elsewhere) == set()
    beside, inside = restore(file, elsewhere).aside
    assert names(replace(elsewhere, data_dir=inside, db_url=f"sqlite:///{beside / 'other.db'}")) == set()
    assert "ann" in names(elsewhere)
    assert not (elsewhere.data_dir / "tram.sqlite3").exists()


def test_over_a_damaged_database(made, target):
    file, _ = made
    target.data_dir.mkdir()
    (target.data_dir / "tram.sqlite3").write_text("Dear diary, " * 100)
    (aside,) = restore(file, target).aside
    assert (aside / "tram.sqlite3").read_text().startswith("Dear diary")
    assert "ann" in names(target)


def test_never_while_somebody_works(made, settings, services, target, start_python):
    file, _ = made
    with pytest.raises(Conflict, match="Stop it, and repeat"):
        restore(file, settings)
    assert "ben" not in {user.name for user in services.users.list()}
    other = start_python(
        "import sys, time; from pathlib import Path; from tram_ext.services.container import Services\n"
        "from tram_ext.services.settings import Settings\n"
        "services = Services(Settings(data_dir=Path(sys.argv[1]), db_url=''))\n"
        "print('open', flush=True); time.sleep(60)",
        target.data_dir,
    )
    assert other.stdout.readline() == "open\n"
    with pytest.raises(Conflict, match="Stop it, and repeat"):
        restore(file, target)
    other.kill()
    other.wait(10)
    restore(file, target)


def test_never_while_a_program_without_our_lock_has_the_database_open(made, target):
    file, _ = made
    names(target)
    with contextlib.closing(sqlite3.connect(target.data_dir / "tram.sqlite3")) as connection:
        connection.execute("SELECT count(*) FROM users").fetchone()
        with pytest.raises(Conflict, match="Stop it, and repeat"):
            restore(file, target)
    restore(file, target)


def test_nobody_begins_while_it_is_exchanged(settings):
    lock = DataLock.alone(settings.data_dir)
    with pytest.raises(Unavailable, match="being restored"):
        DataLock.shared(settings.data_dir, patience=0.1)
    lock.close()
    DataLock.shared(settings.data_dir).close()


BOMB = {"size": 1 << 40, "sha256": "0" * 64}
TRAPS = {
    "another program's zip": {"manifest.json": None},
    "no manifest that can be read": {"manifest.json": b"{"},
    "another format": {"manifest": lambda m: m.update(format="other")},
    "a manifest that is a list": {"manifest.json": b"[]"},
    "deep nesting": {"manifest.json": b"[" * 100_000},
    "a path that climbs": {"../evil": b"x", "manifest": lambda m: m["files"].update({"../evil": BOMB})},
    "an absolute path": {"/tmp/evil": b"x", "manifest": lambda m: m["files"].update({"/tmp/evil": BOMB})},
    "a path that hides": {
        "documents/../../evil": b"x",
        "manifest": lambda m: m["files"].update({"documents/../../evil": BOMB}),
    },
    "a file of another kind": {
        "documents/.hidden": b"x",
        "manifest": lambda m: m["files"].update({"documents/.hidden": BOMB}),
    },
    "a file too many": {"documents/more.bin": b"x"},
    "a file too few": {"signing-key": None},
    "another content": {"signing-key": b"0" * 64},
    "more than was said": {"signing-key": b"0" * 6400},
    "no database": {"tram.sqlite3": None, "manifest": lambda m: m["files"].pop("tram.sqlite3")},
    "a bomb": {
        "documents/bomb.bin": b"0" * 1000,
        "manifest": lambda m: m["files"].update({"documents/bomb.bin": BOMB}),
    },
    "no size": {"manifest": lambda m: m["files"]["signing-key"].update(size=-1)},
    "no hash": {"manifest": lambda m: m["files"]["signing-key"].update(sha256="")},
    "no files": {"manifest": lambda m: m.pop("files")},
    "a newer format": {"manifest": lambda m: m.update(version=2)},
    "a newer schema": {"manifest": lambda m: m.update(schema="9999")},
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(made, target, tmp_path, trap):
    file = tampered(made[0], tmp_path / "trap.zip", **TRAPS[trap])
    with pytest.raises(Invalid, match=r"newer version" if "newer" in trap else r"not a backup") as refused:
        restore(file, target)
    assert "\n" not in refused.value.message
    left = {path.name for path in target.data_dir.iterdir()} if target.data_dir.exists() else set()
    assert left <= {"lock"}
    assert not (tmp_path / "evil").exists()


def test_damage(made, target, tmp_path):
    data = made[0].read_bytes()
    file = tmp_path / "damaged.zip"
    for damaged in (
        b"",
        b"PK",
        b"Dear diary",
        data[:-100],
        data[: len(data) // 2],
        data[:5000] + bytes(500) + data[5500:],
    ):
        file.write_bytes(damaged)
        with pytest.raises(Invalid, match="not a backup"):
            restore(file, target)
    with pytest.raises(NotFound):
        restore(tmp_path / "missing.zip", target)


def test_a_database_that_is_damaged_inside(made, target, tmp_path):
    import hashlib

    for data in (b"Dear diary, " * 100, zipfile.ZipFile(made[0]).read("tram.sqlite3")[:8192] + bytes(100_000)):
        member = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        changes = {
            "tram.sqlite3": data,
            "manifest": lambda m, member=member: m["files"].update({"tram.sqlite3": member}),
        }
        with pytest.raises(Invalid, match="damaged"):
            restore(tampered(made[0], tmp_path / "trap.zip", **changes), target)
    assert names(target).isdisjoint({"ann"})


# Killed while unpacking, before and after the journal is written, and at every move.
MOMENTS = [
    ("unpacking", 1),
    ("unpacking", 100),
    ("os.link", 1),
    *(("os.rename", n) for n in (1, 2, 3, 6, 10)),
    ("shutil.rmtree", 1),
]


@pytest.mark.parametrize(("event", "number"), MOMENTS)
def test_killed_in_the_middle_it_was_all_or_nothing(made, prepared_target, start_python, event, number):
    target, before = prepared_target
    file, source = made
    process = start_python(KILL_AT, "restore", target.data_dir, file, event, number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == KILLED, out
    is_done = (target.data_dir / JOURNAL).exists() or event == "shutil.rmtree"
    assert is_done == (event in {"os.rename", "shutil.rmtree"})
    assert "ann" in names(target) if is_done else names(target) == before[0]
    assert content(target.data_dir) == (content(source) if is_done else before[1])
    assert not (target.data_dir / JOURNAL).exists()
    (aside,) = restore(file, target).aside
    assert content(target.data_dir) == content(source)
    assert content(aside) == (content(source) if is_done else before[1])
    assert list(target.data_dir.glob(".restore-*")) == []
    assert len(list(target.data_dir.glob("before-restore-*"))) == 1 + is_done


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("old") / "data", db_url="", default_model="nb")
    with contextlib.closing(Services(settings)) as services:
        fill(services, services.users.at_the_command_line())
    return settings


@pytest.fixture
def prepared_target(old, target):
    """Return settings of a place where other data are, and these data."""
    shutil.copytree(old.data_dir, target.data_dir)
    return target, (names(target), content(target.data_dir))


def test_an_obstacle_is_named_and_the_rest_made_up_for_later(made, prepared_target, start_python):
    target, _ = prepared_target
    process = start_python(KILL_AT, "restore", target.data_dir, made[0], "os.rename", 2)
    process.communicate(timeout=60)
    journal = json.loads((target.data_dir / JOURNAL).read_bytes())
    aside = target.data_dir / next(move["aside"] for move in journal["moves"] if move["place"] == "documents")
    aside.mkdir()
    (aside / "in the way").touch()
    if os.path.lexists(target.data_dir / "documents"):
        with pytest.raises(Unavailable, match="cannot be finished"):
            Services(target)
    shutil.rmtree(aside)
    assert "ann" in names(target)
