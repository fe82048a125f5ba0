"""Users, passwords, the first admin, and Jupyter's identities."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from tram_ext.domain.errors import Conflict, Invalid, NotAuthenticated, NotFound
from tram_ext.domain.review import LogFilter
from tram_ext.domain.users import Permission, Role
from tram_ext.services.access.passwords import Passwords
from tram_ext.services.access.users import operating_system_account
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings


@pytest.fixture
def fresh(tmp_path):
    opened = Services(Settings(data_dir=tmp_path / "fresh", db_url="", default_model="nb"))
    yield opened
    opened.close()


def test_log_in(services, ann):
    assert services.users.log_in("ann", "correct horse").id == ann.id


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ann", "wrong horse"),
        ("ann", ""),
        ("Ann", "correct horse"),
        ("nobody", "correct horse"),
        ("ann", "x" * 100_000),
    ],
)
def test_bad_credentials(services, name, password):
    with pytest.raises(NotAuthenticated, match="No active account found with the given credentials"):
        services.users.log_in(name, password)


def test_a_disabled_user_is_told_what_a_stranger_is_told(services, ben):
    services.users.disable("ben")
    with pytest.raises(NotAuthenticated, match="No active account found with the given credentials"):
        services.users.log_in("ben", "battery staple")
    services.users.enable("ben")
    assert services.users.log_in("ben", "battery staple").active


def test_an_unknown_name_takes_as_long(services):
    def seconds(name):
        found = []
        for attempt in range(2):
            started = time.perf_counter()
            with pytest.raises(NotAuthenticated):
                services.users.log_in(name, f"wrong {attempt}")
            found.append(time.perf_counter() - started)
        return min(found)

    seconds("warm up")
    known, unknown = seconds("ann"), seconds("nobody")
    assert 1 / 3 < known / unknown < 3


@pytest.mark.parametrize("name", ["", " ", " ann", "a\nb", "a\x00b", "a/b", "a\\b", "x" * 150, "\x7f"])
def test_names_that_will_not_do(services, name):
    with pytest.raises(Invalid) as caught:
        services.users.add(name, Role.VIEWER, "long enough")
    assert "username" in caught.value.fields


@pytest.mark.parametrize("name", ["x", "x" * 149, "Ann Lee", "ann@example.org", "Zoë", "李"])
def test_names_that_will_do(services, name):
    assert services.users.add(name, Role.VIEWER, "long enough").name == name


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_passwords_that_will_not_do(services, password):
    with pytest.raises(Invalid) as caught:
        services.users.add("eve", Role.VIEWER, password)
    assert "password" in caught.value.fields
    with pytest.raises(Invalid):
        services.users.set_password("ann", password)
    assert "eve" not in [user.name for user in services.users.list()]


@pytest.mark.parametrize("stored", ["Andr\u00e9", "Andre\u0301"])
@pytest.mark.parametrize("typed", ["Andr\u00e9", "Andre\u0301"])
def test_a_name_is_one_user_in_every_form(services, stored, typed):
    user = services.users.add(stored, Role.ANALYST, "long enough")
    assert user.name == "Andr\u00e9"
    assert services.users.log_in(typed, "long enough").id == user.id
    assert services.users.of_jupyter(typed).id == user.id
    with pytest.raises(Conflict):
        services.users.add(typed, Role.ANALYST, "long enough")
    services.users.set_role(typed, Role.VIEWER)
    services.users.set_password(typed, "another one")
    services.users.disable(typed)
    assert not services.users.named(typed).active


def test_a_name_is_measured_in_the_form_that_is_stored(services):
    assert services.users.add("e\u0301" * 149, Role.VIEWER, "long enough").name == "\u00e9" * 149
    with pytest.raises(Invalid):
        services.users.add("\u0958" * 100, Role.VIEWER, "long enough")  # which is longer composed


def test_the_log_finds_what_either_form_of_a_name_did(services):
    user = services.users.add("Andr\u00e9", Role.ADMIN, "long enough")
    with services.store.write() as work:
        for name in ("Andr\u00e9", "Andre\u0301"):  # the second as 0.1.0 has written it
            work.log.append(replace(user, name=name), "x", report_id=None, target=("store", None), batch="b")
        assert [work.log.count(LogFilter(user=name)) for name in ("Andr\u00e9", "Andre\u0301", "Andre")] == [2, 2, 0]


@pytest.mark.parametrize(
    "typed", ["pass\u00e9 compos\u00e9", "passe\u0301 compose\u0301", "passe\u0301\u00a0compos\u00e9"]
)
@pytest.mark.parametrize(
    "chosen", ["pass\u00e9 compos\u00e9", "passe\u0301 compose\u0301", "pass\u00e9\u3000compose\u0301"]
)
def test_a_password_is_the_same_on_every_keyboard(services, ann, chosen, typed):
    services.users.set_password("ann", chosen)
    assert services.users.log_in("ann", typed).id == ann.id
    for wrong in ("passe compose", "Pass\u00e9 compos\u00e9", "pass\u00e9compos\u00e9"):
        with pytest.raises(NotAuthenticated):
            services.users.log_in("ann", wrong)


def test_a_password_that_would_be_too_short_today_goes_on_working(services, ann):
    chosen = "e\u0301" * 4
    with services.store.write() as work:
        work.users.change(ann.id, password_hash=PasswordHasher(time_cost=1).hash(chosen))
    for _ in range(2):
        assert services.users.log_in("ann", chosen).id == ann.id


@pytest.mark.parametrize("chosen", ["passe\u0301 compose\u0301", "pass\u00e9\u00a0compos\u00e9"])
def test_a_password_that_was_hashed_as_it_was_typed_goes_on_working(services, ann, chosen):
    """As 0.1.0 has stored it; after the first login it is stored in the form that does not depend on the keyboard."""
    with services.store.write() as work:
        work.users.change(ann.id, password_hash=PasswordHasher().hash(chosen))
    assert services.users.log_in("ann", chosen).id == ann.id
    assert services.users.log_in("ann", "pass\u00e9 compos\u00e9").id == ann.id
    assert services.users.log_in("ann", chosen).id == ann.id


def test_a_password_is_as_long_as_it_is_stored(services):
    assert services.users.add("eve", Role.VIEWER, "e\u0301" * 1024)
    assert services.users.log_in("eve", "\u00e9" * 1024)
    with pytest.raises(Invalid):
        services.users.set_password("eve", "e\u0301" * 7)
    with pytest.raises(NotAuthenticated):
        services.users.log_in("eve", "\u00e9" * 1024 + "x")


def test_a_name_twice(services):
    with pytest.raises(Conflict, match="There is a user 'ann' already"):
        services.users.add("ann", Role.VIEWER, "long enough")


def test_unknown_users(services):
    for change in (
        lambda: services.users.set_password("nobody", "long enough"),
        lambda: services.users.set_role("nobody", Role.ADMIN),
        lambda: services.users.disable("nobody"),
        lambda: services.users.enable("nobody"),
    ):
        with pytest.raises(NotFound, match="There is no user 'nobody'"):
            change()


def test_the_last_admin_stays(services, ben):
    with pytest.raises(Conflict, match="only admin left"):
        services.users.disable("ann")
    with pytest.raises(Conflict, match="only admin left"):
        services.users.set_role("ann", Role.ANALYST)
    services.users.set_role("ben", Role.ADMIN)
    services.users.disable("ann")
    assert [user.active for user in services.users.list()] == [False, True]


def test_roles_grant_what_the_contract_says(ann, ben, vic):
    granted = {user.name: {p for p in Permission if user.may(p)} for user in (ann, ben, vic)}
    assert granted["vic"] == {Permission.READ}
    assert granted["ben"] == {Permission.READ, Permission.REVIEW, Permission.TRAIN}
    assert granted["ann"] == set(Permission)
    assert not replace(ann, active=False).may(Permission.READ)


def test_the_first_admin(fresh):
    file = fresh.settings.initial_password_file
    assert fresh.users.make_first_admin()
    password = file.read_text().strip()
    assert len(password) >= 20
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert fresh.users.log_in("admin", password).role is Role.ADMIN
    assert not fresh.users.make_first_admin()
    fresh.users.set_password("admin", "chosen by myself")
    assert not file.exists()
    assert not fresh.users.make_first_admin()


def test_the_first_admin_is_made_once(fresh):
    other = Services(fresh.settings)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda one: one.users.make_first_admin(), [fresh, other, fresh, other]))
    assert sorted(made) == [False, False, False, True]
    password = fresh.settings.initial_password_file.read_text().strip()
    assert other.users.log_in("admin", password).name == "admin"
    other.close()


def test_where_somebody_can_log_in_no_admin_is_made(services):
    assert not services.users.make_first_admin()
    assert not services.settings.initial_password_file.exists()


def test_an_admin_that_jupyter_knew_before_becomes_admin(tmp_path):
    settings = Settings(data_dir=tmp_path / "hub", db_url="", jupyter_role=Role.VIEWER)
    hub = Services(settings)
    assert hub.users.of_jupyter("admin").role is Role.VIEWER
    assert hub.users.make_first_admin()
    assert hub.users.log_in("admin", settings.initial_password_file.read_text().strip()).role is Role.ADMIN
    hub.close()


def test_jupyter_users_are_made_on_first_use(services):
    first = services.users.of_jupyter("carla")
    assert first.role is Role.ADMIN
    assert services.users.of_jupyter("carla").id == first.id
    assert services.users.of_jupyter(None).name == operating_system_account()
    with pytest.raises(NotAuthenticated):
        services.users.log_in("carla", "")


def test_the_role_of_jupyter_users_is_a_setting(services):
    users = type(services.users)(services.store, replace(services.settings, jupyter_role=Role.VIEWER), Passwords())
    assert users.of_jupyter("carla").role is Role.VIEWER


def test_a_disabled_jupyter_user_is_refused(services):
    services.users.of_jupyter("carla")
    services.users.disable("carla")
    with pytest.raises(NotAuthenticated) as caught:
        services.users.of_jupyter("carla")
    assert caught.value.code == "user_inactive"


def test_a_jupyter_user_is_made_once(services):
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: services.users.of_jupyter("carla").id, range(16)))
    assert len(found) == 1


def test_hashes_are_argon2id_and_salted():
    passwords = Passwords()
    one, other = passwords.hash("the same password"), passwords.hash("the same password")
    assert one != other
    assert one.startswith("$argon2id$")
    assert passwords.check(one, "the same password")
    assert not passwords.check(one, "another password")
    assert not passwords.check(None, "the same password")
    assert not passwords.check("no hash at all", "the same password")
    assert not passwords.is_outdated(one, "the same password")


def test_a_weaker_hash_is_renewed_at_login_and_tokens_live_on(services, ann):
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("correct horse")
    with services.store.write() as work:
        work.users.rehash(ann.id, work.users.password_hash(ann.id), weak)
    token = services.tokens.issue(ann)["access"]
    services.users.log_in("ann", "correct horse")
    with services.store.read() as work:
        assert work.users.password_hash(ann.id) not in (weak, None)
    assert services.tokens.user_of(token).id == ann.id
