"""Named leases, also when somebody sets the clock."""

from __future__ import annotations

import time

from sqlalchemy import text


def left(store):
    with store.engine.connect() as connection:
        return connection.execute(text("SELECT expires_at FROM leases")).scalar_one() - time.time()


def test_one_holds_it_and_others_wait_until_it_lapses(store):
    with store.write() as work:
        assert work.leases.take("work", "one", 20.0)
        assert not work.leases.take("work", "other", 20.0)
        assert work.leases.take("work", "one", 20.0)
        assert work.leases.is_held("work")
        work.leases.give_back("work", "other")
        assert not work.leases.take("work", "other", 20.0)
        work.leases.give_back("work", "one")
        assert work.leases.take("work", "other", -1.0)
        assert not work.leases.is_held("work")
        assert work.leases.take("work", "one", 20.0)


def test_one_from_before_the_clock_was_set_back_does_not_last_for_hours(store):
    with store.write() as work:
        assert work.leases.take("work", "one", 3600.0)  # as an hour ago, when it was an hour later
    with store.write() as work:
        assert not work.leases.take("work", "other", 20.0), "its owner may live"
    assert 10 < left(store) <= 40
    with store.write() as work:
        assert work.leases.take("work", "one", 20.0), "and then it renews it"
    assert 10 < left(store) <= 20
