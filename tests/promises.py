"""The OpenAPI document as tests hold answers against it: strict about what answers hold."""

from __future__ import annotations

import json
import re
from typing import Any

from jsonschema import Draft202012Validator

from tests.server import Answer
from tram_ext.api.openapi import openapi_document

_OF_REQUESTS = ("Request", "Patch", "Replacement", "Import", "Form")


def strict_document() -> dict[str, Any]:
    """Return the document; answers may hold nothing that it does not name."""
    found: dict[str, Any] = json.loads(json.dumps(openapi_document()))
    for name, schema in found["components"]["schemas"].items():
        if not name.endswith(_OF_REQUESTS) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
    return found


class Promises:
    """Holds answers against the document, and remembers which of its promises were seen kept."""

    def __init__(self) -> None:
        self.document = strict_document()
        self.seen: set[tuple[str, str, int]] = set()

    def hold(self, verb: str, path: str, answer: Answer) -> None:
        """Make sure that an answer is one of those that are described."""
        template, call = self._operation(verb, path.split("?", maxsplit=1)[0])
        place = f"{verb} {path}: {answer.status} {answer.data[:300]!r}"
        assert str(answer.status) in call["responses"], place
        self.seen.add((verb, template, answer.status))
        promised = self._resolved(call["responses"][str(answer.status)])
        for name, header in promised.get("headers", {}).items():
            assert not header.get("required") or answer.headers[name] is not None, f"{place} lacks {name}"
        media = promised.get("content", {})
        if not media:
            assert answer.data == b"", place
            return
        kind = answer.headers["Content-Type"].split(";")[0]
        assert kind in media, f"{place} is {kind}"
        if kind.endswith("json"):
            schema = {**media[kind]["schema"], "components": self.document["components"]}
            problems = [error.message for error in Draft202012Validator(schema).iter_errors(answer.json)]
            assert not problems, f"{place}: {problems[:3]}"

    def _operation(self, verb: str, path: str) -> tuple[str, dict[str, Any]]:
        for template, verbs in self.document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template.removesuffix("/")))
            if verb.lower() in verbs and re.fullmatch(f"{pattern}/?", path):
                return template, verbs[verb.lower()]
        raise AssertionError(f"the document has no {verb} {path}")

    def _resolved(self, response: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in response:
            return response
        found: dict[str, Any] = self.document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        return found
