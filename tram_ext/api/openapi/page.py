"""Renders the OpenAPI document as an HTML page without scripts and external resources."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

Schema = Mapping[str, Any]

_NOTHING_ELSE: Final = "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

_ROLES: Final = {
    None: "needs no login",
    "viewer": "viewers and up",
    "analyst": "analysts and up",
    "admin": "admins only",
}


@dataclass(frozen=True)
class Page:
    """An HTML page, and the strictest content security policy under which it works.

    Attributes
    ----------
    policy : str
        Allows its own style, by the hash of it, and nothing else: no script, no image, no form.
    """

    html: str
    policy: str


def openapi_page(document: Schema, address: str) -> Page:
    """Render the page.

    Parameters
    ----------
    document : mapping
        What `openapi_document` returned.
    address : str
        Where the server is, for the examples, without a slash at its end.
    """
    style = _asset("page.css")
    schemas = document["components"]["schemas"]
    usual = document["components"]["responses"]
    calls = [_call(path, verb, one) for path, verbs in document["paths"].items() for verb, one in verbs.items()]
    html = _template().render(
        document=document,
        address=address,
        style=Markup(style),  # noqa: S704 - a file of this package
        chapters=[(tag, [call for call in calls if call["tag"] == tag["name"]]) for tag in document["tags"]],
        usual=[_failure(status, usual[name]) for status, name in sorted(_usual(calls).items())],
        schemas=sorted(schemas.items()),
        roles=_ROLES,
        anchor=_anchor,
        words=_words,
        properties=lambda schema: _properties(schema, schemas),
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; {_NOTHING_ELSE}"
    return Page(html, policy)


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    markdown = MarkdownIt("commonmark", {"html": False})
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    # Commonmark without HTML gives safe HTML whatever comes in.
    environment.filters["markdown"] = lambda text: Markup(markdown.render(text))  # noqa: S704
    environment.filters["inline"] = lambda text: Markup(markdown.renderInline(text))  # noqa: S704
    environment.filters["with_breaks"] = _with_breaks
    return environment.from_string(_asset("page.html"))


def _call(path: str, verb: str, operation: Schema) -> dict[str, Any]:
    """Render an operation."""
    body = operation.get("requestBody")
    content = body["content"] if body else {}
    answers, errors, usual = [], [], {}
    for status, response in operation["responses"].items():
        if "$ref" in response:
            usual[status] = response["$ref"].rsplit("/", 1)[1]
        elif status.startswith("2"):
            headers = list(response.get("headers", ()))
            media = list(response.get("content", {}).items())
            shown = [(name, value["schema"]) for name, value in media]
            answers.append({"status": status, **response, "content": shown, "headers": headers})
        else:
            errors.append(_failure(status, response))
    return {
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "verb": verb.upper(),
        "path": path,
        "short": path.removeprefix("/api"),
        "summary": operation["summary"],
        "about": operation.get("description", ""),
        "role": operation["x-tram-role"],
        "parameters": operation.get("parameters", []),
        "body": body and {"required": body["required"], "media": list(content), "schema": _first(content)["schema"]},
        "answers": answers,
        "errors": errors,
        "usual": usual,
    }


def _failure(status: str, response: Schema) -> dict[str, Any]:
    return {"status": status, "description": response["description"], "schema": _first(response["content"])["schema"]}


def _usual(calls: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {status: name for call in calls for status, name in call["usual"].items()}


def _first(values: Mapping[str, Any]) -> Any:
    return next(iter(values.values()))


def _anchor(text: str) -> str:
    return "tag-" + "-".join(re.findall(r"\w+", text.lower()))


def _with_breaks(text: str) -> Markup:
    """Allow line breaks in a path behind its slashes."""
    return Markup("/<wbr>").join(text.split("/"))


def _properties(schema: Schema, schemas: Mapping[str, Schema]) -> Markup:
    """Render the properties of an object as a table, or its type in words."""
    if "$ref" in schema:
        schema = schemas[_target(schema)]
    if "properties" not in schema:
        return Markup("<p>{}</p>").format(_words(schema))
    required = schema.get("required", ())
    rows = [
        Markup('<tr><th scope="row"><code>{}</code></th><td>{}</td><td>{}</td></tr>').format(
            name, _words(value), "required" if name in required else "optional"
        )
        for name, value in schema["properties"].items()
    ]
    head = Markup('<tr><th scope="col">Key</th><th scope="col">Value</th><th scope="col">Presence</th></tr>')
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(head, Markup("").join(rows))


def _words(schema: Schema) -> Markup:
    """Return a schema's type in words."""
    if "$ref" in schema:
        name = _target(schema)
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        return Markup(" or ").join([_words(choice) for choice in schema["anyOf"]])
    if "enum" in schema:
        return Markup(", ").join([Markup("<code>{}</code>").format(value) for value in schema["enum"]])
    kind = schema.get("type")
    if kind == "array":
        return Markup("list of {}").format(_words(schema.get("items", {})))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return Markup("object of {}").format(_words(schema["additionalProperties"]))
    return Markup("{}{}").format(_KINDS.get((kind, schema.get("format")), kind or "anything"), _bounds(schema))


_KINDS: Final[Mapping[tuple[Any, Any], str]] = {
    ("string", None): "text",
    ("string", "date-time"): "moment (ISO 8601)",
    ("string", "binary"): "file",
    ("boolean", None): "true or false",
    ("null", None): "null",
}


def _bounds(schema: Schema) -> Markup:
    least, most = schema.get("minimum"), schema.get("maximum", schema.get("exclusiveMaximum"))
    words = []
    if least is not None and least >= 0:
        words.append(f" from {least}")
    if most is not None and most < 2**31 - 1:
        words.append(f" to {most}")
    if schema.get("maxLength") is not None:
        words.append(f", at most {schema['maxLength']:,} characters")
    example = schema.get("examples")
    said = Markup("").join([Markup("{}").format(word) for word in words])
    return said + Markup(", such as <code>{}</code>").format(example[0]) if example else said


def _target(schema: Schema) -> str:
    return str(schema["$ref"]).rsplit("/", 1)[1]
