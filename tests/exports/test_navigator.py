"""Navigator layers: read by mitreattack-python's classes, and true to the review."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.exports.conftest import ACCEPTED, REJECTED, technique
from tram_ext import exports
from tram_ext.domain.assertions import Assertion, Disposition, MappingSource
from tram_ext.domain.reports import Mapping
from tram_ext.exports import ReviewedReport


def content(bundle):
    return json.loads(exports.render("navigator", bundle).content)


def by_id(layer):
    return {item["techniqueID"]: item for item in layer["techniques"]}


def test_mitres_own_classes_read_it(bundle, capsys):
    navlayers = pytest.importorskip("mitreattack.navlayers", reason="mitreattack-python is in the test extra")
    value = content(bundle)
    layer = navlayers.Layer(value)
    assert capsys.readouterr().out == "", "the classes print what they do not like"
    assert layer.layer is not None
    read = layer.to_dict()
    assert read["versions"] == {"attack": "18", "navigator": "5.2.0", "layer": "4.5"}
    assert by_id(read).keys() == by_id(value).keys()
    assert by_id(read)["T1053"]["comment"] == by_id(value)["T1053"]["comment"]


def test_scores_comments_and_links(bundle):
    painted = by_id(content(bundle))
    assert painted.keys() == {"T1059.001", "T1053"}
    assert painted["T1059.001"]["score"] == 93
    # An accepted sentence counts for more than a confident guess that nobody looked at.
    assert painted["T1053"]["score"] == 35
    assert painted["T1059.001"]["comment"].startswith(f"{ACCEPTED} (92.8 %, proposed by a model, accepted)\n\n")
    assert painted["T1059.001"]["links"][0]["url"] == "https://attack.mitre.org/techniques/T1059/001"
    assert "\x07" not in painted["T1053"]["comment"]
    assert REJECTED not in json.dumps(painted)


def test_what_cannot_be_drawn_is_named(bundle):
    metadata = {item["name"]: item["value"] for item in content(bundle)["metadata"]}
    assert metadata["Not drawn: T9999"] == "=Lost technique (retired, in no loaded ATT&CK): awaiting review"
    assert metadata["ATT&CK"] == "enterprise-attack 18.1"


def test_a_layer_for_each_matrix(bundle, objects):
    objects["T1053"] = technique("T1053", "Scheduled Task/Job", domain="mobile-attack")
    layers = content(replace(bundle, objects=objects))
    assert [layer["domain"] for layer in layers] == ["enterprise-attack", "mobile-attack"]
    assert [list(by_id(layer)) for layer in layers] == [["T1059.001"], ["T1053"]]


def test_much_evidence_is_cut(bundle, reviewed):
    sentences = tuple(
        replace(
            reviewed.sentences[0],
            id=order,
            order=order,
            text=f"{order} " + "long " * 200,
            disposition=Disposition.ACCEPT,
            mappings=(Mapping(order, 1, order, "", Assertion("T1053", 50.0 + order, MappingSource.MODEL, note="why")),),
        )
        for order in range(30)
    )
    comment = by_id(content(replace(bundle, reports=(ReviewedReport(reviewed.report, sentences),))))["T1053"]["comment"]
    assert comment.startswith("29 long")
    assert comment.endswith("and 20 more sentences")
    assert comment.count("Note: why") == 10
    assert len(comment) < 6000


def test_a_report_without_findings(bundle, reviewed):
    layer = content(replace(bundle, reports=(ReviewedReport(reviewed.report, ()),)))
    assert (layer["domain"], layer["techniques"]) == ("enterprise-attack", [])
