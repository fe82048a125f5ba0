"""UUIDs of reports at every door: over HTTP, in process, in frames."""

from __future__ import annotations

import json
from uuid import uuid4

from tests import corpus
from tests.handlers.conftest import PASSWORDS
from tram_ext.workbenches.workbench import Workbench


def test_imports_over_http(server):
    who = {"Authorization": f"Bearer {server.log_in('ann', PASSWORDS['ann'])['access']}"}
    given = str(uuid4())

    def post(name, uuid):
        return server.post("/api/report-mappings/", corpus.export(name, uuid=uuid), **who)

    first, second = post("Over HTTP", given), post("Over HTTP, edited", given)
    assert (first.status, first.json["uuid"], first.json["warnings"]) == (201, given, [])
    assert (second.status, second.json["uuid"] != given) == (201, True)
    assert given in second.json["warnings"][0]
    assert second.json["uuid"] in second.json["warnings"][0]
    for path in (f"/api/reports/{first.json['id']}/", f"/api/report-mappings/{first.json['id']}/"):
        assert server.get(path, **who).json["uuid"] == given
    wrong = post("Malformed", "nonsense")
    assert wrong.status == 400
    assert wrong.json["uuid"] == ["'nonsense' is not a UUID such as 9b2f0c1e-5a7d-4c3b-8e21-0f6d4a917c55."]
    changed = server.request("PATCH", f"/api/reports/{first.json['id']}/", {"name": "Renamed"}, **who)
    assert (changed.status, changed.json["uuid"]) == (200, given)


def test_in_frames(ann):
    for number, connection in enumerate((ann.local, ann.http)):
        bench, given = Workbench(connection), str(uuid4())
        first = bench.import_report(json.dumps(corpus.export(f"Frame {number}", uuid=given)).encode())
        second = bench.import_report(json.dumps(corpus.export(f"Frame {number} b", uuid=given)).encode())
        assert (first["uuid"].item(), first["warnings"].item()) == (given, ())
        assert given in second["warnings"].item()[0]
        assert given in set(bench.reports()["uuid"])
        assert bench.rename(first, "Renamed")["uuid"].item() == given
