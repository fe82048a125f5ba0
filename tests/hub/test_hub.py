"""Under JupyterHub: TRAM's tokens, kernels and JupyterHub's own logins, each opening what is theirs and no more."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.handlers.conftest import PASSWORDS
from tests.hub.hub import xsrf

pytestmark = [pytest.mark.hub, pytest.mark.timeout(300)]

ALICE, BOB = "alice", "bob@example.org"
KERNEL = """
import json
import tram_ext
from tram_ext.widgets import Annotator
with tram_ext.workbench() as bench:
    said = {"user": bench.status()["user"], "bench": repr(bench), "proposals": len(bench.map_text("They ran PowerShell."))}
said["sentences"] = len(Annotator(1).sentences)
print(json.dumps(said))
"""
JUPYTERS = ("/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/api/me", "/api/status")


DOCTOR = """
import subprocess, sys
print(subprocess.run([sys.executable, "-m", "tram_ext.cli", "doctor", "--format", "json"], stdout=subprocess.PIPE, text=True).stdout)
"""


@pytest.fixture(params=[ALICE, BOB])
def name(request):
    return request.param


@pytest.fixture
def server(hub, name):
    return hub.server(name)


def tram(server, who="ann"):
    """Return the header of one of TRAM's own users."""
    return {"Authorization": f"Bearer {server.log_in(who, PASSWORDS[who])['access']}"}


def test_the_three_calls(server):
    nobody = {"Authorization": None}
    pair = server.post("/api/token/", {"username": "ann", "password": PASSWORDS["ann"]}, **nobody)
    assert pair.status == 200, pair.data
    trained = server.post("/api/train-model/nb", Authorization=f"Bearer {pair.json['access']}")
    assert (trained.status, trained.json["message"]) == (200, "Model successfully trained.")
    fresh = server.post("/api/token/refresh/", {"refresh": pair.json["refresh"]}, **nobody)
    assert fresh.status == 200
    status = server.get("/api/tram/status", Authorization=f"Bearer {fresh.json['access']}")
    assert status.json["user"] == {"name": "ann", "role": "admin"}


def test_tokens_of_tram_keep_their_role_need_no_xsrf_and_set_no_cookie(server):
    assert server.post("/api/train-model/clippy", **tram(server)).json == {"detail": "Model does not exist"}
    read = server.get("/api/reports/", **tram(server, "vic"))
    assert (read.status, read.headers["Set-Cookie"]) == (200, None)
    assert server.post("/api/train-model/nb", **tram(server, "vic")).status == 403


def test_tokens_of_tram_open_nothing_else(hub, name, server):
    kernels = hub.kernels_token(name)
    assert server.get("/api/tram/status", Authorization=f"Bearer {kernels}").json["user"]["name"] == name
    for token in (tram(server)["Authorization"].removeprefix("Bearer "), kernels):
        for path in JUPYTERS:
            for scheme in ("Bearer", "token"):
                assert server.get(path, Authorization=f"{scheme} {token}").status == 403, path
        assert httpx.get(f"{hub.url}hub/api/user", headers={"Authorization": f"token {token}"}).status_code == 403


def test_a_token_that_is_nobodys_opens_nothing(hub, name, server):
    for token in (
        hub.kernels_token(name)[:-1],
        tram(server)["Authorization"].removeprefix("Bearer ")[:-3],
        "x",
        "a.b.c",
    ):
        answer = server.get("/api/tram/status", Authorization=f"Bearer {token}")
        assert (answer.status, answer.json["code"]) == (401, "token_not_valid"), token
    assert server.get("/api/tram/status", Authorization=None).status == 401


def test_a_kernel_finds_its_users_workbench(hub, name, server):
    said = json.loads(hub.run(name, KERNEL))
    assert said["user"] == {"name": name, "role": "admin"}
    assert f"{server.base_url}>" in said["bench"], "it speaks to the server, and did not open the folder itself"
    assert said["proposals"] > 0
    assert said["sentences"] > 10


def test_a_login_at_the_hub_is_that_user(hub, name, server):
    assert server.get("/api/tram/status").json["user"] == {"name": name, "role": "admin"}, "by the hub's own token"
    assert server.post("/api/train-model/clippy").status == 404, "which needs no XSRF"
    with hub.browser(name, f"user/{name}/") as page:
        assert page.get("api/tram/status").json()["user"] == {"name": name, "role": "admin"}
        assert page.get("api/tram/docs", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 200


def test_a_cookie_writes_with_xsrf_only(hub, name, server):
    with hub.browser(name, f"user/{name}/") as page:
        for given in ({}, {"X-XSRFToken": "forged"}):
            refused = page.post("api/train-model/clippy", headers=given)
            assert (refused.status_code, refused.json()["detail"][:11]) == (403, "CSRF Failed"), given
        right = page.post("api/train-model/clippy", headers={"X-XSRFToken": xsrf(page, server.base_url)})
        assert (right.status_code, right.json()) == (404, {"detail": "Model does not exist"})


def test_a_page_of_another_users_server_reads_nothing(hub, name, server):
    """All servers of a hub share one origin: JupyterHub asks scripts for the token of this server's own pages."""
    script = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    with hub.browser(name, f"user/{name}/") as page:
        for path in ("api/tram/status", "api/reports/", "api/contents"):
            refused = page.get(path, headers=script)
            assert refused.status_code == 403, (path, refused.text)
        assert (
            page.get("api/reports/", headers={**script, "X-XSRFToken": xsrf(page, server.base_url)}).status_code == 200
        )


def test_users_do_not_reach_each_other(hub):
    alice, bob = hub.server(ALICE), hub.server(BOB)
    answer = alice.get("/api/tram/status", Authorization=f"token {bob.token}")
    assert answer.status == 403
    assert answer.json["detail"].startswith(f"JupyterHub does not let {BOB!r} use this server.")
    assert alice.get("/api/tram/status", Authorization=f"Bearer {bob.token}").status == 403
    for theirs in (hub.kernels_token(BOB), tram(bob)["Authorization"].removeprefix("Bearer ")):
        assert alice.get("/api/tram/status", Authorization=f"Bearer {theirs}").status == 401
    with hub.browser(BOB) as page:
        assert page.get(f"user/{ALICE}/api/tram/status").status_code in {401, 403}
        page.get(f"user/{ALICE}/lab")  # the hub asks, and this server refuses
        assert page.get(f"user/{ALICE}/api/reports/").status_code in {401, 403}


def test_whoever_is_let_in_by_the_hub_works_under_their_own_name(hub):
    alice, guest = hub.server(ALICE), hub.server("guest")
    assert alice.get("/api/tram/status", Authorization=f"token {guest.token}").json["user"]["name"] == "guest"
    assert guest.get("/api/tram/status", Authorization=f"token {alice.token}").status == 403, "and not the other way"
    with hub.browser("guest", f"user/{ALICE}/") as page:
        assert page.get("api/tram/status").json()["user"]["name"] == "guest"
        assert page.get("api/me").status_code == 200


def test_a_team_shares_one_folder_under_their_own_names(hub):
    dora, emil = hub.server("team-dora"), hub.server("team-emil")
    report = dora.post("/api/reports/", {"name": "Shared", "text": "They ran PowerShell.", "ml_model": "nb"})
    assert report.status == 201, report.data
    assert emil.get(f"/api/reports/{report.json['id']}/").json["created_by"] == "team-dora"
    assert json.loads(hub.run("team-emil", KERNEL))["user"]["name"] == "team-emil"


def test_doctor_names_the_server_and_the_user(hub, name, server):
    said = json.loads(hub.run(name, DOCTOR))
    assert said["server"]["JupyterHub user"] == said["server"]["user"] == name
    assert said["server"]["address"].endswith(server.base_url)
    assert not [problem for problem in said["problems"] if "server" in problem]
