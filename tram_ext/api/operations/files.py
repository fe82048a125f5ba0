"""Operations under TRAM's own paths: uploads, jobs, exports, downloads, trainings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from tram_ext.api.export_bodies import ExportedReport, ReportToImport, UploadForm
from tram_ext.api.operations.operation import (
    JSON,
    MULTIPART,
    Answer,
    Body,
    Operation,
    Parameter,
    created,
    nothing,
    shows,
)
from tram_ext.api.requests import ContentsRequest, TrainRequest
from tram_ext.api.responses import ImportedBody, JobBody, TrainedBody, TrainingBody, UploadedBody
from tram_ext.domain.users import Role
from tram_ext.exports import formats

UPLOAD: Final = "Upload"
EXPORT: Final = "Export and import"
TRAINING: Final = "Training"

_FLAG: Final = {"type": "string", "enum": ["0", "1"]}
_FILE: Final = {"type": "string", "format": "binary"}
_OBJECTS: Final = {"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}
"""A Navigator layer or a STIX bundle; several layers are a list, which the Navigator opens as tabs."""


def _media(kind: Any, *, several: bool) -> dict[str, Any]:
    """Return what stands in an export, by its media type without parameters."""
    found: dict[str, Any] = {}
    for item in formats():
        if item.several or not several:
            bare = item.media_type.split(";")[0]
            found[bare] = kind if bare == JSON else _OBJECTS if bare.endswith("json") else _FILE
    return found


_EXPORT_QUERY: Final = (
    Parameter(
        "format",
        "The format; absent, the `Accept` header decides, and without one it is JSON.",
        {"type": "string", "enum": [item.name for item in formats()]},
    ),
    Parameter("accepted-only", "`1` leaves out what nobody accepted; TRAM's JSON is always whole.", _FLAG),
)
_NO_FORMAT: Final = {HTTPStatus.NOT_ACCEPTABLE: "There is no such format, or it holds one report only."}

_UPLOAD: Final = (
    Operation(
        name="upload",
        verb="POST",
        path="/api/upload/",
        tag=UPLOAD,
        summary="Upload a document, or a report export",
        about=(
            "A PDF, DOCX, HTML, Markdown or text file becomes a job, which reads and maps it; "
            "a report export (JSON) is imported at once. The same file again answers with what is there. "
            "A user who is logged in to Jupyter, and may read its files, can name one by its `path` instead of "
            "sending it; a token of TRAM's or of a kernel does not do for that."
        ),
        role=Role.ANALYST,
        body=Body(UploadForm, (MULTIPART, JSON), as_json=ContentsRequest),
        answers=(shows(UploadedBody, "The file was taken, or was there."),),
        errors={
            HTTPStatus.NOT_FOUND: "There is no file at the path, or it is hidden.",
            HTTPStatus.CONFLICT: "The model was not trained yet.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The file is over the server's limit.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many files are on their way at once.",
        },
    ),
    Operation(
        name="jobs",
        verb="GET",
        path="/api/jobs/",
        tag=UPLOAD,
        summary="List waiting, running and failed jobs",
        query=(Parameter("all", "`1` lists those that are done or cancelled, too.", _FLAG),),
        paged=True,
        answers=(shows(list[JobBody], "Jobs, in the order they came."),),
    ),
    Operation(
        name="job",
        verb="GET",
        path="/api/jobs/{id}/",
        tag=UPLOAD,
        summary="Show a job",
        answers=(shows(JobBody, "The job; once it is `Done`, with its `report_id`."),),
    ),
    Operation(
        name="cancel_job",
        verb="DELETE",
        path="/api/jobs/{id}/",
        tag=UPLOAD,
        summary="Cancel a job, waiting or running",
        role=Role.ANALYST,
        answers=(nothing("It will not go on; one that has ended stays as it is."),),
        errors={HTTPStatus.FORBIDDEN: "It is somebody else's; an admin may cancel it."},
    ),
    Operation(
        name="retry_job",
        verb="POST",
        path="/api/tram/jobs/{id}/retry",
        tag=UPLOAD,
        summary="Queue the work of a failed or cancelled job again",
        about="Answers with the new job, or with one on the same document that waits or runs already.",
        role=Role.ANALYST,
        answers=(shows(JobBody, "The job that does the work."),),
        errors={HTTPStatus.CONFLICT: "The job has not ended, or has ended well."},
    ),
    Operation(
        name="download",
        verb="GET",
        path="/api/download/{id}",
        tag=UPLOAD,
        summary="Download a document as it was uploaded",
        about="The number is a report's `document_id`.",
        answers=(Answer("The file.", {"application/octet-stream": _FILE}, headers=("Content-Disposition",)),),
    ),
)

_EXPORT: Final = (
    Operation(
        name="export_reports",
        verb="GET",
        path="/api/report-mappings/",
        tag=EXPORT,
        summary="Export several reports",
        query=(
            Parameter("doc-id", "Only the reports of this document.", {"type": "integer", "minimum": 0}),
            *_EXPORT_QUERY,
        ),
        paged=True,
        answers=(
            Answer(
                "A file; JSON is a list of reports.",
                _media(list[ExportedReport], several=True),
                headers=("Content-Disposition",),
            ),
        ),
        errors=_NO_FORMAT,
    ),
    Operation(
        name="import_report",
        verb="POST",
        path="/api/report-mappings/",
        tag=EXPORT,
        summary="Import a report export, all or nothing",
        about="The same content again answers with the report that is there. In a form, `sentences` is JSON.",
        role=Role.ANALYST,
        body=Body(ReportToImport),
        answers=(created(ImportedBody, "The report, and what a person should know about it."),),
    ),
    Operation(
        name="export_report",
        verb="GET",
        path="/api/report-mappings/{id}/",
        tag=EXPORT,
        summary="Export a report",
        query=_EXPORT_QUERY,
        answers=(Answer("A file.", _media(ExportedReport, several=False), headers=("Content-Disposition",)),),
        errors=_NO_FORMAT,
    ),
)

_TRAINING: Final = (
    Operation(
        name="train",
        verb="POST",
        path="/api/train-model/{name}",
        tag=TRAINING,
        summary="Train a model on the accepted sentences",
        about="Answers when it is done. `Prefer: respond-async` answers at once, and says where to ask.",
        role=Role.ANALYST,
        body=Body(TrainRequest, required=False),
        query=(Parameter("Prefer", "Whether to wait.", {"type": "string", "enum": ["respond-async"]}, where="header"),),
        answers=(
            shows(TrainedBody, "The model is trained and active."),
            Answer("The training has begun.", {JSON: TrainingBody}, HTTPStatus.ACCEPTED, ("Location",)),
        ),
        errors={
            HTTPStatus.NOT_FOUND: "There is no such model or report.",
            HTTPStatus.CONFLICT: "There is nothing to train on, or somebody cancelled it.",
            HTTPStatus.UNPROCESSABLE_ENTITY: "The training failed or took too long.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many trainings wait already.",
        },
    ),
    Operation(
        name="training",
        verb="GET",
        path="/api/tram/trainings/{id}",
        tag=TRAINING,
        summary="Show a training, running or finished",
        answers=(shows(TrainingBody, "The training; once it is `Done`, with its result."),),
    ),
    Operation(
        name="cancel_training",
        verb="DELETE",
        path="/api/tram/trainings/{id}",
        tag=TRAINING,
        summary="Cancel a training",
        role=Role.ANALYST,
        answers=(nothing("It will not go on; one that has ended stays as it is."),),
        errors={HTTPStatus.FORBIDDEN: "It is somebody else's; an admin may cancel it."},
    ),
)

OPERATIONS: Final = (*_UPLOAD, *_EXPORT, *_TRAINING)
