"""Files that only their owner can read, written whole or not at all."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tram_ext.domain.errors import Conflict, Unavailable
from tram_ext.services.files import private_files

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


def names(folder):
    return [path.name for path in folder.iterdir()]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_modes_whatever_the_umask(tmp_path):
    old = os.umask(0)
    try:
        folder = private_files.make_folder(tmp_path / "a" / "b")
        private_files.write(folder / "file", b"x")
        private_files.write_once(folder / "once", b"x")
    finally:
        os.umask(old)
    assert (mode(folder), mode(folder / "file"), mode(folder / "once")) == (0o700, 0o600, 0o600)


def test_write_replaces_whole(tmp_path):
    path = tmp_path / "file"
    private_files.write(path, b"long content")
    private_files.write(path, b"short")
    assert path.read_bytes() == b"short"
    assert names(tmp_path) == ["file"]


def test_write_once_keeps_the_first(tmp_path):
    path = tmp_path / "file"
    assert private_files.write_once(path, b"first") == b"first"
    assert private_files.write_once(path, b"second") == b"first"
    assert names(tmp_path) == ["file"]


def test_of_many_writers_one_wins_and_all_agree(tmp_path):
    path = tmp_path / "file"
    with ThreadPoolExecutor(8) as threads:
        said = set(threads.map(lambda n: private_files.write_once(path, b"%d" % n * 1000), range(32)))
    assert said == {path.read_bytes()}
    assert names(tmp_path) == ["file"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="TRAM_DATA_DIR"):
        private_files.make_folder(tmp_path / "file" / "folder")


def test_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(Unavailable, match="cannot be written"):
        private_files.write(tmp_path / "no" / "file", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(Unavailable, match="folder"):
        private_files.write(tmp_path / "folder", b"x")
    assert names(tmp_path) == ["folder"]


def test_nothing_is_overwritten_unasked(tmp_path):
    path = tmp_path / "file"
    private_files.write(path, b"first", overwrite=False)
    with pytest.raises(Conflict, match="is there already"):
        private_files.write(path, b"second", overwrite=False)
    assert path.read_bytes() == b"first"
    # The name may be taken while the draft is made.
    other = tmp_path / "other"

    def race():
        with private_files.drafted(other, overwrite=False) as file:
            file.write(b"second")
            other.write_bytes(b"first")

    with pytest.raises(Conflict, match="is there already"):
        race()
    assert other.read_bytes() == b"first"
    assert sorted(names(tmp_path)) == ["file", "other"]


def test_a_draft_that_fails_leaves_nothing(tmp_path):
    path = tmp_path / "file"
    private_files.write(path, b"first")

    def fail():
        with private_files.drafted(path, overwrite=True) as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["file"]
