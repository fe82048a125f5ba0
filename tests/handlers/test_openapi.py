"""The OpenAPI document and its page: held against the routes, in both directions, and against what they answer."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator

import tram_ext
from tests.handlers.test_routes import PUBLIC, READABLE, decoration_of, verbs_of
from tests.server import ROOT
from tram_ext.api.openapi import openapi_document, openapi_page
from tram_ext.api.operations.table import OPERATIONS
from tram_ext.handlers.nothing_here import NothingHereHandler
from tram_ext.handlers.routes import ROUTES

DOCUMENT = json.loads(json.dumps(openapi_document("/user/bob/")))
CALLS = [(path, verb, call) for path, verbs in DOCUMENT["paths"].items() for verb, call in verbs.items()]


def bare(path):
    """Return a path of the table or of a route, without names of parameters and slash at the end."""
    without_names = re.sub(r"{\w+}", "{}", path).replace("([^/]+)", "{}").replace("\\.", ".")
    return without_names.removesuffix("/?").removesuffix("/")


ROUTED = {
    (verb, bare(pattern)): getattr(handler, verb.lower())
    for pattern, handler in ROUTES
    if handler is not NothingHereHandler
    for verb in verbs_of(handler)
}
DESCRIBED = {(operation.verb, bare(operation.path)): operation for operation in OPERATIONS}


def plain(document):
    """Read a document without what only newer versions of pydantic write out, since it is so by default."""

    def without_default(found):
        return {key: value for key, value in found.items() if (key, value) != ("additionalProperties", True)}

    return json.loads(document, object_hook=without_default)


def test_the_types_of_the_front_end_are_generated_from_it():
    copy = (ROOT / "labextension" / "openapi.generated.json").read_text(encoding="utf-8")
    assert plain(copy) == plain(json.dumps(openapi_document())), (
        "run `python labextension/scripts/openapi.py`, then `npm run generate` in labextension/"
    )


def test_every_route_is_in_the_table_and_the_other_way_round():
    assert len(DESCRIBED) == len(OPERATIONS), "an operation stands in the table twice"
    missing, invented = set(ROUTED) - set(DESCRIBED), set(DESCRIBED) - set(ROUTED)
    assert not missing, f"add these to a table in tram_ext/api/operations/: {sorted(missing)}"
    assert not invented, f"no handler has these: {sorted(invented)}"


def test_the_table_says_who_may_as_the_handlers_do():
    for (verb, path), operation in DESCRIBED.items():
        assert (operation.role is None) == (path in PUBLIC)
        if operation.role is not None:
            assert decoration_of(ROUTED[verb, path])[0] == ("read" if verb in READABLE else "write")


def test_the_document_is_of_this_version_and_names_the_server():
    assert DOCUMENT["openapi"].startswith("3.1")
    assert DOCUMENT["info"]["version"] == tram_ext.__version__
    assert DOCUMENT["servers"] == [{"url": "/user/bob"}]


def test_every_reference_leads_somewhere():
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT)))
    assert len(references) > 30
    for reference in references:
        place = DOCUMENT
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]
    used = {reference.rsplit("/", 1)[1] for reference in references if "/schemas/" in reference}
    assert used == set(DOCUMENT["components"]["schemas"]), "schemas that nothing refers to"


KEYWORDS = set(
    "$ref additionalProperties anyOf description enum examples exclusiveMaximum format items maxItems maxLength maximum minLength "
    "minimum pattern properties required title type".split()
)


def test_every_schema_is_one_whose_keywords_mean_something():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert set(schema_keys(schema)) <= KEYWORDS, name


def schema_keys(schema):
    """Return all keywords of a schema and of those within."""
    for key, value in schema.items():
        yield key
        if key == "properties":
            for item in value.values():
                yield from schema_keys(item)
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            yield from schema_keys(value)
        elif key == "anyOf":
            for item in value:
                yield from schema_keys(item)


def test_every_operation_is_described():
    identifiers = [call["operationId"] for _, _, call in CALLS]
    assert len(set(identifiers)) == len(identifiers)
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for path, verb, call in CALLS:
        place = f"{verb} {path}"
        assert call["summary"][0].isupper(), place
        assert not call["summary"].endswith("."), place
        assert call["tags"][0] in tags, place
        named = {p["name"] for p in call.get("parameters", []) if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), place
        assert {"401", "503"} <= set(call["responses"]), place
        assert any(status.startswith("2") for status in call["responses"]), place


def test_it_is_served(server, bearer, jupyter):
    for headers in (bearer["vic"], jupyter):
        answer = server.get("/api/tram/openapi.json", **headers)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json == {**DOCUMENT, "servers": [{"url": "/"}]}


def test_the_page(server, bearer):
    answer = server.get("/api/tram/docs/", **bearer["vic"])
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = answer.data.decode()
    for path, verb, call in CALLS:
        assert f'id="{call["operationId"]}"' in page, f"{verb} {path}"
    anchors, links = set(re.findall(r' id="([^"]+)"', page)), set(re.findall(r'href="#([^"]+)"', page))
    assert links <= anchors
    assert "<script" not in page
    assert not re.search(r"\son\w+=|\sstyle=|<link|<img|url\(|@import", page), "nothing that the policy would refuse"
    assert not re.findall(r'(?:src|href)="(?!#|http://127)', page), "nothing from elsewhere"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_nothing_gets_into_the_page_as_html():
    document = {**DOCUMENT, "info": {**DOCUMENT["info"], "title": "<b>", "description": "<script>alert()</script>"}}
    page = openapi_page(document, 'http://x"><i>').html
    assert "<b>" not in page
    assert "<script" not in page
    assert "<i>" not in page


@pytest.mark.parametrize("path", ["/api/tram/openapi.json", "/api/tram/docs"])
def test_strangers_do_not_read_it(server, path):
    answer = server.get(path)
    assert (answer.status, answer.json) == (401, {"detail": "Authentication credentials were not provided."})
