"""Names in composed form (NFC): what migrates, what happens to two that become one, and every look-up after."""

from __future__ import annotations

import json
import logging
import sqlite3
import unicodedata

import pytest

from tests.store.older import old_database
from tram_ext.domain.errors import Conflict
from tram_ext.domain.users import Role
from tram_ext.store.database import Store

COMPOSED, DECOMPOSED = "Andr\u00e9", "Andre\u0301"
HALF = "\u1ec7"  # e with circumflex and dot below, which has three forms
FORMS = [HALF, "e\u0323\u0302", "\u1eb9\u0302"]


def names_of(store):
    with store.read() as work:
        return [user.name for user in work.users.list()]


def test_names_are_composed_by_the_migration(url, caplog):
    old_database(url, ["ann", DECOMPOSED, "Zoë"])
    with caplog.at_level(logging.WARNING, "tram_ext"):
        store = Store.open(url)
    assert names_of(store) == ["ann", COMPOSED, "Zoë"]
    with store.read() as work:
        users = work.users.list()
        assert len({user.token_stamp for user in users} - {""}) == 3
        assert [user.role for user in users] == [Role.ANALYST] * 3
        assert [work.users.password_hash(user.id) for user in users][1] == f"hash of {DECOMPOSED}"
    assert caplog.text == "", "nobody has another name than before"
    store.close()


@pytest.mark.parametrize("order", [[COMPOSED, DECOMPOSED], [DECOMPOSED, COMPOSED]])
def test_two_who_become_one_keep_everything_and_one_gets_a_number(url, path, order, caplog):
    old_database(url, order)
    with caplog.at_level(logging.WARNING, "tram_ext"):
        store = Store.open(url)
    second = f"{COMPOSED} (2)"
    assert names_of(store) == [COMPOSED if name == COMPOSED else second for name in order]
    with store.read() as work:
        renamed, kept = work.users.find(second), work.users.find(COMPOSED)
        assert work.users.password_hash(renamed.id) == f"hash of {DECOMPOSED}"
        assert work.users.password_hash(kept.id) == f"hash of {COMPOSED}"
    assert second in caplog.text
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(DISTINCT created_by) FROM reports").fetchone() == (2,)
    log = connection.execute("SELECT action, target_id, before, after FROM review_actions").fetchall()
    connection.close()
    assert [(row[0], row[1], json.loads(row[2]), json.loads(row[3])) for row in log] == [
        ("rename user", renamed.id, {"name": DECOMPOSED}, {"name": second})
    ]


def test_long_names_and_several_forms(url):
    long = DECOMPOSED + "x" * 143  # 149 as they stand, one less composed
    numbered = f"{FORMS[0]} (2)"
    old_database(url, [*FORMS, numbered, long, unicodedata.normalize("NFC", long), "\u0958" * 149])
    store = Store.open(url)
    found = names_of(store)
    store.close()
    assert found[:4] == [FORMS[0], f"{HALF} (3)", f"{HALF} (4)", numbered]
    assert found[5] == unicodedata.normalize("NFC", long)
    assert found[4].endswith(" (2)")
    assert all(unicodedata.is_normalized("NFC", name) and len(name) <= 150 for name in found)
    assert len(set(found)) == 7


@pytest.mark.parametrize("stored", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("asked", [COMPOSED, DECOMPOSED])
def test_both_forms_are_one_user(store, stored, asked):
    with store.write() as work:
        added = work.users.add(stored, Role.VIEWER, None)
    with store.write() as work:
        assert added.name == COMPOSED
        assert work.users.find(asked) == added
        assert work.users.named(asked) == added
        with pytest.raises(Conflict, match="There is a user"):
            work.users.add(asked, Role.VIEWER, None)
