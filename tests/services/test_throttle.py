"""How many wrong passwords are looked at, on a clock of our own."""

from __future__ import annotations

import pytest

from tram_ext.services.access.throttle import FREE_FAILURES, MOST_ENTRIES, FailureBudget, Origin


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def budget(clock):
    return FailureBudget(clock)


def spend(budget, source="a"):
    """Guess as often as allowed, and say how often that was."""
    count = 0
    while not budget.wait(source):
        budget.take(source)
        count += 1
    return count


def test_thirty_at_once_and_then_one_a_second(budget, clock):
    assert spend(budget) == FREE_FAILURES == 30
    guessed = 0
    for _ in range(600):
        assert 0 < budget.wait("a") <= 1
        clock.now += 0.5
        guessed += spend(budget)
    assert guessed == 300
    clock.now += 86_400
    assert spend(budget) == FREE_FAILURES, "and no more, however long the peace"


def test_asking_costs_nothing(budget, clock):
    spend(budget)
    for _ in range(50):
        assert budget.wait("a") == 1
    clock.now += 0.75
    assert budget.wait("a") == pytest.approx(0.25)


def test_what_was_right_costs_nothing(budget):
    for _ in range(200):
        assert not budget.wait("a")
        budget.take("a")
        budget.give_back("a")
    assert spend(budget) == FREE_FAILURES


def test_others_are_not_held_up(budget):
    spend(budget)
    assert not budget.wait("b")


def test_memory_is_bounded(budget):
    for number in range(MOST_ENTRIES + 100):
        budget.take(f"address {number}")
    assert len(budget._levels) == MOST_ENTRIES
    assert not budget._levels.get("address 0")


def test_only_those_who_failed_are_remembered(budget, clock):
    for number in range(100):
        budget.take(f"address {number}")
        budget.give_back(f"address {number}")
    assert not budget._levels


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "not an address", False),
    ],
)
def test_addresses_of_one_subscriber_are_one(one, other, alike):
    assert (Origin.of_address(one) == Origin.of_address(other)) is alike
