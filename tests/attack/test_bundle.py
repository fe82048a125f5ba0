"""Files that are no STIX bundles."""

from __future__ import annotations

import json
import os

import pytest

from tram_ext.attack import load_stix
from tram_ext.attack.bundle import read_bundle
from tram_ext.domain.errors import Invalid, NotFound, TooLarge

WHOLE = json.dumps(
    {"type": "bundle", "id": "bundle--1", "objects": [{"type": "malware", "name": "Mudlark", "n": True}]}
)


def test_reads_what_is_there_with_and_without_mark(tmp_path):
    path = tmp_path / "b.json"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_text(WHOLE, encoding=encoding)
        bundle, objects = read_bundle(path)
        assert (bundle["id"], len(objects)) == ("bundle--1", 1)


@pytest.mark.parametrize("length", range(1, len(WHOLE)))
def test_cut_anywhere(tmp_path, length):
    path = tmp_path / "half.json"
    path.write_text(WHOLE[:length])
    with pytest.raises(Invalid, match=r"half\.json is cut off"):
        load_stix(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"%PDF-1.7 something", "is not JSON"),
        (b'{"type": "bundle",, "objects": []}' + b" " * 20, "is not JSON: .* line 1, column 19"),
        (b'{"type": "bundle", "objects": ["\xff\xfe"]}', "byte 32 is no valid utf-8"),
        (b"[1, 2]", "it is no JSON object"),
        (b"null", "it is no JSON object"),
        (b'{"type": "report", "objects": [{}]}', "its type is 'report'"),
        (b'{"objects": [{}]}', "its type is 'None'"),
        (b'{"type": "bundle"}', "empty STIX bundle"),
        (b'{"type": "bundle", "objects": {"a": 1}}', "empty STIX bundle"),
        (b'{"type": "bundle", "objects": []}', "empty STIX bundle"),
        (b'{"type": "bundle", "objects": [1, null, "x", {}, {"type": 3}]}', "holds no ATT&CK objects"),
        (b'{"type": "bundle", "objects": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deeply"),
        (b'{"type": "bundle", "objects": [' + b"9" * 5_000 + b"]}", "value that cannot be read|no ATT&CK objects"),
    ],
)
def test_refused_with_the_file_and_the_reason(tmp_path, content, reason):
    path = tmp_path / "given.json"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=rf"given\.json.*(?:{reason})"):
        load_stix(path)


def test_too_large(tmp_path):
    path = tmp_path / "large.json"
    path.write_text(WHOLE)
    with pytest.raises(TooLarge, match=r"large\.json"):
        load_stix(path, max_bytes=len(WHOLE) - 1)
    assert read_bundle(path, max_bytes=len(WHOLE))


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        load_stix(tmp_path / "nowhere.json")
    with pytest.raises(Invalid, match="is a folder"):
        load_stix(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(Invalid, match="not a regular file"):
        load_stix(pipe)
