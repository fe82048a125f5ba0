"""TRAM's JSON: what is read, what is refused and where, and that nothing is lost on the way round."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tram_ext.domain.assertions import Disposition, MappingSource
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import Mapping, NewReport, Report, Sentence
from tram_ext.exports import tram_json

UUID = "0b1d5d5a-3c1e-4f6a-9d52-6f0a7c1b2e3d"
MOMENT = datetime(2024, 2, 29, 13, 5, 7, 250000, tzinfo=UTC)


def exported(**changes):
    """A small report as TRAM exports it."""
    return {
        "name": "Copper Heron",
        "text": "It ran PowerShell. It left.",
        "ml_model": "logreg",
        "created_on": "2021-05-03T12:55:40.433009Z",
        "sentences": [
            {
                "text": "It ran PowerShell.",
                "order": 0,
                "disposition": "accept",
                "mappings": [{"id": 7, "attack_id": "T1059.001", "name": "PowerShell", "confidence": "36.7"}],
            },
            {"text": "It left.", "order": 1, "disposition": None, "mappings": []},
        ],
    } | changes


def with_sentence(**changes):
    value = exported()
    value["sentences"][0] |= changes
    return value


def with_mapping(**changes):
    value = exported()
    value["sentences"][0]["mappings"][0] |= changes
    return value


def without(key):
    return {name: item for name, item in exported().items() if name != key}


def refusal(value):
    with pytest.raises(Invalid) as caught:
        tram_json.from_value(value)
    return caught.value


def stored(new: NewReport, first_id: int, names) -> tuple[Report, list[Sentence]]:
    """What a store would make of an imported report."""
    report = Report(
        first_id, new.name, new.text, new.ml_model, "ann", new.created_on or MOMENT, new.updated_on or MOMENT, UUID
    )
    sentences = [
        Sentence(
            id=first_id + index,
            report_id=first_id,
            text=item.text,
            order=item.order,
            disposition=item.disposition,
            mappings=tuple(
                Mapping(first_id + n, first_id, 0, names.get(m.attack_id, "?"), m) for n, m in enumerate(item.mappings)
            ),
            start=item.start,
            end=item.end,
            page=item.page,
            origin=item.origin,
        )
        for index, item in enumerate(new.sentences)
    ]
    return report, sentences


class TestParse:
    def test_tram_export(self):
        imported = tram_json.parse(json.dumps(exported()))
        report = imported.report
        assert (report.name, report.ml_model) == ("Copper Heron", "logreg")
        assert report.created_on == datetime(2021, 5, 3, 12, 55, 40, 433009, tzinfo=UTC)
        assert report.updated_on is None
        assert [s.disposition for s in report.sentences] == [Disposition.ACCEPT, None]
        mapping = report.sentences[0].mappings[0]
        assert (mapping.attack_id, mapping.confidence, mapping.source) == ("T1059.001", 36.7, MappingSource.IMPORT)
        assert imported.names == {"T1059.001": "PowerShell"}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
    def test_encodings(self, encoding):
        value = exported(name="Цапля \N{SNOWMAN} 鷺")
        assert tram_json.parse(json.dumps(value, ensure_ascii=False).encode(encoding)).report.name == value["name"]

    def test_text_with_a_byte_order_mark(self):
        assert tram_json.parse("\ufeff" + json.dumps(exported())).report.name == "Copper Heron"

    def test_order_wins_and_ties_stay_as_in_the_file(self):
        texts = [("c", 5), ("a", 1), ("d", 5), ("b", 3)]
        sentences = [{"text": text, "order": order, "mappings": []} for text, order in texts]
        report = tram_json.from_value(exported(sentences=sentences)).report
        assert [(s.text, s.order) for s in report.sentences] == [("a", 1), ("b", 3), ("c", 5), ("d", 5)]

    def test_a_technique_twice_keeps_the_higher_confidence_and_a_note(self):
        twice = [
            {"attack_id": "T1059", "confidence": "20"},
            {"attack_id": "T1003", "confidence": 1},
            {"attack_id": "T1059", "confidence": 90.5, "source": "person"},
            {"attack_id": "T1059", "confidence": "3", "note": "seen in the log"},
        ]
        sentence = tram_json.from_value(with_sentence(mappings=twice)).report.sentences[0]
        assert [(m.attack_id, m.confidence) for m in sentence.mappings] == [("T1059", 90.5), ("T1003", 1.0)]
        assert sentence.mappings[0].source is MappingSource.PERSON
        assert sentence.mappings[0].note == "seen in the log"

    def test_extra_keys_and_unknown_techniques_are_no_problem(self):
        value = with_mapping(attack_id="T9999.999", colour="blue") | {"status": "Reviewing", "extra": [{}]}
        assert tram_json.from_value(value).report.sentences[0].mappings[0].attack_id == "T9999.999"

    @pytest.mark.parametrize("confidence", ["100.0", 100, "1e2", " 100 "])
    def test_confidence_as_text_or_number(self, confidence):
        mapping = tram_json.from_value(with_mapping(confidence=confidence)).report.sentences[0].mappings[0]
        assert mapping.confidence == 100.0

    @pytest.mark.parametrize(
        "written",
        [
            "2024-02-29T13:05:07.25Z",
            "2024-02-29T14:05:07.250000+01:00",
            "2024-02-29 13:05:07.250",
            "2024-02-29T08:05:07.25-0500",
        ],
    )
    def test_moments(self, written):
        assert tram_json.from_value(exported(updated_on=written)).report.updated_on == MOMENT

    @pytest.mark.parametrize(
        "written", ["2024-02-30T13:05:07Z", "2024-02-29", "0001-01-01T00:00:00+23:59", 5, "", "12:30"]
    )
    def test_what_is_no_moment(self, written):
        assert refusal(exported(updated_on=written)).fields.keys() == {"updated_on"}


class TestRefusal:
    @pytest.mark.parametrize(
        ("value", "field", "message"),
        [
            (without("name"), "name", "This field is required."),
            (without("sentences"), "sentences", "This field is required."),
            (exported(text=None), "text", "This field may not be null."),
            (exported(ml_model=" "), "ml_model", "This field may not be blank."),
            (exported(ml_model="m" * 201), "ml_model", "Ensure this field has no more than 200 characters."),
            (exported(name=12), "name", "Not a valid string."),
            (exported(sentences={}), "sentences", 'Expected a list of items but got type "dict".'),
            (
                exported(created_on="yesterday"),
                "created_on",
                "'yesterday' is not a date and time such as 2021-05-03T12:55:40.433009Z.",
            ),
            ([], "non_field_errors", "Invalid data. Expected a dictionary, but got list."),
        ],
    )
    def test_of_the_report(self, value, field, message):
        assert refusal(value).fields == {field: [message]}

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (with_sentence(text=""), "sentences[0].text: This field may not be blank."),
            (with_sentence(text="a\0b"), "sentences[0].text: Null characters are not allowed (character 1)."),
            (
                with_sentence(text="ab\ud800"),
                "sentences[0].text: Half of a surrogate pair is not a character (U+D800, character 2).",
            ),
            (with_sentence(order=True), "sentences[0].order: A valid integer is required, not True."),
            (with_sentence(order=2**31), "sentences[0].order: 2147483648 is not between -2147483648 and 2147483647."),
            (with_sentence(disposition="maybe"), 'sentences[0].disposition: "maybe" is not a valid choice.'),
            (with_sentence(disposition=[]), "sentences[0].disposition: [] is not a valid choice."),
            (with_sentence(start=3), "sentences[0]: start and end belong together: give both, or neither."),
            (
                with_sentence(start=3, end=99),
                "sentences[0]: start 3 and end 99 are not a part of the text, which has 27 characters.",
            ),
            (with_sentence(page=0), "sentences[0].page: 0 is not between 1 and 2147483647."),
            (with_sentence(mappings=None), 'sentences[0].mappings: Expected a list of items but got type "NoneType".'),
            (
                with_sentence(mappings=["T1059"]),
                "sentences[0].mappings[0]: Invalid data. Expected a dictionary, but got str.",
            ),
            (with_sentence(mappings=[{}]), "sentences[0].mappings[0].attack_id: This field is required."),
            (
                with_mapping(attack_id="T99"),
                "sentences[0].mappings[0].attack_id: 'T99' is not a technique id (such as T1059 or T1059.003).",
            ),
            (
                with_mapping(attack_id="T١٠٥٩"),
                "sentences[0].mappings[0].attack_id: 'T١٠٥٩' is not a technique id (such as T1059 or T1059.003).",
            ),
            (
                with_mapping(confidence="100.1"),
                "sentences[0].mappings[0].confidence: '100.1' is not between 0 and 100.",
            ),
            (with_mapping(confidence=-1), "sentences[0].mappings[0].confidence: -1 is not between 0 and 100."),
            (with_mapping(confidence=10**400), "sentences[0].mappings[0].confidence: 1000"),
            (
                with_mapping(confidence="1_0"),
                "sentences[0].mappings[0].confidence: A valid number is required, not '1_0'.",
            ),
            (
                with_mapping(confidence=float("nan")),
                "sentences[0].mappings[0].confidence: A valid number is required, not nan.",
            ),
            (
                with_mapping(confidence=float("inf")),
                "sentences[0].mappings[0].confidence: inf is not between 0 and 100.",
            ),
            (
                with_mapping(confidence=None),
                "sentences[0].mappings[0].confidence: A valid number is required, not None.",
            ),
            (with_mapping(source="oracle"), 'sentences[0].mappings[0].source: "oracle" is not a valid choice.'),
            (with_mapping(name="\0"), "sentences[0].mappings[0].name: Null characters are not allowed (character 0)."),
            (with_mapping(note=5), "sentences[0].mappings[0].note: Not a valid string."),
            (exported(sentences=[3]), "sentences[0]: Invalid data. Expected a dictionary, but got int."),
        ],
    )
    def test_names_the_place(self, value, message):
        error = refusal(value)
        assert error.fields["sentences"][0].startswith(message)
        assert message in error.message

    def test_a_sentence_without_mappings_is_no_negative_example(self):
        assert (
            "sentences[0].mappings: This field is required."
            in refusal(exported(sentences=[{"text": "a", "order": 0, "mapping": []}])).message
        )

    def test_all_problems_at_once_and_bounded(self):
        sentences = [{"text": "", "order": 0, "mappings": []} for _ in range(500)]
        error = refusal(exported(name="", sentences=sentences))
        assert error.message.startswith("This report cannot be imported: 501 problems.\n")
        assert error.fields["name"] == ["This field may not be blank."]
        assert len(error.fields["sentences"]) == 19
        assert error.fields["non_field_errors"] == ["There are 481 more problems."]

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"{",
            b'{"name": "a", }',
            b"\xff\xfe\x00",
            b'"' + b"\xe4" + b'"',
            b"[" * 200_000,
            b'{"order": ' + b"9" * 5000 + b"}",
        ],
        ids=["empty", "half", "comma", "utf-16", "latin-1", "deep", "digits"],
    )
    def test_what_is_no_json(self, data):
        with pytest.raises(Invalid, match=r"^JSON parse error - "):
            tram_json.parse(data)


class TestSameness:
    def test_formatting_dates_and_local_keys_do_not_matter(self):
        plain = tram_json.parse(json.dumps(exported())).sha256
        other = with_mapping(confidence=36.70, id=900) | {"id": 3, "byline": "x", "updated_on": "2030-01-01T00:00:00Z"}
        assert tram_json.parse(json.dumps(other, indent=3)).sha256 == plain

    @pytest.mark.parametrize(
        "value",
        [
            exported(name="x"),
            exported(text="x" * 30),
            exported(ml_model="x"),
            with_sentence(text="x"),
            with_sentence(disposition="reject"),
            with_sentence(mappings=[]),
            with_mapping(confidence="36.8"),
            with_mapping(note="x"),
            with_sentence(start=0, end=3),
        ],
    )
    def test_content_matters(self, value):
        assert tram_json.from_value(value).sha256 != tram_json.from_value(exported()).sha256

    def test_our_export_of_an_import_is_the_same_content(self):
        imported = tram_json.from_value(exported())
        again = tram_json.from_value(tram_json.render(*stored(imported.report, 50, imported.names)))
        assert again.sha256 == imported.sha256


class TestRender:
    def test_tram_shape(self):
        imported = tram_json.from_value(exported())
        value = tram_json.render(*stored(imported.report, 50, imported.names))
        assert list(value) == [
            *["id", "document_id", "name", "byline", "accepted_sentences", "reviewing_sentences", "total_sentences"],
            *["text", "ml_model", "created_by", "created_on", "updated_on", "status", "uuid", "sentences", "blocks"],
        ]
        assert value["byline"] == "ann on 2021-05-03 12:55:40 UTC"
        assert value["created_on"] == "2021-05-03T12:55:40.433009Z"
        assert (value["accepted_sentences"], value["reviewing_sentences"], value["status"]) == (1, 1, "Reviewing")
        assert value["sentences"][0]["mappings"] == [
            {
                "id": 50,
                "attack_id": "T1059.001",
                "name": "PowerShell",
                "confidence": "36.7",
                "source": "import",
                "note": "",
                "disposition": None,
            }
        ]
        assert value["sentences"][0]["rejected_mappings"] == []

    def test_export_import_export_is_identical(self):
        value = with_mapping(source="model", note="why", confidence=12.3456789) | {"updated_on": "2022-01-01T00:00:00Z"}
        value["sentences"][0] |= {"start": 0, "end": 18, "page": 2, "origin": "G0016"}
        value["sentences"].append({"text": "Tie.", "order": 0, "disposition": "reject", "mappings": []})
        imported = tram_json.from_value(value)
        here = tram_json.render(*stored(imported.report, 50, imported.names))
        elsewhere = tram_json.parse(json.dumps(here))
        there = tram_json.render(*stored(elsewhere.report, 900, elsewhere.names))
        assert here != there
        assert tram_json.portable(here) == tram_json.portable(there)
        first = here["sentences"][0]
        assert [first[key] for key in ("start", "end", "page", "origin")] == [0, 18, 2, "G0016"]
        assert "id" not in json.dumps(tram_json.portable(here)).split('"')

    def test_dangling_offsets_are_dropped_so_that_the_export_can_be_imported(self):
        imported = tram_json.from_value(with_sentence(start=20, end=27))
        report, sentences = stored(imported.report, 1, imported.names)
        value = tram_json.render(replace(report, text="cut"), sentences)
        assert value["sentences"][0]["start"] is None
        assert tram_json.from_value(value).report.text == "cut"

    def test_a_new_report_in_the_same_shape(self):
        imported = tram_json.from_value(exported())
        new = tram_json.render_new(imported.report, {})
        old = tram_json.portable(tram_json.render(*stored(imported.report, 1, {"T1059.001": "T1059.001"})))
        assert new | {"updated_on": old["updated_on"], "uuid": UUID} == old

    @pytest.mark.parametrize(("percent", "text"), [(0, "0.0"), (36.66, "36.7"), (99.96, "100.0"), (100, "100.0")])
    def test_confidence(self, percent, text):
        assert tram_json.format_confidence(percent) == text

    def test_moments_in_utc(self):
        assert (
            tram_json.format_datetime(MOMENT.astimezone(timezone(timedelta(hours=9)))) == "2024-02-29T13:05:07.250000Z"
        )
        assert tram_json.format_datetime(datetime(2024, 1, 1, 12)) == "2024-01-01T12:00:00Z"  # noqa: DTZ001 - the naive case


@pytest.mark.real_data
def test_a_genuine_export_comes_back_as_it_was(real_data):
    original = json.loads((real_data / "reports" / "report-export.json").read_bytes())
    imported = tram_json.from_value(original)
    value = tram_json.render(*stored(imported.report, 44, imported.names))
    for key, item in original.items():
        if key not in {"sentences", "byline", "created_by"}:
            assert value[key] == item
    for ours, theirs in zip(value["sentences"], original["sentences"], strict=True):
        assert [ours[key] for key in ("text", "order", "disposition")] == [
            theirs[key] for key in ("text", "order", "disposition")
        ]
        assert [{k: m[k] for k in ("attack_id", "name", "confidence")} for m in ours["mappings"]] == [
            {k: m[k] for k in ("attack_id", "name", "confidence")} for m in theirs["mappings"]
        ]


@pytest.mark.real_data
def test_the_bootstrap_file(real_data):
    imported = tram_json.parse((real_data / "tram-bootstrap.json").read_bytes())
    assert len(imported.report.sentences) == 11130
    assert {len(s.mappings) for s in imported.report.sentences} == {1}
