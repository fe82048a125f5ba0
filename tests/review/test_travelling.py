"""Every field of what a mapping asserts, and of a sentence, on every way that reports take through the workbench."""

from __future__ import annotations

import json

import pytest

from tests import corpus
from tests.review.test_attack_upgrade import GONE, REVOKED, SUCCESSOR, bundle
from tests.samples import TEXT, bare_assertion, full_assertion, full_sentence, report_of, said, said_by
from tram_ext.domain.assertions import ASSERTED, Assertion, Disposition, MappingSource, merged
from tram_ext.domain.edits import SentenceEdit
from tram_ext.domain.reports import SENTENCE_CONTENT, NewSentence
from tram_ext.domain.review import LogFilter, SentenceFilter
from tram_ext.exports.tram_json import from_value, portable, render_new
from tram_ext.services.backups.restore import restore
from tram_ext.services.container import Services
from tram_ext.services.mapping.remapping import Remapping

__all__ = ["bundle"]

MODEL, PERSON = MappingSource.MODEL, MappingSource.PERSON
ACCEPT = Disposition.ACCEPT


class Proposing:
    """A mapper whose model always proposes the same."""

    def __init__(self, *assertions):
        self._assertions = assertions

    def map_texts(self, texts, model, *, cancelled=None):
        return model, [self._assertions for _ in texts]


@pytest.fixture
def stored(services, ann):
    """Return a function that stores sentences as a report, as uploads do, and returns its number."""

    def store(*sentences, name="Full"):
        with services.store.write() as work:
            ids = {item.attack_id for sentence in sentences for item in sentence.mappings}
            rows = {item.attack_id: item.id for item in work.attack.list() if item.attack_id in ids}
            return work.reports.add(report_of(*sentences, name=name), rows, created_by=ann.id)

    return store


@pytest.fixture
def read(services, ann):
    """Return a function that reads the sentences of a report."""
    return lambda report_id: services.sentences.list(SentenceFilter(report_id=report_id), ann)[0]


def assertions(sentence):
    return [mapping.assertion for mapping in sentence.mappings]


def content(sentence, **instead):
    return sentence.state() | instead


def test_into_the_store_and_out_again(services, ann, stored, read):
    new = full_sentence(full_assertion())
    (sentence,) = read(stored(new))
    assert (content(sentence), assertions(sentence)) == (content(new), [full_assertion()])
    assert services.mappings.get(sentence.mappings[0].id, ann) == sentence.mappings[0]


def test_added_by_a_person(services, ann, stored, read):
    (sentence,) = read(report := stored(full_sentence()))
    made, _ = services.mappings.add(report, sentence.id, full_assertion(), ann)
    assert made.assertion == full_assertion()
    (entry, *_), _ = services.log.list(LogFilter(report_id=report), ann)
    assert said_by(entry.after) == said(full_assertion())


def test_exported_and_imported(services, ann, stored, read):
    report = stored(full_sentence(full_assertion()))
    _, rendered = services.exports.report(report, "json", ann)
    elsewhere = json.loads(rendered.content) | {"name": "Full, elsewhere"}
    imported = services.imports.import_report(json.dumps(elsewhere).encode(), ann)
    assert imported.report.id != report
    (here,), (there,) = read(report), read(imported.report.id)
    assert content(here) == content(there) == content(full_sentence())
    assert assertions(here) == assertions(there) == [full_assertion()]
    _, again = services.exports.report(imported.report.id, "json", ann)
    assert portable(json.loads(again.content))["sentences"] == portable(elsewhere)["sentences"]


def test_twice_on_a_sentence_of_a_file(services, ann, read):
    value = render_new(report_of(full_sentence(full_assertion(), bare_assertion())), {})
    assert [len(sentence["mappings"]) for sentence in value["sentences"]] == [2]
    report = services.imports.import_report(json.dumps(value).encode(), ann).report
    assert assertions(read(report.id)[0]) == [merged([full_assertion(), bare_assertion()])]


def test_imported_beside_the_successor_of_its_technique(services, ann, read):
    pair = full_assertion(corpus.REVOKED), bare_assertion(corpus.SUCCESSOR)
    value = render_new(report_of(full_sentence(*pair), full_sentence(pair[0], order=8)), {})
    report = services.imports.import_report(json.dumps(value).encode(), ann).report
    both, alone = read(report.id)
    assert assertions(both) == [merged([full_assertion(corpus.SUCCESSOR), pair[1]])]
    assert assertions(alone) == [full_assertion(corpus.SUCCESSOR)]


def test_every_field_makes_another_content(services, ann):
    whole = render_new(report_of(full_sentence(full_assertion())), {})
    hashes = {from_value(whole).sha256}
    changed = [("mappings", name, value) for name, value in said(full_assertion("T1003.001", source=PERSON)).items()]
    changed += [("sentence", name, value) for name, value in content(full_sentence(order=3)).items()]
    for place, name, value in changed:
        other = json.loads(json.dumps(whole))
        target = other["sentences"][0]["mappings"][0] if place == "mappings" else other["sentences"][0]
        if name in ("start", "end"):
            target |= {"start": 1, "end": 1 + (name == "end")}
        elif isinstance(target[name], str) and name not in ("attack_id", "source", "disposition"):
            target[name] = "3.0" if name == "confidence" else "otherwise"
        else:
            target[name] = {"disposition": "reject", "page": 2}.get(name, value)
        hashes.add(from_value(other).sha256)
    assert len(hashes) == 1 + len(changed)


def test_the_content_of_a_file_of_0_1_0_has_the_hash_that_0_1_0_gave_it():
    value = corpus.export("Hashed")
    value["sentences"][0] |= {"start": 0, "end": 5, "page": 2, "origin": "G0016"}
    value["sentences"][0]["mappings"][0] |= {"source": "model", "note": "why", "confidence": 12.5}
    assert from_value(value).sha256 == "bc5e7accc02d212207784cb14029082fdc0349b848e284e2e61fe0fe5bb56aca"
    assert from_value(corpus.export()).sha256 == "f4e5f0eb758d7167f1ba1ec8babf2526f73461f4f9ae69488f5ed258a702b9fd"


def test_split(services, ann, stored, read):
    (sentence,) = read(stored(full_sentence(full_assertion())))
    first, second = services.segmentation.split(sentence.id, 23, ann)
    assert assertions(first) == assertions(second) == [full_assertion()]
    cut = dict.fromkeys(("text", "start", "end", "disposition"))
    assert content(first, **cut) == content(second, **cut) == content(sentence, **cut)
    assert (first.start, first.end, second.start, second.end) == (0, 23, 24, len(TEXT))


@pytest.mark.parametrize("order", [1, -1])
def test_merged(services, ann, stored, read, order):
    new = [full_sentence(full_assertion(), page=None), full_sentence(bare_assertion(), page=None)][::order]
    sentences = read(stored(*new))
    found = services.segmentation.merge([item.id for item in sentences], ann)
    assert assertions(found) == [merged([item.mappings[0] for item in new])]


@pytest.mark.parametrize("order", [1, -1])
def test_what_one_of_merged_sentences_says_the_whole_says(services, ann, stored, read, order):
    bare = NewSentence(TEXT, full_sentence().order)
    sentences = read(stored(*[full_sentence(full_assertion()), bare][::order]))
    found = services.segmentation.merge([item.id for item in sentences], ann)
    settled = {"text": f"{TEXT} {TEXT}", "disposition": None, "start": None, "end": None}
    assert content(found) == content(full_sentence(), **settled)
    assert assertions(found) == [full_assertion()]


def test_mapped_again(services, ann, stored, read):
    old = [full_assertion(source=PERSON)], [bare_assertion()], [], [bare_assertion("T1003.001")]
    report = stored(*(full_sentence(*item, order=n, disposition=None) for n, item in enumerate(old)))
    new = full_assertion(source=MODEL, confidence=12.5)
    Remapping(services.store, Proposing(new), services.changes).remap(report, "nb", ann)
    kept, renewed, added, exchanged = (assertions(item) for item in read(report))
    assert kept == [full_assertion(source=PERSON)]
    assert renewed == added == exchanged == [new]
    (*entries,), _ = services.log.list(LogFilter(report_id=report), ann)
    inserted = [entry for entry in entries if entry.before is None and entry.action == "map again"]
    assert [said_by(entry.after) for entry in inserted] == [said(new)] * 2


def test_mapped_again_to_a_technique_and_its_successor(services, ann, stored, read):
    report = stored(full_sentence(disposition=None))
    pair = full_assertion(corpus.REVOKED, source=MODEL), bare_assertion(corpus.SUCCESSOR, confidence=12.5)
    Remapping(services.store, Proposing(*pair), services.changes).remap(report, "nb", ann)
    (found,) = assertions(read(report)[0])
    assert found == merged([full_assertion(corpus.SUCCESSOR, source=MODEL), pair[1]])
    assert found.confidence == 61.5, "the surer of both"


def test_taken_along_by_an_upgrade(services, ann, stored, read, bundle):
    services.attack_objects.add(SUCCESSOR, "Shells, early", ann)
    report = stored(
        full_sentence(full_assertion(REVOKED), bare_assertion(SUCCESSOR)),
        full_sentence(full_assertion(REVOKED), full_assertion(GONE), order=8),
    )
    before = read(report)
    services.attack_upgrades.upgrade(bundle, ann)
    both, alone = read(report)
    assert assertions(both) == [merged([full_assertion(SUCCESSOR), bare_assertion(SUCCESSOR)])]
    assert assertions(alone) == [full_assertion(SUCCESSOR), full_assertion(GONE)]
    services.undo.undo(None, ann)
    assert [assertions(item) for item in read(report)] == [assertions(item) for item in before]
    services.undo.redo(None, ann)
    assert [assertions(item) for item in read(report)] == [assertions(item) for item in (both, alone)]


ACTIONS = {
    "delete sentence": lambda services, first, second, actor: services.sentences.delete(first.id, actor),
    "delete mapping": lambda services, first, second, actor: services.mappings.delete(first.mappings[0].id, actor),
    "split": lambda services, first, second, actor: services.segmentation.split(first.id, 23, actor),
    "merge": lambda services, first, second, actor: services.segmentation.merge([first.id, second.id], actor),
    "bulk": lambda services, first, second, actor: services.bulk.decide(
        first.report_id, [first.id], Disposition.REJECT, actor
    ),
    "map again": lambda services, first, second, actor: Remapping(
        services.store, Proposing(full_assertion("T1003.001")), services.changes
    ).remap(first.report_id, "nb", actor),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_undone_and_done_again(services, ann, stored, read, name):
    new = full_sentence(full_assertion(), order=1), full_sentence(bare_assertion(), order=2, disposition=None)
    first, second = before = read(report := stored(*new))

    def state(found):
        return [(item.id, content(item), assertions(item)) for item in found]

    ACTIONS[name](services, first, second, ann)
    after = state(read(report))
    assert after != state(before)
    services.undo.undo(report, ann)
    assert state(read(report)) == state(before)
    services.undo.redo(report, ann)
    assert state(read(report)) == after


def test_decided_about_in_bulk(services, ann, stored, read):
    (sentence,) = read(report := stored(full_sentence(full_assertion(), disposition=None)))
    services.bulk.accept_above(report, 10.0, ann)
    (decided,) = read(report)
    assert content(decided) == content(sentence, disposition="accept")
    assert assertions(decided) == [full_assertion()]


def test_a_sentence_made_by_hand_has_every_field(services, ann, stored, read):
    report = stored()
    made = services.sentences.create(report, SentenceEdit("New.", disposition=ACCEPT, decides=True), ann)
    (entry, *_), _ = services.log.list(LogFilter(report_id=report), ann)
    assert {name: entry.after[name] for name in SENTENCE_CONTENT.names} == content(made)


def test_backed_up_and_restored(services, settings, ann, stored, read, tmp_path):
    before = read(report := stored(full_sentence(full_assertion())))
    services.backups.back_up(tmp_path / "b.zip", ann)
    services.sentences.delete(before[0].id, ann)
    services.close()
    restore(tmp_path / "b.zip", settings)
    again = Services(settings)
    try:
        assert again.sentences.list(SentenceFilter(report_id=report), ann)[0] == before
    finally:
        again.close()


@pytest.mark.parametrize("name", [name for name in ASSERTED if name not in ("source", "disposition")])
def test_changed_by_a_person(services, ann, stored, read, name):
    from tram_ext.domain.edits import MappingEdit

    (sentence,) = read(stored(full_sentence(bare_assertion())))
    wanted = getattr(full_assertion("T1003.001"), name)
    changed = services.mappings.change(sentence.mappings[0].id, MappingEdit(**{name: wanted}), ann)
    assert changed.assertion == bare_assertion().edited({name: wanted})
    assert changed.assertion != bare_assertion()


def test_every_field_has_a_place_in_the_table(services):
    from tram_ext.store.tables import mappings, sentences

    assert set(ASSERTED) - set(mappings.c.keys()) == {"attack_id"}
    assert set(SENTENCE_CONTENT.names) <= set(sentences.c.keys())
    assert isinstance(full_assertion(), Assertion)
