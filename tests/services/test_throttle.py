"""Slowing down guesses, on a clock of our own."""

from __future__ import annotations

import pytest

from tram_ext.domain.errors import Throttled
from tram_ext.services.throttle import FORGET_AFTER, FREE_FAILURES, LONGEST_WAIT, MOST_ENTRIES, LoginThrottle


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return LoginThrottle(clock)


def fail(throttle, times, name="ann", address="a"):
    for _ in range(times):
        throttle.begin(name, address)


def wait_of(throttle, name="ann", address="a"):
    with pytest.raises(Throttled) as caught:
        throttle.begin(name, address)
    return caught.value.retry_after


def test_the_first_failures_are_free_and_then_waits_double(throttle, clock):
    fail(throttle, FREE_FAILURES)
    waits = []
    for _ in range(9):
        waits.append(wait_of(throttle))
        clock.now += waits[-1]
        fail(throttle, 1)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, LONGEST_WAIT]


def test_asking_during_the_wait_does_not_prolong_it(throttle, clock):
    fail(throttle, FREE_FAILURES)
    for _ in range(50):
        wait_of(throttle)
    clock.now += 1.5
    assert wait_of(throttle) == pytest.approx(0.5)
    clock.now += 0.5
    fail(throttle, 1)


def test_others_are_not_held_up(throttle):
    fail(throttle, FREE_FAILURES)
    wait_of(throttle)
    fail(throttle, 1, name="ben")
    fail(throttle, 1, address="b")


def test_success_clears(throttle):
    fail(throttle, FREE_FAILURES)
    throttle.succeed("ann", "a")
    fail(throttle, FREE_FAILURES)
    wait_of(throttle)


def test_peace_clears(throttle, clock):
    fail(throttle, FREE_FAILURES + 0)
    clock.now += FORGET_AFTER + 1
    fail(throttle, FREE_FAILURES)
    wait_of(throttle)


def test_memory_is_bounded(throttle):
    for number in range(MOST_ENTRIES + 100):
        throttle.begin(f"name {number}", "a")
    assert len(throttle._failures) == MOST_ENTRIES
