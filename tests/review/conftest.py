"""Services over a store of their own, with a report that two analysts review."""

from __future__ import annotations

import pytest

from tests.services.conftest import ann, ben, report, services, settings, start_python, vic, world
from tram_ext.domain.users import Role

__all__ = ["ann", "ben", "report", "services", "settings", "start_python", "vic", "world"]


@pytest.fixture
def cat(services):
    """Return another analyst."""
    return services.users.add("cat", Role.ANALYST, "another battery")


@pytest.fixture
def sentences(services, report, vic):
    """Return the sentences of the report, read anew at each call."""
    from tram_ext.domain.review import SentenceFilter

    return lambda **wanted: services.sentences.list(SentenceFilter(report_id=report.id, **wanted), vic)[0]
