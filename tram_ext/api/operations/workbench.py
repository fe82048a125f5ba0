"""Operations under ``/api/tram/``: bulk review, undo, the log, status, passwords, this documentation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tram_ext.api.notebooks import NotebookFileBody
from tram_ext.api.operations.operation import Answer, Body, Operation, Parameter, nothing, shows
from tram_ext.api.review_requests import (
    ExcerptRequest,
    MergeRequest,
    PasswordRequest,
    RemapRequest,
    ReviewRequest,
    SplitRequest,
    StepRequest,
    UndoRequest,
)
from tram_ext.api.review_responses import BulkBody, LogBody, SentenceBody, SplitBody, UndoneBody
from tram_ext.api.status import StatusBody
from tram_ext.domain.users import Role

REVIEW: Final = "Review together"
WORKBENCH: Final = "Workbench"

_MOMENT: Final = {"type": "string", "format": "date-time", "examples": ["2026-05-03T12:55:40Z"]}

_BULK: Final = (
    Operation(
        name="review",
        verb="POST",
        path="/api/tram/reports/{id}/review",
        tag=REVIEW,
        summary="Decide many sentences of a report at once",
        about=(
            "`accept-above` accepts those that await review with a mapping of at least `confidence`; `accept-unmapped` "
            'accepts those without a mapping as "no technique"; `accept`, `reject` and `clear` take `sentences`.'
        ),
        role=Role.ANALYST,
        body=Body(ReviewRequest),
        guarded=True,
        answers=(shows(BulkBody, "How many sentences are different now, and the report.", tagged=True),),
    ),
    Operation(
        name="remap",
        verb="POST",
        path="/api/tram/reports/{id}/remap",
        tag=REVIEW,
        summary="Map a report again, with another model",
        about="What people decided stays. Answers when it is done. To hang up before ends it, and nothing is changed.",
        role=Role.ANALYST,
        body=Body(RemapRequest),
        guarded=True,
        answers=(shows(BulkBody, "How many mappings are different now, and the report.", tagged=True),),
        errors={
            HTTPStatus.NOT_FOUND: "There is no such report or model.",
            HTTPStatus.CONFLICT: "The model was not trained yet.",
            HTTPStatus.UNPROCESSABLE_ENTITY: "The mapping failed or took too long.",
        },
    ),
    Operation(
        name="split",
        verb="POST",
        path="/api/tram/sentences/{id}/split",
        tag=REVIEW,
        summary="Split a sentence in two",
        role=Role.ANALYST,
        body=Body(SplitRequest),
        guarded=True,
        answers=(shows(SplitBody, "The two sentences."),),
    ),
    Operation(
        name="take_step",
        verb="POST",
        path="/api/tram/sentences/{id}/step",
        tag=REVIEW,
        summary="Apply one review step to a sentence",
        about="What an annotator does at a key: decide, or add, change or remove a technique, under the version that "
        "was seen. The answer is the whole sentence.",
        role=Role.ANALYST,
        body=Body(StepRequest),
        guarded=True,
        keyed=True,
        answers=(shows(SentenceBody, "The sentence as it is now.", tagged=True),),
    ),
    Operation(
        name="extract",
        verb="POST",
        path="/api/tram/reports/{id}/excerpts",
        tag=REVIEW,
        summary="Make a sentence of a part of the text",
        about="With a technique that is accepted on it. What is left of sentences that the part cuts awaits review.",
        role=Role.ANALYST,
        body=Body(ExcerptRequest),
        answers=(shows(SentenceBody, "The sentence.", tagged=True),),
        errors={HTTPStatus.CONFLICT: "The text is not what it was when it was read."},
    ),
    Operation(
        name="merge",
        verb="POST",
        path="/api/tram/sentences/merge",
        tag=REVIEW,
        summary="Merge consecutive sentences",
        role=Role.ANALYST,
        body=Body(MergeRequest),
        guarded=True,
        answers=(shows(SentenceBody, "The sentence.", tagged=True),),
        errors={HTTPStatus.NOT_FOUND: "One of the sentences does not exist."},
    ),
)


def _turns(suffix: str, path: str, role: Role, where: str) -> tuple[Operation, ...]:
    return tuple(
        Operation(
            name=f"{verb}{suffix}",
            verb="POST",
            path=f"{path}{verb}",
            tag=REVIEW,
            summary=summary.format(where=where),
            about="Everybody undoes and does again what is their own; a bulk action is one. Of several `steps` all are "
            "turned in one transaction, up to the first that cannot be.",
            role=role,
            body=Body(UndoRequest, required=False),
            keyed=True,
            answers=(shows(UndoneBody, "The actions, and how many rows are different now."),),
            errors={
                HTTPStatus.CONFLICT: "There is nothing of yours, or somebody, whom the error names, built upon it; or "
                "the key was used for another request."
            },
        )
        for verb, summary in (
            ("undo", "Undo your own last action {where}"),
            ("redo", "Redo what you undid {where}"),
        )
    )


_LOG: Final = Operation(
    name="log",
    verb="GET",
    path="/api/tram/log",
    tag=REVIEW,
    summary="List the actions in the log, newest first",
    about="Without `limit` it is the newest 1,000 rows, and the headers say how many there are. Changes of users are "
    "shown to admins only.",
    query=(
        Parameter("report-id", "Only this report.", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}),
        Parameter("user", "Only what this user did.", {"type": "string"}),
        Parameter("since", "Not before this moment.", _MOMENT),
        Parameter("until", "Before this moment.", _MOMENT),
    ),
    paged=True,
    answers=(shows(list[LogBody], "Rows of the log."),),
)

_WORKBENCH: Final = (
    Operation(
        name="status",
        verb="GET",
        path="/api/tram/status",
        tag=WORKBENCH,
        summary="Show the status of the workbench, and the current user",
        answers=(shows(StatusBody, "Whether it is ready, what is loaded, how much there is."),),
    ),
    Operation(
        name="change_password",
        verb="POST",
        path="/api/tram/password",
        tag=WORKBENCH,
        summary="Change your own password",
        about="Tokens that were issued before end. `current` may be absent for whoever has no password yet.",
        body=Body(PasswordRequest),
        answers=(nothing("It is changed: log in again."),),
        errors={
            HTTPStatus.FORBIDDEN: "The current password is not right.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong passwords.",
        },
    ),
    Operation(
        name="notebooks",
        verb="GET",
        path="/api/tram/notebooks",
        tag=WORKBENCH,
        summary="Get the notebooks and their sample reports for copying",
        answers=(shows(list[NotebookFileBody], "All files, each with its place."),),
        errors={HTTPStatus.SERVICE_UNAVAILABLE: "They are not part of this installation."},
    ),
    Operation(
        name="openapi",
        verb="GET",
        path="/api/tram/openapi.json",
        tag=WORKBENCH,
        summary="Get this description for programs (OpenAPI 3.1)",
        answers=(shows({"type": "object", "required": ["openapi", "info", "paths"]}, "The document."),),
    ),
    Operation(
        name="docs",
        verb="GET",
        path="/api/tram/docs",
        tag=WORKBENCH,
        summary="Read this description as a page",
        answers=(Answer("The page.", {"text/html": {"type": "string"}}),),
    ),
)

OPERATIONS: Final = (
    *_BULK,
    *_turns("", "/api/tram/reports/{id}/", Role.ANALYST, "in a report"),
    *_turns("_several", "/api/tram/", Role.ADMIN, "that concerned several reports"),
    _LOG,
    *_WORKBENCH,
)
