"""Tokens: what they are, how long they count, and everything that is none."""

from __future__ import annotations

import base64
import json
import os
import stat
import time
from dataclasses import replace

import jwt
import pytest

from tram_ext.domain.errors import NotAuthenticated, Unavailable
from tram_ext.domain.users import Role
from tram_ext.services.access.tokens import LEEWAY, Tokens


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


class Clock:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def key(services):
    return services.tokens and services.settings.key_file.read_text()


def forge(key, user, **changes):
    """Sign a token with the installation's own key, with some claims changed; None takes a claim away."""
    now = int(time.time())
    claims = {
        "token_type": "access",
        "exp": now + 60,
        "iat": now,
        "jti": "0" * 32,
        "user_id": user.id,
        "stamp": user.token_stamp,
    } | changes
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm="HS256")


def test_shape(services, ann):
    pair = services.tokens.issue(ann)
    assert set(pair) == {"access", "refresh"}
    for kind, seconds in (("access", 3600), ("refresh", 86400)):
        claims = claims_of(pair[kind])
        assert jwt.get_unverified_header(pair[kind]) == {"alg": "HS256", "typ": "JWT"}
        assert set(claims) == {"token_type", "exp", "iat", "jti", "user_id", "stamp"}
        assert claims["token_type"] == kind
        assert claims["user_id"] == ann.id
        assert claims["exp"] - time.time() == pytest.approx(seconds, abs=5)
        assert len(bytes.fromhex(claims["jti"])) == 16


def test_round_trip(services, ann):
    pair = services.tokens.issue(ann)
    assert services.tokens.user_of(pair["access"]).name == "ann"
    fresh = services.tokens.refresh(pair["refresh"])
    assert set(fresh) == {"access"}
    assert services.tokens.user_of(fresh["access"]).id == ann.id


def test_key_is_private_kept_and_of_this_installation(services, ann, tmp_path):
    access = services.tokens.issue(ann)["access"]
    if os.name == "posix":
        assert stat.S_IMODE(services.settings.key_file.stat().st_mode) == 0o600
    assert Tokens(services.store, services.settings).user_of(access).id == ann.id
    elsewhere = replace(services.settings, data_dir=tmp_path)
    with pytest.raises(NotAuthenticated):
        Tokens(services.store, elsewhere).user_of(access)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_damaged_key_is_refused(services, content):
    services.settings.key_file.write_bytes(content)
    with pytest.raises(Unavailable, match="is damaged, and tokens signed with it"):
        Tokens(services.store, services.settings)


def test_expired(services, ann, key):
    with pytest.raises(NotAuthenticated) as caught:
        services.tokens.user_of(forge(key, ann, exp=int(time.time()) - LEEWAY - 1))
    assert caught.value.code == "token_not_valid"
    assert caught.value.messages[0]["message"] == "Token is invalid or expired"


def test_lifetimes_are_settings(services, ann, clock):
    short = Tokens(
        services.store, replace(services.settings, access_token_lifetime=7, refresh_token_lifetime=70), clock
    )
    pair = short.issue(ann)
    clock.now += 7 + LEEWAY - 1
    assert short.user_of(pair["access"]).id == ann.id, "machines differ by some seconds"
    clock.now += 1
    with pytest.raises(NotAuthenticated):
        short.user_of(pair["access"])
    clock.now += 62
    assert short.refresh(pair["refresh"])
    clock.now += 1
    with pytest.raises(NotAuthenticated):
        short.refresh(pair["refresh"])


@pytest.mark.parametrize("hours", [-24, -1, 0.75])
def test_tokens_in_use_outlive_a_step_of_the_clock(services, ann, clock, hours):
    tokens = Tokens(services.store, services.settings, clock)
    pair = tokens.issue(ann)
    clock.now += hours * 3600
    assert tokens.user_of(pair["access"]).id == ann.id
    fresh = tokens.refresh(pair["refresh"])
    assert tokens.user_of(fresh["access"]).id == ann.id


def test_what_was_withdrawn_stays_so_when_the_clock_steps_back(services, ben, clock):
    tokens = Tokens(services.store, services.settings, clock)
    pair = tokens.issue(ben)
    clock.now -= 3600
    services.users.set_password("ben", "new password")
    with pytest.raises(NotAuthenticated):
        tokens.user_of(pair["access"])
    with pytest.raises(NotAuthenticated):
        tokens.refresh(pair["refresh"])
    again = tokens.issue(services.users.log_in("ben", "new password"))
    clock.now += 7200
    assert tokens.refresh(again["refresh"])


@pytest.mark.parametrize("stamp", [None, "", "0" * 16, 1, ["a"], True])
def test_a_token_that_does_not_say_for_what_it_was_issued_is_refused(services, ann, key, stamp):
    """As those of 0.1.0: whether they were withdrawn cannot be told without trusting the clock."""
    with pytest.raises(NotAuthenticated) as caught:
        services.tokens.user_of(forge(key, ann, stamp=stamp))
    assert caught.value.code == "token_not_valid"


def test_tampered(services, ann):
    head, body, signature = services.tokens.issue(ann)["access"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**claims, "user_id": 999}).encode()).decode().rstrip("=")
    flipped = signature[:5] + ("A" if signature[5] != "A" else "B") + signature[6:]
    for token in (f"{head}.{other}.{signature}", f"{head}.{body}.{flipped}", f"{head}.{body}."):
        with pytest.raises(NotAuthenticated):
            services.tokens.user_of(token)


def unsigned(user, alg):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"token_type": "access", "exp": int(time.time()) + 60, "iat": 1, "jti": "0" * 32, "user_id": user.id}
    return f"{part({'alg': alg, 'typ': 'JWT'})}.{part(claims)}."


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256"])
def test_no_signature(services, ann, alg):
    with pytest.raises(NotAuthenticated):
        services.tokens.user_of(unsigned(ann, alg))


def test_other_algorithm_with_our_key(services, ann, key):
    token = jwt.encode(claims_of(forge(key, ann)), key, algorithm="HS512")
    with pytest.raises(NotAuthenticated):
        services.tokens.user_of(token)


def test_wrong_type(services, ann):
    pair = services.tokens.issue(ann)
    with pytest.raises(NotAuthenticated, match="Token has wrong type"):
        services.tokens.refresh(pair["access"])
    with pytest.raises(NotAuthenticated) as caught:
        services.tokens.user_of(pair["refresh"])
    assert caught.value.messages[0]["message"] == "Token has wrong type"


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": "1"},
        {"user_id": 1.0},
        {"user_id": True},
        {"user_id": None},
        {"user_id": [1]},
        {"iat": None},
        {"iat": "now"},
        {"exp": None},
        {"exp": "later"},
        {"exp": 1e300},
        {"exp": True},
        {"jti": None},
        {"token_type": None},
        {"token_type": ["access"]},
    ],
)
def test_claims_of_another_form(services, ann, key, changes):
    with pytest.raises(NotAuthenticated) as caught:
        services.tokens.user_of(forge(key, ann, **changes))
    assert caught.value.code == "token_not_valid"


@pytest.mark.parametrize("user_id", [999, -1, 0, 2**31, 2**63, 10**40])
def test_nobody_has_this_number(services, ann, key, user_id):
    with pytest.raises(NotAuthenticated):
        services.tokens.user_of(forge(key, ann, user_id=user_id))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "🦉.🦉.🦉", "x" * 200_000, "." * 1000, "\x00", "e30.e30.e30"]
)
def test_no_token_at_all(services, token):
    with pytest.raises(NotAuthenticated):
        services.tokens.user_of(token)
    with pytest.raises(NotAuthenticated, match="Token is invalid or expired"):
        services.tokens.refresh(token)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda users: users.set_password("ben", "new password"), "token_not_valid"),
        (lambda users: users.set_role("ben", Role.VIEWER), "token_not_valid"),
        (lambda users: users.disable("ben"), "user_inactive"),
        (lambda users: (users.disable("ben"), users.enable("ben")), "token_not_valid"),
    ],
)
def test_a_change_ends_the_tokens_of_its_user_only(services, ann, ben, change, code):
    others = services.tokens.issue(ann)
    pair = services.tokens.issue(ben)
    change(services.users)
    with pytest.raises(NotAuthenticated) as caught:
        services.tokens.user_of(pair["access"])
    assert caught.value.code == code
    with pytest.raises(NotAuthenticated) as caught:
        services.tokens.refresh(pair["refresh"])
    assert caught.value.code == code
    assert services.tokens.user_of(others["access"]).id == ann.id


def test_a_token_right_after_a_password_change_counts(services, ben):
    services.users.set_password("ben", "new password")
    pair = services.tokens.issue(services.users.log_in("ben", "new password"))
    assert services.tokens.user_of(pair["access"]).id == ben.id
    assert services.tokens.refresh(pair["refresh"])


def test_a_token_between_two_changes_within_a_second_is_ended(services, ben):
    services.users.set_password("ben", "new password")
    between = services.tokens.issue(services.users.log_in("ben", "new password"))
    services.users.set_password("ben", "newer password")
    with pytest.raises(NotAuthenticated):
        services.tokens.user_of(between["access"])
    after = services.tokens.issue(services.users.log_in("ben", "newer password"))
    assert services.tokens.user_of(after["access"]).id == ben.id
