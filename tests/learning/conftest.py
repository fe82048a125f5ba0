"""Services that have trained on the small corpus, with a report under review."""

from __future__ import annotations

import contextlib
import json
import shutil

import pytest

from tests import corpus
from tests.services.conftest import start_python, world
from tram_ext.domain.assertions import Disposition
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

__all__ = ["start_python", "world"]

UNDER_REVIEW = [
    ("The crew mailed an invoice as an email attachment.", ["T1566.001"]),
    ("The crew mailed a second invoice as an email attachment.", ["T1566.001"]),
    ("A brewer named Otto scheduled the tasting.", []),
    ("Encoded PowerShell started the stage.", ["T1059.001"]),
    ("PowerShell [T1059.001]", ["T1059.001"]),
    ("Beer was served at noon.", []),
]


def sentences_of(services, report_id, actor):
    return services.sentences.list(SentenceFilter(report_id=report_id), actor)[0]


def decide(services, sentence, disposition, actor):
    from tram_ext.domain.edits import SentenceEdit

    services.sentences.change(sentence.id, SentenceEdit(None, None, disposition, decides=True), actor)


@pytest.fixture(scope="session")
def trained(world, tmp_path_factory):
    """Return a data folder in which linear, nb and dummy have learned the corpus."""
    folder = tmp_path_factory.mktemp("learning") / "data"
    shutil.copytree(world, folder)
    services = Services(Settings(data_dir=folder, db_url="", default_model="linear"))
    (ann,) = services.users.list()
    services.users.add("vic", Role.VIEWER, "staple battery")
    services.imports.import_report(corpus.export_bytes(), ann)
    for name in ("linear", "nb", "dummy"):
        services.trainings.train(TrainingRequest(name), ann)
    found = [
        corpus.sentence(text, *techniques, order=order, disposition=None)
        for order, (text, techniques) in enumerate(UNDER_REVIEW)
    ]
    for sentence in found:
        for mapping in sentence["mappings"]:
            mapping |= {"source": "model", "confidence": "45.0"}
    data = corpus.export("Under review", text="Under review", ml_model="linear", sentences=found)
    services.imports.import_report(json.dumps(data).encode(), ann)
    services.close()
    return folder


@pytest.fixture(scope="session")
def ann(trained):
    """Return an admin; the same in every copy."""
    with contextlib.closing(Services(Settings(data_dir=trained, db_url="", default_model="linear"))) as services:
        return users(services)["ann"]


@pytest.fixture
def services(trained, tmp_path):
    """Return services over a copy of their own."""
    folder = tmp_path / "data"
    shutil.copytree(trained, folder)
    opened = Services(Settings(data_dir=folder, db_url="", default_model="linear"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(trained, tmp_path_factory):
    """Return services that tests of a module share; they leave everything as it is."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(trained, folder)
    opened = Services(Settings(data_dir=folder, db_url="", default_model="linear"))
    yield opened
    opened.close()


def users(services):
    return {user.name: user for user in services.users.list()}


def report_under_review(services):
    (ann, *_) = services.users.list()
    found, _ = services.reports.list(ann)
    return next(report for report in found if report.name == "Under review")


ACCEPT, REJECT = Disposition.ACCEPT, Disposition.REJECT
