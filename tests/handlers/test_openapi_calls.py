"""The OpenAPI document tried out on a real server, with whatever schemathesis makes of it, good and bad."""

from __future__ import annotations

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from tests import corpus
from tests.handlers.conftest import PASSWORDS
from tests.promises import strict_document

EXAMPLES = 3
"""Calls of each operation; each is sent again without and with wrong credentials."""

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"mode": "all", "max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        # What test_routes.py tries with every route by itself: other methods, ids that nothing has.
        "phases": {"coverage": {"enabled": False}, "stateful": {"enabled": False}},
    }
)


def document():
    """Return the document, with ids that exist for all that deletes nothing."""
    found = strict_document()
    for verbs in found["paths"].values():
        for verb, call in verbs.items():
            for parameter in call.get("parameters", ()):
                if parameter["name"] == "id" and verb != "delete":
                    parameter["schema"] = {"enum": [1, 2]}
                elif parameter["in"] == "path":
                    parameter["schema"].pop("examples", None)  # a model that exists would be trained
    return found


SCHEMA = schemathesis.openapi.from_dict(document(), config=CONFIG)
PROMISES = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "ignored_auth",
    ]
)


@pytest.fixture(scope="module")
def tried(new_server):
    """Return the address of a server with two of everything, and a session of its admin."""
    server = new_server()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {server.log_in('ann', PASSWORDS['ann'])['access']}"
        address = f"http://127.0.0.1:{server.port}"
        assert session.post(f"{address}/api/report-mappings/", json=corpus.export("Another")).status_code == 201
        assert session.post(f"{address}/api/upload/", files={"file": ("a.txt", b"An email came.")}).status_code == 200
        yield address, session


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=[*HealthCheck])
def test_every_operation_keeps_what_the_document_promises(case, tried):
    address, session = tried
    case.call_and_validate(base_url=address, headers=dict(session.headers), checks=PROMISES)
