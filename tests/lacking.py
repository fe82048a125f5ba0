"""What a test does where a program that it drives is not installed."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip on a user's machine; in CI a test that does not run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (required where CI=true)")
    pytest.skip(what)
