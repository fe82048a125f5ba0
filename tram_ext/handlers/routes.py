"""The table of routes; every path works with and without a slash at its end."""

from __future__ import annotations

from typing import Any, Final

from tram_ext.handlers.attack import AttackHandler, AttackListHandler
from tram_ext.handlers.base import TramHandler
from tram_ext.handlers.host import WorkbenchHost
from tram_ext.handlers.jobs import DownloadHandler, JobHandler, JobListHandler
from tram_ext.handlers.report_mappings import ReportMappingListHandler
from tram_ext.handlers.reports import ReportHandler, ReportListHandler
from tram_ext.handlers.status import NothingHereHandler, StatusHandler
from tram_ext.handlers.tokens import RefreshHandler, TokenHandler
from tram_ext.handlers.training import TrainingHandler, TrainModelHandler
from tram_ext.handlers.upload import UploadHandler

ROUTES: Final[tuple[tuple[str, type[TramHandler]], ...]] = (
    (r"/api/token/?", TokenHandler),
    (r"/api/token/refresh/?", RefreshHandler),
    (r"/api/train-model/([^/]+)/?", TrainModelHandler),
    (r"/api/attack/?", AttackListHandler),
    (r"/api/attack/([^/]+)/?", AttackHandler),
    (r"/api/reports/?", ReportListHandler),
    (r"/api/reports/([^/]+)/?", ReportHandler),
    (r"/api/report-mappings/?", ReportMappingListHandler),
    (r"/api/upload/?", UploadHandler),
    (r"/api/jobs/?", JobListHandler),
    (r"/api/jobs/([^/]+)/?", JobHandler),
    (r"/api/download/([^/]+)/?", DownloadHandler),
    (r"/api/tram/status/?", StatusHandler),
    (r"/api/tram/trainings/([^/]+)/?", TrainingHandler),
    (
        r"/api/(?:token|train-model|upload|jobs|download|attack|reports|report-mappings|tram)(?:/.*)?",
        NothingHereHandler,
    ),
)


def routes(name: str, host: WorkbenchHost) -> list[tuple[str, type[TramHandler], dict[str, Any]]]:
    """Return the routes for a Jupyter server, which puts its ``base_url`` before them."""
    return [(pattern, handler, {"name": name, "host": host}) for pattern, handler in ROUTES]
