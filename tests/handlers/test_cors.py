"""Pages of another origin that Jupyter lets in: what they may send, and what they may read of an answer."""

from __future__ import annotations

import pytest

from tram_ext.api.openapi.document import openapi_document

PAGE = "https://page.example"


@pytest.fixture(scope="module", params=["allow_origin", "allow_origin_pat"])
def server(request, new_server):
    """Return a server that lets pages of one other origin in, as each of Jupyter's two settings says it."""
    return new_server(f"--ServerApp.{request.param}={PAGE.replace('.', '[.]') if 'pat' in request.param else PAGE}")


def named(value):
    """Return the names in a header that lists some."""
    return {name.strip().lower() for name in value.split(",")}


def operations():
    return [call for path in openapi_document()["paths"].values() for call in path.values()]


def test_every_header_that_a_call_takes_may_be_sent(server):
    sent = {p["name"].lower() for call in operations() for p in call.get("parameters", []) if p["in"] == "header"}
    assert sent == {"if-match", "prefer", "idempotency-key"}
    wanted = {*sent, "authorization", "content-type", "accept", "x-xsrftoken"}
    answer = server.request(
        "OPTIONS",
        "/api/sentences/1/",
        Origin=PAGE,
        Access_Control_Request_Method="PATCH",
        Access_Control_Request_Headers="authorization, if-match",
    )
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, PAGE)
    assert named(answer.headers["Access-Control-Allow-Headers"]) == wanted


@pytest.mark.parametrize(
    ("method", "path", "status", "has"),
    [
        ("GET", "/api/sentences/1/", 200, "ETag"),
        ("GET", "/api/sentences/?limit=1", 200, "Link"),
        ("GET", "/api/report-mappings/1/", 200, "Content-Disposition"),
        ("PATCH", "/api/sentences/1/", 412, "ETag"),
        ("GET", "/api/sentences/?limit=x", 400, "Content-Type"),
        ("GET", "/api/sentences/4711/", 404, "Content-Type"),
        ("PUT", "/api/token/", 405, "Allow"),
    ],
)
def test_every_header_of_an_answer_may_be_read(server, method, path, status, has):
    """Of refusals, too: a page that may not read a 412 cannot tell it from a server that is gone."""
    said = {name.lower() for call in operations() for a in call["responses"].values() for name in a.get("headers", {})}
    assert {"etag", "link", "x-total-count", "content-disposition", "location", "retry-after"} <= said
    who = {"Authorization": f"Bearer {server.log_in('ben', 'battery staple')['access']}"}
    answer = server.request(method, path, {} if method == "PATCH" else None, Origin=PAGE, If_Match='"999"', **who)
    assert (answer.status, has in answer.headers) == (status, True)
    assert answer.headers.get_all("Access-Control-Allow-Origin") == [PAGE]
    assert named(answer.headers["Access-Control-Expose-Headers"]) >= said


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/api/reports/", None, None, 401),
        ("/api/token/", b'{"username": "ann", "password": "no"}', "application/json", 401),
        ("/api/token/", b"--x", "multipart/form-data; boundary=x", 400),
        ("/api/upload/", b"--x", "multipart/form-data; boundary=x", 401),
    ],
)
def test_a_page_reads_why_a_stranger_is_refused(server, path, body, kind, status):
    method = "GET" if body is None else "POST"
    answer = server.request(method, path, body, Content_Type=kind, Authorization="Bearer a.b.c", Origin=PAGE)
    assert answer.status == status
    assert answer.headers.get_all("Access-Control-Allow-Origin") == [PAGE]
    assert "www-authenticate" in named(answer.headers["Access-Control-Expose-Headers"])


def test_other_origins_read_nothing(new_server, server):
    answer = server.get("/api/sentences/1/", Origin="https://evil.example", Authorization="Bearer a.b.c")
    assert answer.status == 401
    assert answer.headers.get("Access-Control-Allow-Origin") in (None, PAGE)
