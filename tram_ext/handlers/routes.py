"""The table of routes; every path works with and without a slash at its end."""

from __future__ import annotations

from typing import Any, Final

from jupyter_server.base.handlers import Template404, TrailingSlashHandler
from tornado.routing import PathMatches, Rule
from tornado.web import Application

from tram_ext.handlers.access.password import PasswordHandler
from tram_ext.handlers.access.tokens import RefreshHandler, TokenHandler
from tram_ext.handlers.advice.learning import (
    CompareHandler,
    LabelCheckHandler,
    LabelCheckListHandler,
    LearningCurveHandler,
    LearningCurveListHandler,
    MappingExplanationHandler,
    ReportSuggestionsHandler,
    SentenceExplanationHandler,
    SentenceSuggestionsHandler,
    TrainingSetHandler,
    UncertainHandler,
)
from tram_ext.handlers.advice.overviews import EvidenceHandler, MatrixHandler, RowsHandler
from tram_ext.handlers.attack.attack import AttackHandler, AttackListHandler
from tram_ext.handlers.attack.attack_upgrade import AttackUpgradeHandler
from tram_ext.handlers.attack.techniques import TacticListHandler, TechniqueHandler, TechniqueListHandler
from tram_ext.handlers.base import TramHandler
from tram_ext.handlers.documents.jobs import DownloadHandler, JobHandler, JobListHandler
from tram_ext.handlers.documents.upload import UploadHandler
from tram_ext.handlers.host import WorkbenchHost
from tram_ext.handlers.mapping.map import MapFileHandler, MapHandler
from tram_ext.handlers.notebooks import NotebookListHandler
from tram_ext.handlers.openapi import DocsHandler, OpenApiHandler
from tram_ext.handlers.reports.report_mappings import ReportMappingHandler, ReportMappingListHandler
from tram_ext.handlers.reports.reports import ReportHandler, ReportListHandler
from tram_ext.handlers.review.mappings import MappingHandler, MappingListHandler
from tram_ext.handlers.review.review import BulkReviewHandler, LogHandler, RedoHandler, RemapHandler, UndoHandler
from tram_ext.handlers.review.sentences import (
    MergeHandler,
    SentenceHandler,
    SentenceListHandler,
    SplitHandler,
    StepHandler,
)
from tram_ext.handlers.status import NothingHereHandler, StatusHandler, WrongBaseHandler
from tram_ext.handlers.training.models import ModelHandler, ModelListHandler, ModelVersionsHandler, RestoreHandler
from tram_ext.handlers.training.training import TrainingHandler, TrainingListHandler, TrainModelHandler

ROUTES: Final[tuple[tuple[str, type[TramHandler]], ...]] = (
    (r"/api/token/?", TokenHandler),
    (r"/api/token/refresh/?", RefreshHandler),
    (r"/api/train-model/([^/]+)/?", TrainModelHandler),
    (r"/api/attack/?", AttackListHandler),
    (r"/api/attack/([^/]+)/?", AttackHandler),
    (r"/api/reports/?", ReportListHandler),
    (r"/api/reports/([^/]+)/?", ReportHandler),
    (r"/api/report-mappings/?", ReportMappingListHandler),
    (r"/api/report-mappings/([^/]+)/?", ReportMappingHandler),
    (r"/api/sentences/?", SentenceListHandler),
    (r"/api/sentences/([^/]+)/?", SentenceHandler),
    (r"/api/mappings/?", MappingListHandler),
    (r"/api/mappings/([^/]+)/?", MappingHandler),
    (r"/api/upload/?", UploadHandler),
    (r"/api/jobs/?", JobListHandler),
    (r"/api/jobs/([^/]+)/?", JobHandler),
    (r"/api/download/([^/]+)/?", DownloadHandler),
    (r"/api/tram/status/?", StatusHandler),
    (r"/api/tram/trainings/?", TrainingListHandler),
    (r"/api/tram/trainings/([^/]+)/?", TrainingHandler),
    (r"/api/tram/models/?", ModelListHandler),
    (r"/api/tram/models/compare/?", CompareHandler),
    (r"/api/tram/models/([^/]+)/?", ModelHandler),
    (r"/api/tram/models/([^/]+)/versions/?", ModelVersionsHandler),
    (r"/api/tram/models/([^/]+)/restore/?", RestoreHandler),
    (r"/api/tram/techniques/?", TechniqueListHandler),
    (r"/api/tram/techniques/([^/]+)/?", TechniqueHandler),
    (r"/api/tram/tactics/?", TacticListHandler),
    (r"/api/tram/attack/upgrade/?", AttackUpgradeHandler),
    (r"/api/tram/map/?", MapHandler),
    (r"/api/tram/map-file/?", MapFileHandler),
    (r"/api/tram/matrix/?", MatrixHandler),
    (r"/api/tram/matrix/([^/]+)/?", EvidenceHandler),
    (r"/api/tram/reports/([^/]+)/rows/?", RowsHandler),
    (r"/api/tram/reports/([^/]+)/review/?", BulkReviewHandler),
    (r"/api/tram/reports/([^/]+)/remap/?", RemapHandler),
    (r"/api/tram/reports/([^/]+)/undo/?", UndoHandler),
    (r"/api/tram/reports/([^/]+)/redo/?", RedoHandler),
    (r"/api/tram/undo/?", UndoHandler),
    (r"/api/tram/redo/?", RedoHandler),
    (r"/api/tram/sentences/merge/?", MergeHandler),
    (r"/api/tram/sentences/([^/]+)/step/?", StepHandler),
    (r"/api/tram/sentences/([^/]+)/split/?", SplitHandler),
    (r"/api/tram/mappings/([^/]+)/explanation/?", MappingExplanationHandler),
    (r"/api/tram/sentences/([^/]+)/explanation/?", SentenceExplanationHandler),
    (r"/api/tram/sentences/([^/]+)/suggestions/?", SentenceSuggestionsHandler),
    (r"/api/tram/reports/([^/]+)/suggestions/?", ReportSuggestionsHandler),
    (r"/api/tram/uncertain/?", UncertainHandler),
    (r"/api/tram/training-set/?", TrainingSetHandler),
    (r"/api/tram/label-checks/?", LabelCheckListHandler),
    (r"/api/tram/label-checks/([^/]+)/?", LabelCheckHandler),
    (r"/api/tram/learning-curves/?", LearningCurveListHandler),
    (r"/api/tram/learning-curves/([^/]+)/?", LearningCurveHandler),
    (r"/api/tram/log/?", LogHandler),
    (r"/api/tram/notebooks/?", NotebookListHandler),
    (r"/api/tram/password/?", PasswordHandler),
    (r"/api/tram/openapi\.json/?", OpenApiHandler),
    (r"/api/tram/docs/?", DocsHandler),
    (
        r"/api/(?:token|train-model|upload|jobs|download|attack|reports|report-mappings|sentences|mappings|tram)(?:/.*)?",
        NothingHereHandler,
    ),
)

_MISPLACED: Final = r"/(?:.*/)?api/(?:token|train-model|upload|report-mappings|tram)(?:/.*)?"


def routes(name: str, host: WorkbenchHost) -> list[tuple[str, type[TramHandler], dict[str, Any]]]:
    """Return the routes for a Jupyter server, which puts its ``base_url`` before them."""
    return [(pattern, handler, {"name": name, "host": host}) for pattern, handler in ROUTES]


def explain_wrong_bases(application: Application, name: str, host: WorkbenchHost) -> None:
    """Answer paths that nothing else answers, and that would be ours below another base URL.

    They come behind all other routes, other extensions' included, and before Jupyter redirects what ends in a slash or
    shows a page that there is nothing.
    """
    rules = application.wildcard_router.rules
    last = [place for place, rule in enumerate(rules) if rule.target in {TrailingSlashHandler, Template404}]
    rule = Rule(PathMatches(_MISPLACED), WrongBaseHandler, {"name": name, "host": host})
    rules.insert(min(last, default=len(rules)), rule)
