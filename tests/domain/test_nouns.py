"""What the nouns of the domain know about themselves."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tram_ext.api.errors import STATUS, error_of, reply_to
from tram_ext.domain import errors
from tram_ext.domain.attack import AttackKind, AttackObject, is_technique_id
from tram_ext.domain.documents import ParsedDocument, TextSpan
from tram_ext.domain.reports import Report
from tram_ext.services.processes.pool import ProcessDied, ShuttingDown

MOMENT = datetime(2024, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


@pytest.mark.parametrize("text", ["T1059", "T1059.003", "T0000"])
def test_technique_ids(text):
    assert is_technique_id(text)


@pytest.mark.parametrize(
    "text", ["", "T105", "T10590", "T1059.", "T1059.1", "T1059.0031", "t1059", " T1059", "T1059\n", "T١٠٥٩", "TA0001"]
)
def test_what_is_no_technique_id(text):
    assert not is_technique_id(text)


def test_parents():
    assert AttackObject("T1059.003", AttackKind.TECHNIQUE, "x", "d").parent_id == "T1059"
    assert AttackObject("T1059", AttackKind.TECHNIQUE, "x", "d").parent_id is None


def test_report_status_and_byline():
    report = Report(1, "R", "", "nb", "ann", MOMENT, MOMENT, "", accepted_sentences=2, total_sentences=2)
    assert report.status == "Accepted"
    assert report.byline == "ann on 2024-03-04 05:06:07 UTC"
    assert Report(1, "R", "", "nb", "ann", MOMENT, MOMENT, "", reviewing_sentences=1).status == "Reviewing"


def test_sentences_of_a_document_are_one_line():
    document = ParsedDocument("One\n two.\tThree.", (TextSpan(0, 9), TextSpan(10, 16)), "text/plain")
    assert document.sentence_texts() == ["One two.", "Three."]


NEEDED = {errors.Throttled: {"retry_after": 1.2}, errors.PreconditionFailed: {"version": 7}}


def all_errors(kind=errors.TramError):
    """Return the errors of the domain; what a service refines for itself goes over the wire as what it refines."""
    found = [sub for direct in kind.__subclasses__() for sub in [direct, *all_errors(direct)]]
    return [sub for sub in found if sub.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", all_errors())
def test_every_error_has_its_status(kind):
    reply = reply_to(kind("What is wrong.", **NEEDED.get(kind, {"code": "code"})))
    assert 400 <= reply.status < 500 or issubclass(kind, errors.Unavailable)
    assert kind in STATUS
    assert reply.body["detail"] == "What is wrong."
    assert reply.body.get("code") in ({"code", "changed"} if kind is not errors.Throttled else {None})


def test_a_refined_error_has_the_status_of_what_it_refines():
    assert reply_to(ProcessDied("ended with exit status 3")).status == STATUS[errors.WorkFailed]
    assert reply_to(ShuttingDown()).status == STATUS[errors.Cancelled]


def test_details_of_errors():
    assert reply_to(errors.Throttled("Slow.", retry_after=1.2)).headers == {"Retry-After": "2"}
    assert reply_to(errors.Throttled("Slow.", retry_after=0)).headers == {"Retry-After": "1"}
    assert reply_to(errors.Invalid.field("name", "No.")).body == {"name": ["No."]}
    found = reply_to(errors.NotAuthenticated("Who?", messages=[{"message": "m"}]))
    assert found.body == {"detail": "Who?", "messages": [{"message": "m"}]}
    assert found.headers["WWW-Authenticate"].startswith("Bearer")


def test_errors_survive_the_way_from_a_child():
    """What a child process raises is sent to its parent by the standard library's own means."""
    code = """
import multiprocessing.reduction as r
from tram_ext.domain import errors as e
made = [e.Invalid("i", fields={"a": ["b"]}), e.NotAuthenticated("n", messages=[{"m": 1}]), e.Conflict("c", code="k"),
        e.Throttled("t", retry_after=3.0), e.PreconditionFailed("p", version=7)]
for error in made:
    again = r.ForkingPickler.loads(r.ForkingPickler.dumps(error))
    assert (type(again), again.args, vars(again)) == (type(error), error.args, vars(error)), error
print("same")
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout == "same\n", done.stderr


@pytest.mark.parametrize("kind", all_errors())
def test_every_error_comes_back_from_the_wire(kind):
    made = kind("What is wrong.", **NEEDED.get(kind, {"code": "code"} if kind is not errors.Cancelled else {}))
    reply = reply_to(made)
    found = error_of(reply.status, reply.body, reply.headers)
    # Whoever does not answer has no status: a server that says 503 is there.
    assert type(found) is (errors.Unavailable if kind is errors.Unreachable else kind)
    assert (found.message, getattr(found, "version", 7)) == (made.message, 7)
    assert found.code == (None if kind is errors.Throttled else made.code)


def test_fields_come_back_from_the_wire():
    made = errors.Invalid.of({"name": ["No.", "Never."], "non_field_errors": ["All of it."]})
    found = error_of(400, reply_to(made).body, {})
    assert (found.message, found.fields) == (made.message, made.fields)
    assert found.message == "name: No.\nname: Never.\nAll of it."


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, None, errors.Unavailable),
        (418, None, errors.Invalid),
        (404, ["no", "dictionary"], errors.NotFound),
        (412, {"detail": "No tag."}, errors.PreconditionFailed),
    ],
)
def test_replies_that_are_not_ours(status, body, kind):
    found = error_of(status, body, {})
    assert type(found) is kind
    assert found.message
