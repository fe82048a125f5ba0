"""Every field of mappings and sentences in bodies, requests and frames, here and in the front-end's types."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields

import pytest

from tests.samples import full_assertion, full_sentence, report_of, said, said_by
from tram_ext.api import export_bodies, map_responses, review_requests, review_responses
from tram_ext.api.connection import Connection, MappingChanges, ReportChanges
from tram_ext.domain.assertions import ASSERTED
from tram_ext.domain.edits import MappingEdit, ReportEdit
from tram_ext.domain.reports import SENTENCE_CONTENT, Mapping, Sentence
from tram_ext.exports.tram_json import render_new
from tram_ext.workbenches import frames
from tram_ext.workbenches.workbench import Workbench

SETTABLE = set(ASSERTED) - {"source"}
"""What a person says; who proposed it is for the workbench to say."""
ASSERTABLE = SETTABLE - {"disposition"}
"""What a person says of a technique to put on a sentence; a decision about it comes after."""


def mapping():
    return Mapping(5, 1, 3, "Data Encrypted for Impact", full_assertion(), version=2)


def sentence():
    content = {name: getattr(full_sentence(), name) for name in SENTENCE_CONTENT.names}
    return Sentence(**content, id=3, report_id=1, mappings=(mapping(),), version=4)


def test_bodies_hold_every_field_and_are_what_their_types_say():
    found = review_responses.sentence_body(sentence())
    assert found.keys() == review_responses.SentenceBody.__annotations__.keys()
    assert {name: found[name] for name in SENTENCE_CONTENT.names} == sentence().state()
    (shown,) = found["mappings"]
    assert shown.keys() == review_responses.MappingBody.__annotations__.keys()
    assert said_by(shown) == said(full_assertion())


def test_what_is_mapped_and_not_kept_holds_every_field():
    body = map_responses.mapped_body(report_of(full_sentence(full_assertion())), {})
    (proposal,) = body["sentences"][0]["mappings"]
    assert proposal.keys() == map_responses.ProposalBody.__annotations__.keys()
    expected = said(full_assertion())
    del expected["disposition"]  # nobody decides about what is not kept
    assert {name: str(proposal[name]) for name in expected} == expected
    (row,) = frames.frame(frames.PROPOSALS, frames.proposal_rows(body)).to_dict("records")
    assert {name: str(row[name]) for name in expected} == expected


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (export_bodies.ExportedMapping, ASSERTED),
        (export_bodies.MappingToImport, ASSERTED),
        (export_bodies.ExportedSentence, SENTENCE_CONTENT.names),
        (export_bodies.SentenceToImport, SENTENCE_CONTENT.names),
        (MappingEdit, SETTABLE),
        (MappingChanges, SETTABLE),
        (review_requests.MappingRequest, ASSERTABLE),
        (review_requests.MappingReplacement, ASSERTABLE),
        (review_requests.MappingPatch, SETTABLE),
        (ReportChanges, [item.name for item in fields(ReportEdit)]),
        (review_requests.ReportPatch, [item.name for item in fields(ReportEdit)]),
        (review_requests.ReportRequest, [item.name for item in fields(ReportEdit)]),
    ],
)
def test_types_of_the_wire_have_every_field(kind, names):
    assert set(names) <= set(kind.__annotations__)


@pytest.mark.parametrize("call", [Connection.add_mapping, Workbench.add_mapping])
def test_who_adds_a_mapping_can_say_all_of_it(call):
    said = {"technique": "attack_id"}
    assert {said.get(name, name) for name in inspect.signature(call).parameters} >= ASSERTABLE


def test_frames_have_every_field():
    body = review_responses.sentence_body(sentence())
    (row,) = frames.frame(frames.MAPPINGS, map(frames.mapping_row, body["mappings"])).to_dict("records")
    assert said_by(row) == said(full_assertion())
    assert row.keys() == body["mappings"][0].keys()
    (row,) = frames.frame(frames.SENTENCES, [frames.sentence_row(body)]).to_dict("records")
    assert {name: row[name] for name in SENTENCE_CONTENT.names} == sentence().state()


def test_over_http_and_in_process(ann):
    value = render_new(report_of(full_sentence(full_assertion()), name="Every field"), {})
    for connection in (ann.local, ann.http):
        report = connection.import_report(json.dumps(value).encode())["id"]
        (found,) = connection.sentences({"report": report}).records
        assert said_by(found["mappings"][0]) == said(full_assertion())
        assert {name: found[name] for name in SENTENCE_CONTENT.names} == full_sentence().state()
