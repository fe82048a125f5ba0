"""Every route there is: decorated, closed to strangers, and of one voice when something is wrong."""

from __future__ import annotations

import re

import pytest

from tram_ext.handlers.base import TramHandler
from tram_ext.handlers.routes import ROUTES

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PUBLIC = {"/api/token", "/api/token/refresh"}
OWN = {"/api/tram/password"}
READABLE = {"GET"}


def path_of(pattern, value="1"):
    """Return a path that a route's pattern matches."""
    without_choice = re.sub(r"\(\?:([a-z-]+)\|[^)]*\)", r"\1", pattern)
    path = without_choice.replace("(?:/.*)?", "/nothing/here").replace("([^/]+)", value)
    path = path.removesuffix("/?").replace("\\.", ".")
    assert re.fullmatch(pattern, path), (pattern, path)
    return path


def verbs_of(handler):
    from tornado.web import RequestHandler

    return [v for v in VERBS if getattr(handler, v.lower()) is not getattr(RequestHandler, v.lower())]


def allowed(handler):
    verbs = verbs_of(handler)
    return {*verbs, "OPTIONS"} | ({"HEAD"} if "GET" in verbs else set())


PATHS = [(path_of(pattern), handler) for pattern, handler in ROUTES]
CALLS = [(verb, path) for path, handler in PATHS for verb in verbs_of(handler)]
CLOSED = [call for call in CALLS if call[1] not in PUBLIC]


def is_one_shape(answer):
    assert answer.headers["Content-Type"] == "application/json", answer.data
    body = answer.json
    assert isinstance(body, dict)
    if "detail" in body:
        assert isinstance(body["detail"], str)
        assert set(body) <= {"detail", "code", "messages"}
    else:
        assert all(isinstance(texts, list) and all(isinstance(t, str) for t in texts) for texts in body.values())
    assert b"Traceback" not in answer.data
    return True


def test_the_table_is_not_empty():
    assert len(CALLS) > 10
    assert {path for path, _ in PATHS} >= PUBLIC


@pytest.mark.parametrize(("pattern", "handler"), ROUTES)
def test_every_verb_is_decorated(pattern, handler):
    assert issubclass(handler, TramHandler)
    for verb in verbs_of(handler):
        method = getattr(handler, verb.lower())
        is_public = getattr(method, "__allow_unauthenticated", False)
        assert is_public == (path_of(pattern) in PUBLIC), f"{verb} {pattern}"
        if not is_public:
            assert hasattr(method, "__wrapped__"), f"{verb} {pattern} lacks @reads or @writes"
            action, resource = decoration_of(method)
            assert resource == "tram"
            assert action == ("read" if verb in READABLE else "write"), f"{verb} {pattern}"


def decoration_of(method):
    """Return action and resource that Jupyter's decorator was given, which it keeps in its closure."""
    kept = dict(zip(method.__code__.co_freevars, method.__closure__, strict=True))
    return kept["action"].cell_contents, kept["resource"].cell_contents


@pytest.mark.parametrize(("verb", "path"), CLOSED)
@pytest.mark.parametrize("slash", ["", "/"])
def test_strangers_are_refused(server, verb, path, slash):
    answer = server.request(verb, path + slash)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json == {"detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize(
    "credentials", ["Bearer x.y.z", "Bearer ", "Bearer nonsense", "bearer a.b.c", "token wrong", "Basic YTpi", "🦉"]
)
@pytest.mark.parametrize("path", ["/api/reports/", "/api/tram/status", "/api/nothing"])
def test_bad_credentials_are_refused(server, credentials, path):
    answer = server.get(
        "/api/reports/" if path == "/api/nothing" else path, Authorization=credentials.encode("utf-8").decode("latin-1")
    )
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert is_one_shape(answer)


@pytest.mark.parametrize(("verb", "path"), [c for c in CLOSED if c[0] not in READABLE and c[1] not in OWN])
def test_a_viewer_does_not_write(server, bearer, verb, path):
    answer = server.request(verb, path, {}, **bearer["vic"])
    assert answer.status == (404 if "nothing" in path else 403)
    assert is_one_shape(answer)


@pytest.mark.parametrize(("path", "handler"), PATHS)
@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_is_none(server, bearer, path, handler, verb):
    if verb in verbs_of(handler):
        return
    answer = server.request(verb, path, **bearer["ann"])
    assert answer.status == 405
    assert answer.json == {"detail": f'Method "{verb}" not allowed.'}
    assert set(answer.headers["Allow"].split(", ")) == allowed(handler)


@pytest.mark.parametrize(("path", "handler"), PATHS)
def test_a_browser_asks_before_it_shows_its_token(server, path, handler):
    answer = server.request("OPTIONS", path, Access_Control_Request_Headers="authorization")
    assert (answer.status, answer.data) == (200, b"")
    assert set(answer.headers["Allow"].split(", ")) == allowed(handler)


@pytest.mark.parametrize(("path", "handler"), [(p, h) for p, h in PATHS if "GET" in verbs_of(h)])
def test_head_is_get_without_the_body(server, bearer, path, handler):
    assert handler.head is handler.get
    assert server.request("HEAD", path).status == 401
    got, head = (server.request(verb, path, **bearer["vic"]) for verb in ("GET", "HEAD"))
    assert (head.status, head.data) == (got.status, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    if "status" not in path:
        assert head.headers["Content-Length"] == got.headers["Content-Length"]


BAD_IDS = [
    "0",
    "-1",
    "x",
    "99999",
    str(2**31),
    str(2**63),
    "9" * 400,
    "0" * 30 + "9" * 400,
    "1.0",
    "1e3",
    "%20",
    "%00",
    "%F0%9F%A6%89",
    "%F0%9F",
    "١",
]
NAMED = re.compile("train-model|models/|techniques/")
"""Paths with a name, which is no number."""

WITH_ID = sorted({path_of(p, "{id}") for p, _ in ROUTES if "([^/]+)" in p and not NAMED.search(p)})


@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize("path", WITH_ID)
def test_ids_that_nothing_has(server, bearer, path, bad):
    from urllib.parse import quote

    handler = next(h for p, h in ROUTES if path_of(p, "{id}") == path)
    for verb in verbs_of(handler):
        answer = server.request(verb, path.replace("{id}", quote(bad, safe="%")), **bearer["ann"])
        assert answer.status == 404, (verb, answer.data)
        words = r"No \w+ matches the given query\.|No loaded ATT&CK object has the id .*"
        assert re.fullmatch(words, answer.json["detail"], re.DOTALL)


@pytest.mark.parametrize(
    "query",
    [
        "limit=x",
        "limit=-1",
        "limit=0",
        "limit=1.5",
        "offset=x",
        "offset=-1",
        f"limit={2**63}",
        "limit=" + "9" * 5000,
        "limit=%ff",
        "offset=%ff",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/api/reports/",
        "/api/attack/",
        "/api/jobs/",
        "/api/sentences/",
        "/api/mappings/",
        "/api/report-mappings/",
        "/api/tram/log",
    ],
)
def test_bad_pages(server, bearer, path, query):
    answer = server.get(f"{path}?{query}", **bearer["vic"])
    assert (answer.status, set(answer.json)) == (400, {query.split("=")[0]})
    assert is_one_shape(answer)


@pytest.mark.parametrize(
    "path", ["/api/tram/nothing", "/api/reports/1/nothing", "/api/attack/1/2/3", "/api/token/x", "/api/upload/x"]
)
@pytest.mark.parametrize("verb", ["GET", "POST", "DELETE"])
def test_paths_that_nothing_is_at(server, bearer, verb, path):
    answer = server.request(verb, path, **bearer["ann"])
    assert answer.status == 404
    assert answer.json == {"detail": "Not found."}


@pytest.mark.parametrize("path", ["/api/token/", "/api/token/refresh/", "/api/train-model/nb", "/api/report-mappings/"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (("text/plain", b"hello"), 415),
        (("application/xml", b"<a/>"), 415),
        (("application/json", b"{"), 400),
        (("application/json", b"\xff\xfe\xfd"), 400),
        (("application/json", b"[" * 100_000), 400),
        (("application/json", b'{"username": NaN}'), 400),
        (("application/json", b"9" * 6000), 400),
        (("application/json", b'"text"'), 400),
        (("application/json", b"[1]"), 400),
        (("application/json", b"null"), 400),
    ],
)
def test_bodies_that_are_none(server, jupyter, path, body, status):
    kind, data = body
    answer = server.post(path, data, Content_Type=kind, **jupyter)
    assert answer.status == status, answer.data
    assert is_one_shape(answer)
    if status == 415:
        assert answer.json == {"detail": f'Unsupported media type "{kind}" in request.'}


@pytest.mark.parametrize(
    "body",
    [
        {"report": "x"},
        {"report": [2**70]},
        {"report": [0]},
        {"report": [True]},
        {"report": list(range(1, 1_002))},
        {"exclude": [1] * 200_000},
        {"exclude": {"a": 1}},
        {"report": [None]},
        {"report": [1.5]},
        {"report": [10**400]},
    ],
)
def test_bad_fields_of_a_training(server, bearer, body):
    answer = server.post("/api/train-model/nb", body, **bearer["ann"])
    assert answer.status == 400
    assert set(answer.json) == set(body)
    assert is_one_shape(answer)


def test_reports_of_a_training_as_a_form(server, bearer):
    answer = server.form("/api/train-model/nb", {"report": ["4711", "4712"]}, **bearer["ann"])
    assert (answer.status, answer.json["detail"][:25]) == (404, "There is no report 4711. ")


def test_bytes_that_jupyter_reads_itself(server, bearer):
    assert server.get("/api/reports/?no_track_activity=%ff", **bearer["vic"]).status == 200
    assert server.get("/api/reports/4711/?no_track_activity=%ff", **bearer["vic"]).status == 404


def test_bytes_of_a_query_that_are_no_text(server, bearer):
    answer = server.get("/api/reports/?limit=1&na%c3%afve=%ff%fe", **bearer["vic"])
    assert answer.status == 200
    assert "%FF%FE" in answer.headers["Link"]
    assert "na%C3%AFve" in answer.headers["Link"]
