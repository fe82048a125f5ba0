"""A server on a folder that belongs to another database refuses, in one shape, and changes nothing."""

from __future__ import annotations

import contextlib
import shutil

import tram_ext
from tests import files
from tests.queue.client import Client
from tests.server import Server


def everything_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-wal", "-shm"))
    }


def test_a_server_without_its_database(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "data")
    (tmp_path / "data" / "tram.sqlite3").rename(tmp_path / "other.db")
    option = f"--TramExtension.db_url=sqlite:///{tmp_path / 'other.db'}"
    server = Server(tmp_path, (option,)).start()
    with tram_ext.connect(f"http://127.0.0.1:{server.port}/", server.token) as bench:
        document = bench.upload(files.text().decode().encode(), name="otter.txt")
    assert len(document)
    key = int(document["document_id"].iloc[0]) if "document_id" in document else 1
    content = server.get(f"/api/download/{key}", Authorization=f"token {server.token}").data
    assert content == files.text()
    server.stop()
    before = everything_in(server.data)

    forgetful = Server(tmp_path, token=server.token).start()
    for path in ("/api/tram/status", "/api/reports/", f"/api/download/{key}"):
        answer = forgetful.get(path, Authorization=f"token {server.token}")
        assert answer.status == 503
        assert answer.json.keys() == {"detail", "code"}
        assert answer.json["code"] == "not_paired"
        assert "do not belong together" in answer.json["detail"]
    with contextlib.suppress(AssertionError):
        Client(forgetful, {"Authorization": f"token {server.token}"}).queue("more.txt", b"More.")
    assert forgetful.stop() == 0
    assert "Traceback" not in forgetful.log_text()
    assert everything_in(server.data) == before

    server.start()
    assert server.get(f"/api/download/{key}", Authorization=f"token {server.token}").data == content
