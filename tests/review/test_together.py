"""Several people in one report at once: nothing is lost, and the log tells the whole story."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from tests.handlers.conftest import PASSWORDS, new_server, prepared
from tests.review.replay import replay, state_of
from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.edits import MappingEdit, SentenceEdit, Step
from tram_ext.domain.errors import Conflict, Invalid, NotFound, PreconditionFailed
from tram_ext.domain.review import LogFilter, SentenceFilter
from tram_ext.services.container import Services

__all__ = ["new_server", "prepared"]

SECONDS = float(os.environ.get("TRAM_TEST_SECONDS", "4"))
DISPOSITIONS = [Disposition.ACCEPT, Disposition.REJECT, None]
TECHNIQUES = ["T1486", "T1003.001", "T1059.001", "T1071.001"]


class Client:
    """Somebody who does one thing after another, at random, and remembers what was acknowledged."""

    def __init__(self, services, report_id, actor, seed):
        self.services, self.report_id, self.actor = services, report_id, actor
        self.random = random.Random(seed)
        self.done = self.refused = 0
        self.failure = None

    def work(self, until):
        try:
            while time.monotonic() < until:
                try:
                    self.act()
                    self.done += 1
                except (Conflict, NotFound, PreconditionFailed, Invalid):
                    self.refused += 1
        except BaseException as error:
            self.failure = error

    def act(self):
        services, dice = self.services, self.random
        found, _ = services.sentences.list(SentenceFilter(report_id=self.report_id), self.actor)
        place = dice.randrange(len(found))
        sentence = found[place]
        mapping = dice.choice(sentence.mappings) if sentence.mappings else None
        expected = dice.choice([None, {sentence.version}])
        kind = dice.randrange(14)
        if kind < 2:
            edit = SentenceEdit(disposition=dice.choice(DISPOSITIONS), decides=True)
            services.sentences.change(sentence.id, edit, self.actor, expected=expected)
        elif kind == 2:
            edit = SentenceEdit(text=f"{self.actor.name} says {dice.random()}", order=dice.randrange(40))
            services.sentences.change(sentence.id, edit, self.actor, expected=expected)
        elif kind == 3:
            new = Assertion(dice.choice(TECHNIQUES), dice.randrange(101))
            services.mappings.add(self.report_id, sentence.id, new, self.actor)
        elif kind == 4 and mapping:
            edit = MappingEdit(dice.choice(TECHNIQUES), dice.randrange(101), self.actor.name)
            services.mappings.change(mapping.id, edit, self.actor, expected={mapping.version})
        elif kind == 5 and mapping:
            services.mappings.delete(mapping.id, self.actor)
        elif kind == 6:
            services.segmentation.split(sentence.id, dice.randrange(1, 30), self.actor)
        elif kind == 7 and place + 1 < len(found):
            services.segmentation.merge([sentence.id, found[place + 1].id], self.actor)
        elif kind == 8:
            services.bulk.accept_above(self.report_id, dice.randrange(101), self.actor)
        elif kind == 9:
            services.sentences.create(self.report_id, SentenceEdit("Another sentence."), self.actor)
        elif kind == 10:
            self.judge(sentence, mapping, expected)
        elif kind == 11:
            services.undo.redo(self.report_id, self.actor)
        else:
            services.undo.undo(self.report_id, self.actor)

    def judge(self, sentence, mapping, expected):
        services, dice = self.services, self.random
        if mapping and dice.randrange(2):
            step = Step("judge", dice.choice(DISPOSITIONS), mapping.attack_id)
            services.steps.take(sentence.id, step, self.actor, expected=expected)
        else:
            chosen = dice.sample(TECHNIQUES, 2)
            services.bulk.decide_techniques(self.report_id, chosen, dice.choice(DISPOSITIONS[:2]), self.actor)


def test_two_clients_at_random_with_undo(services, settings, report, ben, cat, sentences):
    other = Services(settings)  # as a server beside the first: its own connections, nothing shared but the store
    try:
        begin = state_of(sentences())
        clients = [Client(services, report.id, ben, 1), Client(other, report.id, cat, 2)]
        until = time.monotonic() + SECONDS
        threads = [threading.Thread(target=client.work, args=(until,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        other.close()
    for client in clients:
        assert client.failure is None, client.failure
        assert client.done > 10
    entries, total = services.log.list(LogFilter(report_id=report.id), ben)
    assert len(entries) == total > 20
    assert {entry.action.split()[0] for entry in entries} >= {"undo", "redo"}
    assert replay(begin, reversed(entries)) == state_of(sentences())


def test_of_two_who_saw_the_same_one_is_told(services, report, ben, cat, sentences):
    sentence = sentences()[0]
    services.sentences.change(sentence.id, SentenceEdit(text="Ben's."), ben, expected={sentence.version})
    with pytest.raises(PreconditionFailed) as told:
        services.sentences.change(sentence.id, SentenceEdit(text="Cat's."), cat, expected={sentence.version})
    assert told.value.version == sentence.version + 1
    assert sentences()[0].text == "Ben's."


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_kill_9_in_a_burst_of_accepts(new_server):
    server = new_server()
    who = {"Authorization": f"Bearer {server.log_in('ben', PASSWORDS['ben'])['access']}"}
    ids = [sentence["id"] for sentence in server.get("/api/sentences/?report-id=1", **who).json]
    acknowledged = {}
    enough = threading.Event()

    def burst(own, disposition):
        for number in own:
            try:
                answer = server.request("PATCH", f"/api/sentences/{number}", {"disposition": disposition}, **who)
            except OSError:
                return
            assert answer.status == 200
            acknowledged[number] = (disposition, answer.json["version"])
            if len(acknowledged) > 12:
                enough.set()

    threads = [
        threading.Thread(target=burst, args=(ids[:19], "reject")),
        threading.Thread(target=burst, args=(ids[19:36], None)),
    ]
    for thread in threads:
        thread.start()
    assert enough.wait(30)
    server.kill()
    for thread in threads:
        thread.join(30)
    server.start()
    found = {sentence["id"]: sentence for sentence in server.get("/api/sentences/?report-id=1", **who).json}
    assert {n: (found[n]["disposition"], found[n]["version"]) for n in acknowledged} == acknowledged
    logged = {row["target_id"] for row in server.get("/api/tram/log?report-id=1&user=ben", **who).json}
    assert logged >= set(acknowledged)
    assert logged == {n for n, sentence in found.items() if sentence["version"] > 1}, "each change is in the log, too"
