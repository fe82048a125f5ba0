"""Response bodies in TRAM's format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from tram_ext.api.vocabulary import AttackStatusName, JobStatusName, Moment, ReportStatusName, TrainingStateName, Uuid
from tram_ext.domain.attack import AttackObject
from tram_ext.domain.jobs import Job
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.reports import Report
from tram_ext.domain.tasks import Task
from tram_ext.exports.tram_json import format_datetime


class TokenPairBody(TypedDict):
    """The answer to a login: what opens the API for an hour, and what gets the next of these for a day."""

    refresh: str
    access: str


class AccessBody(TypedDict):
    """A fresh access token."""

    access: str


class AttackObjectBody(TypedDict):
    """A technique; what stands after `name` are additions to TRAM's keys."""

    id: int
    attack_id: str
    name: str
    status: AttackStatusName
    url: str
    version: int


class ReportBody(TypedDict):
    """A report without its sentences; what stands after `status` are additions to TRAM's keys.

    `uuid` is what other workbenches and platforms know the report by.
    """

    id: int
    document_id: int | None
    name: str
    byline: str
    accepted_sentences: int
    reviewing_sentences: int
    total_sentences: int
    text: str
    ml_model: str
    created_by: str | None
    created_on: Moment
    updated_on: Moment
    status: ReportStatusName
    use_for_training: bool
    builtin: bool
    uuid: Uuid
    version: int


class ImportedBody(ReportBody):
    """An imported report, and what a person should know about it."""

    warnings: list[str]


class JobBody(TypedDict):
    """A job; what stands after `updated_on` are additions to TRAM's keys. `progress` is from 0 to 1."""

    id: int
    name: str
    byline: str
    status: JobStatusName
    message: str
    created_by: str | None
    created_on: Moment
    updated_on: Moment
    progress: float
    stage: str
    document_id: int
    report_id: int | None
    model: str | None


UploadedBody = TypedDict(
    "UploadedBody",
    {
        "message": str,
        "job-id": NotRequired[int],
        "doc-id": NotRequired[int],
        "report_id": NotRequired[int | None],
        "warnings": NotRequired[list[str]],
    },
)
"""The answer to an upload: a document has a job, an export is a report at once."""


class TrainedBody(TypedDict):
    """The answer to a training, exactly TRAM's."""

    message: str
    elapsed_sec: float


class TrainingResultBody(TypedDict):
    """The result of a training; each F1 from 0 to 1, or None where nothing could be held out."""

    version: int
    f1_weighted: float | None
    f1_micro: float | None
    f1_macro: float | None


class TrainingBody(TypedDict):
    """A training under way or ended."""

    id: int
    model: str
    state: TrainingStateName
    progress: float
    stage: str
    message: str
    created_by: str | None
    created_on: Moment
    updated_on: Moment
    elapsed_sec: float | None
    result: TrainingResultBody | None


def attack_object_body(item: AttackObject) -> AttackObjectBody:
    """Return the response body of a technique."""
    assert item.id is not None
    return {
        "id": item.id,
        "attack_id": item.attack_id,
        "name": item.name,
        "status": item.status.value,
        "url": item.url,
        "version": item.version,
    }


def report_body(report: Report) -> ReportBody:
    """Return the response body of a report."""
    return {
        "id": report.id,
        "document_id": report.document_id,
        "name": report.name,
        "byline": report.byline,
        "accepted_sentences": report.accepted_sentences,
        "reviewing_sentences": report.reviewing_sentences,
        "total_sentences": report.total_sentences,
        "text": report.text,
        "ml_model": report.ml_model,
        "created_by": report.created_by,
        "created_on": format_datetime(report.created_on),
        "updated_on": format_datetime(report.updated_on),
        "status": report.status,
        "use_for_training": report.use_for_training,
        "builtin": report.builtin is not None,
        "uuid": report.uuid,
        "version": report.version,
    }


def imported_body(report: Report, warnings: Sequence[str]) -> ImportedBody:
    """Return the response body of an imported report."""
    return {**report_body(report), "warnings": list(warnings)}


def job_body(job: Job) -> JobBody:
    """Return the response body of a job."""
    return {
        "id": job.id,
        "name": job.name,
        "byline": job.byline,
        "status": job.status.value,
        "message": job.message,
        "created_by": job.created_by,
        "created_on": format_datetime(job.created_on),
        "updated_on": format_datetime(job.updated_on),
        "progress": round(job.progress, 3),
        "stage": job.stage,
        "document_id": job.document_id,
        "report_id": job.report_id,
        "model": job.model,
    }


def queued_body(job: Job, *, is_new: bool) -> UploadedBody:
    """Return the response body of an upload that became a job."""
    message = "File saved for processing." if is_new else "This file is already here; nothing was added."
    return {"message": message, "job-id": job.id, "doc-id": job.document_id, "report_id": job.report_id}


def report_uploaded_body(report: Report, warnings: Sequence[str], *, is_new: bool) -> UploadedBody:
    """Return the response body of an upload that was imported."""
    message = "Report imported." if is_new else "This report is already here; nothing was added."
    body: UploadedBody = {"message": message, "report_id": report.id}
    if warnings:
        body["warnings"] = list(warnings)
    return body


def trained_body(training: Task) -> TrainedBody:
    """Return the response body of a finished training, in TRAM's format."""
    assert training.elapsed_sec is not None
    return {"message": "Model successfully trained.", "elapsed_sec": training.elapsed_sec}


def training_body(training: Task, version: ModelVersion | None) -> TrainingBody:
    """Return the response body of a training."""
    return {
        "id": training.id,
        "model": training.model,
        "state": training.state.value,
        "progress": round(training.progress, 3),
        "stage": training.stage,
        "message": training.message,
        "created_by": training.created_by,
        "created_on": format_datetime(training.created_on),
        "updated_on": format_datetime(training.updated_on),
        "elapsed_sec": training.elapsed_sec,
        "result": None
        if version is None
        else {
            "version": version.number,
            "f1_weighted": version.card.f1_weighted,
            "f1_micro": version.card.f1_micro,
            "f1_macro": version.card.f1_macro,
        },
    }
