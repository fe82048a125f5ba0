"""What is said of a database's URL, and what of it is shown."""

from __future__ import annotations

import pytest

from tram_ext.domain.errors import Invalid
from tram_ext.store import addresses


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not a database URL"),
        ("postgres://ann:geheim@host/tram", "not a database URL"),
        ("postgresql+psycopg://ann:geheim@host:port/tram", "not a database URL"),
        ("mysql+mysqldb://ann:geheim@host/tram", "is not installed"),
        ("sqlite://", "the path of a file"),
        ("sqlite:///:memory:", "the path of a file"),
    ],
)
def test_what_cannot_be_used_is_said_without_its_password(url, said):
    with pytest.raises(Invalid, match=said) as raised:
        addresses.parsed(url)
    assert "geheim" not in raised.value.message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/tram.sqlite3", "sqlite:////srv/tram.sqlite3"),
        ("postgresql://ann:geheim@host/tram", "postgresql://ann:***@host/tram"),
        (
            "postgresql://host/tram?user=ann&password=geheim&sslPassword=geheim&connect_timeout=3",
            "postgresql://host/tram?connect_timeout=3&password=hidden&sslPassword=hidden&user=ann",
        ),
        ("postgres//ann:geheim@host/tram", "***"),
    ],
)
def test_no_password_is_shown(url, shown):
    assert addresses.shown(url) == shown
