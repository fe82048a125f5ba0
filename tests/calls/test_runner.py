"""Operations, use cases and methods of a connection fit one another, and calls are refused in one order."""

from __future__ import annotations

import inspect
import io
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tram_ext.api.connection import Answer, Connection
from tram_ext.api.operations.table import BY_NAME, OPERATIONS
from tram_ext.calls import files, runner
from tram_ext.calls.call import Request
from tram_ext.calls.runner import USE_CASES, run
from tram_ext.domain.errors import Forbidden, Invalid, NotFound
from tram_ext.domain.users import Role, User

BY_HAND = {
    *("log_in", "refresh_token", "download", "export_report", "export_reports", "import_report", "openapi", "docs"),
    "page_image",
}
"""Operations whose handlers are written by hand."""

SAMPLES = {"int": 1, "float": 1.0, "bool": True, "str": "x", "BinaryIO": io.BytesIO(), "Sequence[int]": [1]}
DIRECT = {"download", "page_image", "export", "import_report", "close"}
"""Methods that each transport implements itself."""


def test_every_operation_has_one_name_and_one_use_case():
    assert len(BY_NAME) == len(OPERATIONS)
    assert not USE_CASES.keys() & files.USE_CASES.keys()
    assert USE_CASES.keys() | files.USE_CASES.keys() | BY_HAND == BY_NAME.keys()


class Recorder(Connection):
    """Remembers the last call instead of making it."""

    kind = None

    def _call(self, kind, *args, **kwargs):
        self.kind = kind
        super()._call(kind, *args, **kwargs)

    def _page(self, kind, *args, **kwargs):
        self.kind = list[kind]
        super()._page(kind, *args, **kwargs)

    def _call_with_file(self, kind, *args, **kwargs):
        self.kind = kind
        super()._call_with_file(kind, *args, **kwargs)

    def _send(self, name, item, *, query, body, expected, key):
        self.made = (name, item, query, body, expected, key)
        return Answer([])

    def _upload(self, name, file_name, file, query, model):
        self.made = (name, None, query, model, None, None)

    download = page_image = import_report = export = close = None


METHODS = sorted(name for name, _ in inspect.getmembers(Connection, inspect.isfunction) if name[0] != "_")


@pytest.mark.parametrize("method", sorted(set(METHODS) - DIRECT))
@pytest.mark.parametrize("given", ["all", "required"])
def test_a_method_sends_what_its_operation_takes_and_returns_what_it_answers(method, given):
    recorder = Recorder.__new__(Recorder)
    found = list(inspect.signature(getattr(Connection, method)).parameters.values())[1:]
    wanted = [p for p in found if given == "all" or p.default is p.empty]
    getattr(recorder, method)(**{p.name: SAMPLES.get(p.annotation.removesuffix(" | None"), {}) for p in wanted})
    name, item, query, body, expected, key = recorder.made
    operation = BY_NAME[name]
    assert (item is None) == ("{" not in operation.path)
    assert recorder.kind in [answer.media.get("application/json") for answer in operation.answers]
    documented = {p.name for p in operation.query} | ({"limit", "offset"} if operation.paged else set())
    assert query.keys() <= documented
    if given == "all":
        assert (body is None) == (operation.body is None or name == "upgrade_attack")
        assert (expected is None) == (not operation.guarded)
        assert (key is None) == (not operation.keyed)


def actor(role):
    return User(1, "somebody", role, active=True, token_stamp="", created_on=datetime.now(UTC))


def refused(operation, role, item, body):
    """Return what refuses a call on the only report there is, which is number 1."""

    def get(number, _actor):
        if number != 1:
            raise NotFound("No Report matches the given query.")

    def read_body():
        if body is None:
            pytest.fail("The body is read too early.")
        return body

    services = SimpleNamespace(reports=SimpleNamespace(get=get))
    request = Request(item=item, argument=lambda _: "", read_body=read_body)
    with pytest.raises((Forbidden, Invalid, NotFound)) as caught:
        run(BY_NAME[operation], services, actor(role), request)
    return caught.type


@pytest.mark.parametrize(
    ("operation", "role", "item", "body", "error"),
    [
        ("change_report", Role.VIEWER, "x", None, Forbidden),
        ("change_report", Role.ANALYST, "x", None, NotFound),
        ("change_report", Role.ANALYST, str(2**31), None, NotFound),
        ("change_report", Role.ANALYST, "2", None, NotFound),
        ("change_report", Role.ANALYST, "1", {"name": ""}, Invalid),
        ("change_report", Role.ANALYST, "1", [], Invalid),
        ("delete_report", Role.ANALYST, "x", None, Forbidden),
        ("undo_several", Role.ANALYST, "", None, Forbidden),
    ],
)
def test_the_role_comes_first_then_the_item_then_the_body(operation, role, item, body, error):
    assert refused(operation, role, item, body) is error


def test_paths_have_one_parameter_at_most():
    assert all(len(re.findall(r"{\w+}", operation.path)) <= 1 for operation in OPERATIONS)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "{id}" in o.path], ids=lambda operation: operation.name)
def test_numbers_in_paths_are_of_a_known_kind(operation):
    assert runner.number_of(operation, "7") == 7
    with pytest.raises(NotFound, match=r"No \w+ matches the given query"):
        runner.number_of(operation, "x")
    kind = runner._KINDS[runner._NUMBERED.search(operation.path)[1]]
    assert kind.get is not None or operation.body is None
