"""The queue in front of password hashing, with work that ends when the test says so."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.server import in_a_loop
from tram_ext.domain.errors import Cancelled, NotAuthenticated, Throttled, Unavailable
from tram_ext.handlers.admission.logins import MOST_WAITING, MOST_WAITING_OF_ONE, Attempt, LoginQueue
from tram_ext.services.access.throttle import FREE_FAILURES, HASHED_AT_ONCE, FailureBudget, Origin

LOG = logging.getLogger("tests.login-queue")
WRONG = NotAuthenticated


async def a_moment():
    """Let the loop turn until all that could go on has."""
    for _ in range(10):
        await asyncio.sleep(0)


class Desk:
    """A queue, what is being looked at, and a clock."""

    def __init__(self, patience=5.0):
        self.now = 0.0
        self.budget = FailureBudget(lambda: self.now)
        self.queue = LoginQueue(self._run, self.budget, LOG, patience)
        self.hashing = {}
        self.hashed = []
        self.most = 0

    async def _run(self, name):
        self.hashed.append(name)
        self.hashing[name] = asyncio.get_running_loop().create_future()
        self.most = max(self.most, len(self.hashing))
        try:
            return await self.hashing[name]
        finally:
            del self.hashing[name]

    def send(self, name, source="a", claimed=""):
        attempt = Attempt(Origin(source, claimed))
        task = asyncio.ensure_future(self.queue.check(attempt, name))
        task.attempt = attempt
        return task

    async def settle(self, answer=WRONG):
        """Answer all that is looked at, again and again, until nothing is."""
        await a_moment()
        while self.hashing:
            for future in list(self.hashing.values()):
                if isinstance(answer, type):
                    future.set_exception(answer("no"))
                else:
                    future.set_result(answer)
            await a_moment()


def in_a_desk(work, **more):
    async def run():
        desk = Desk(**more)
        await work(desk)

    in_a_loop(run, 60)


async def said(tasks):
    return [type(answer) for answer in await asyncio.gather(*tasks, return_exceptions=True)]


def test_no_more_than_two_are_hashed_at_once_and_few_wait():
    async def work(desk):
        tasks = [desk.send(f"{number}", f"address {number}") for number in range(100)]
        await desk.settle()
        answers = await said(tasks)
        assert desk.most == HASHED_AT_ONCE
        assert answers.count(NotAuthenticated) == MOST_WAITING + HASHED_AT_ONCE
        assert answers.count(Throttled) == 100 - MOST_WAITING - HASHED_AT_ONCE

    in_a_desk(work)


def test_who_has_hung_up_is_not_hashed_and_costs_nothing():
    async def work(desk):
        tasks = [desk.send(f"{number}") for number in range(160)]
        await a_moment()
        for task in tasks:
            task.attempt.hang_up()
        good = desk.send("good")
        await desk.settle("welcome")
        assert await good == "welcome"
        assert desk.hashed[-1] == "good"
        assert len(desk.hashed) <= HASHED_AT_ONCE + 1
        assert not desk.budget.wait("a")
        assert set(await said(tasks)) == {str, Cancelled, Throttled}
        together = [desk.send(f"gone {number}") for number in range(20)]
        another = desk.send("another")
        await asyncio.sleep(0)
        for task in together:
            task.attempt.hang_up()
        await desk.settle("welcome")
        assert await another == "welcome", "those gone before the request was read take no place"
        assert not [name for name in desk.hashed if name.startswith("gone")]
        assert set(await said(together)) == {Cancelled}
        late = Attempt(Origin("a"))
        late.hang_up()
        with pytest.raises(Cancelled):
            await desk.queue.check(late, "late")

    in_a_desk(work)


def test_hanging_up_at_the_moment_of_its_turn_gives_the_turn_away():
    async def work(desk):
        others = [desk.send(f"other {number}", "b") for number in range(HASHED_AT_ONCE)]
        await a_moment()
        task = desk.send("one")
        task.attempt.turn.add_done_callback(lambda _: task.attempt.hang_up())
        await desk.settle()
        assert await said([task, *others]) == [Cancelled, NotAuthenticated, NotAuthenticated]
        assert "one" not in desk.hashed
        for number in range(FREE_FAILURES):
            again = desk.send(f"{number}")
            await desk.settle()
            assert await said([again]) == [NotAuthenticated]

    in_a_desk(work)


def test_thirty_wrong_ones_and_then_one_a_second_whatever_the_names():
    async def work(desk):
        for number in range(FREE_FAILURES):
            task = desk.send(f"name {number}")
            await desk.settle()
            assert await said([task]) == [NotAuthenticated]
        for _ in range(3):
            with pytest.raises(Throttled) as caught:
                await desk.send("one more")
            assert 0 < caught.value.retry_after <= 1
        desk.now += 1
        task = desk.send("after a second")
        await desk.settle("welcome")
        assert await task == "welcome", "the owner gets in, and pays nothing"
        task = desk.send("again")
        await desk.settle("welcome")
        assert await task == "welcome"

    in_a_desk(work)


@pytest.mark.parametrize("failure", [Unavailable, RuntimeError])
def test_what_was_not_compared_costs_nothing(failure):
    async def work(desk):
        for number in range(2 * FREE_FAILURES):
            task = desk.send(f"{number}")
            await desk.settle(failure)
            assert await said([task]) == [failure]

    in_a_desk(work)


def test_whoever_sends_many_waits_for_himself():
    async def work(desk):
        many = [desk.send(f"many {number}", "flood") for number in range(100)]
        await a_moment()
        one = desk.send("one", "elsewhere")
        await desk.settle()
        assert desk.hashed.index("one") <= HASHED_AT_ONCE + 1
        answers = await said([*many, one])
        assert answers.count(Throttled) == 100 - MOST_WAITING_OF_ONE - HASHED_AT_ONCE
        assert answers[-1] is NotAuthenticated

    in_a_desk(work)


def test_where_all_places_are_taken_the_greediest_gives_one_up():
    async def work(desk):
        flood = [
            desk.send(f"{source} {number}", f"flood {source}")
            for source in range(5)
            for number in range(MOST_WAITING_OF_ONE)
        ]
        await a_moment()
        others = [desk.send(f"other {number}", f"address {number}") for number in range(4)]
        await desk.settle()
        assert set(await said(others)) == {NotAuthenticated}
        assert (await said(flood)).count(Throttled) == len(flood) + len(others) - MOST_WAITING - HASHED_AT_ONCE

    in_a_desk(work)


def test_behind_an_unknown_proxy_turns_are_shared_and_the_budget_stays_one():
    """A stranger behind it never keeps the owner out, and whoever invents addresses gains nothing."""

    async def work(desk):
        for number in range(FREE_FAILURES):
            task = desk.send(f"{number}", "proxy", f"invented {number}")
            await desk.settle()
            await said([task])
        assert len(desk.hashed) == FREE_FAILURES
        stranger = [desk.send(f"guess {number}", "proxy", "stranger") for number in range(20)]
        await a_moment()
        owner = desk.send("owner", "proxy", "owner")
        await a_moment()
        for second, name in ((1.0, "guess 0"), (2.0, "owner")):
            desk.now = second
            desk.queue._go_on()
            await a_moment()
            assert list(desk.hashing) == [name]
            if name != "owner":
                await desk.settle()
        desk.hashing["owner"].set_result("welcome")
        assert await owner == "welcome"
        for task in stranger:
            task.attempt.hang_up()
        await desk.settle()
        await said(stranger)

    in_a_desk(work)


def test_nobody_waits_for_ever():
    async def work(desk):
        tasks = [desk.send(f"{number}") for number in range(HASHED_AT_ONCE + 1)]
        assert await said(tasks[-1:]) == [Throttled]
        await desk.settle()
        assert await said(tasks[:-1]) == [NotAuthenticated] * HASHED_AT_ONCE

    in_a_desk(work, patience=0.05)


def test_the_log_names_the_address_once(caplog):
    async def work(desk):
        for number in range(FREE_FAILURES + 20):
            await asyncio.gather(desk.send(f"{number}", "10.0.0.7"), desk.settle(), return_exceptions=True)

    with caplog.at_level(logging.WARNING):
        in_a_desk(work)
    assert [record.getMessage().count("10.0.0.7") for record in caplog.records] == [1]
