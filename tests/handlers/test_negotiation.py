"""Which format a client gets for its Accept header."""

from __future__ import annotations

import pytest

from tram_ext.domain.errors import NotAcceptable
from tram_ext.exports import formats
from tram_ext.handlers.negotiation import preferred


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("*", "json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV; charset=utf-8", "csv"),
        ("application/json;q=0.1, text/csv;q=0.5", "csv"),
        ("application/json;q=0, */*;q=0.1", "docx"),
        ("application/stix+json;version=2.1", "stix"),
        ("application/*;q=0.2, text/*;q=0.9", "csv"),
        ("text/csv;q=much, application/json", "json"),
        (" , ", "json"),
    ],
)
def test_preferred(accept, name):
    assert preferred(accept, formats()) == name


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/html"])
def test_none_of_them(accept):
    with pytest.raises(NotAcceptable, match="Could not satisfy the request Accept header"):
        preferred(accept, formats())
