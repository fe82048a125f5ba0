"""Operations under TRAM's own paths: tokens, ATT&CK, reports, sentences, mappings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tram_ext.api.operations.operation import Body, Operation, Parameter, created, nothing, shows
from tram_ext.api.queries import LONGEST_TEXT
from tram_ext.api.requests import RefreshRequest, TokenRequest
from tram_ext.api.responses import AccessBody, AttackObjectBody, ReportBody, TokenPairBody
from tram_ext.api.review_requests import (
    AttackPatch,
    AttackRequest,
    MappingPatch,
    MappingReplacement,
    MappingRequest,
    ReportPatch,
    ReportRequest,
    SentencePatch,
    SentenceRequest,
)
from tram_ext.api.review_responses import MappingBody, SentenceBody
from tram_ext.domain.users import Role

TOKENS: Final = "Logging in"
ATTACK: Final = "ATT&CK"
REPORTS: Final = "Reports"
SENTENCES: Final = "Sentences"
MAPPINGS: Final = "Mappings"

_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
_PERCENT: Final = {"type": "number", "minimum": 0, "maximum": 100}

SENTENCE_FILTERS: Final = (
    Parameter("report-id", "Only those of this report.", _NUMBER),
    Parameter(
        "attack-id",
        "Only those with this technique: ATT&CK's id, or the number that `/api/attack/` shows.",
        {"type": "string", "pattern": r"^(T[0-9]{4}(\.[0-9]{3})?|[0-9]{1,9})$", "examples": ["T1059.003"]},
    ),
    Parameter(
        "disposition",
        "Only those with this decision; `none` is those that await review.",
        {"type": "string", "enum": ["accept", "reject", "none", "null"]},
    ),
    Parameter("min-confidence", "Only those with a mapping of at least this confidence, in percent.", _PERCENT),
    Parameter("max-confidence", "Only those with a mapping of at most this confidence, in percent.", _PERCENT),
    Parameter(
        "text",
        "Only those whose text has this part, in any case of letters.",
        {"type": "string", "maxLength": LONGEST_TEXT},
    ),
    Parameter("ids", "Only those with these numbers, commas between them.", {"type": "string", "examples": ["1,2,3"]}),
)

_TOKENS: Final = (
    Operation(
        name="log_in",
        verb="POST",
        path="/api/token/",
        tag=TOKENS,
        summary="Log in with name and password",
        about="Send the `access` token with every other call, as `Authorization: Bearer ACCESS`.",
        role=None,
        body=Body(TokenRequest),
        answers=(shows(TokenPairBody, "A pair of tokens."),),
        errors={
            HTTPStatus.UNAUTHORIZED: "Name and password do not belong together, or the user is not active.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong passwords came from there, or too many logins at once.",
        },
    ),
    Operation(
        name="refresh_token",
        verb="POST",
        path="/api/token/refresh/",
        tag=TOKENS,
        summary="Get a fresh access token",
        role=None,
        body=Body(RefreshRequest),
        answers=(shows(AccessBody, "A fresh access token."),),
        errors={HTTPStatus.UNAUTHORIZED: "The token is invalid, expired or no refresh token."},
    ),
)

_ATTACK: Final = (
    Operation(
        name="attack_objects",
        verb="GET",
        path="/api/attack/",
        tag=ATTACK,
        summary="List the techniques of the loaded ATT&CK",
        paged=True,
        answers=(shows(list[AttackObjectBody], "Techniques, by their ATT&CK ids."),),
    ),
    Operation(
        name="add_attack_object",
        verb="POST",
        path="/api/attack/",
        tag=ATTACK,
        summary="Add a technique of your own",
        role=Role.ADMIN,
        body=Body(AttackRequest),
        answers=(created(AttackObjectBody, "The technique.", tagged=True),),
    ),
    Operation(
        name="attack_object",
        verb="GET",
        path="/api/attack/{id}/",
        tag=ATTACK,
        summary="Show a technique",
        answers=(shows(AttackObjectBody, "The technique.", tagged=True),),
    ),
    Operation(
        name="replace_attack_object",
        verb="PUT",
        path="/api/attack/{id}/",
        tag=ATTACK,
        summary="Replace id and name of a technique",
        role=Role.ADMIN,
        body=Body(AttackRequest),
        guarded=True,
        answers=(shows(AttackObjectBody, "The technique as it is now.", tagged=True),),
    ),
    Operation(
        name="change_attack_object",
        verb="PATCH",
        path="/api/attack/{id}/",
        tag=ATTACK,
        summary="Change a technique",
        role=Role.ADMIN,
        body=Body(AttackPatch, required=False),
        guarded=True,
        answers=(shows(AttackObjectBody, "The technique as it is now.", tagged=True),),
    ),
    Operation(
        name="delete_attack_object",
        verb="DELETE",
        path="/api/attack/{id}/",
        tag=ATTACK,
        summary="Delete a technique",
        role=Role.ADMIN,
        guarded=True,
        answers=(nothing("It is gone."),),
        errors={HTTPStatus.CONFLICT: "Sentences are mapped to it."},
    ),
)

_REPORTS: Final = (
    Operation(
        name="reports",
        verb="GET",
        path="/api/reports/",
        tag=REPORTS,
        summary="List the reports",
        paged=True,
        answers=(shows(list[ReportBody], "Reports in the order they were made, without their sentences."),),
    ),
    Operation(
        name="create_report",
        verb="POST",
        path="/api/reports/",
        tag=REPORTS,
        summary="Add a report without sentences",
        about="To have a document read and mapped, upload it; to add a report that is mapped already, import it.",
        role=Role.ANALYST,
        body=Body(ReportRequest),
        answers=(created(ReportBody, "The report.", tagged=True),),
    ),
    Operation(
        name="report",
        verb="GET",
        path="/api/reports/{id}/",
        tag=REPORTS,
        summary="Show a report",
        answers=(shows(ReportBody, "The report, without its sentences.", tagged=True),),
    ),
    Operation(
        name="replace_report",
        verb="PUT",
        path="/api/reports/{id}/",
        tag=REPORTS,
        summary="Replace name, text and model of a report",
        role=Role.ANALYST,
        body=Body(ReportRequest),
        guarded=True,
        answers=(shows(ReportBody, "The report as it is now.", tagged=True),),
    ),
    Operation(
        name="change_report",
        verb="PATCH",
        path="/api/reports/{id}/",
        tag=REPORTS,
        summary="Change a report",
        role=Role.ANALYST,
        body=Body(ReportPatch, required=False),
        guarded=True,
        answers=(shows(ReportBody, "The report as it is now.", tagged=True),),
    ),
    Operation(
        name="delete_report",
        verb="DELETE",
        path="/api/reports/{id}/",
        tag=REPORTS,
        summary="Delete a report with its sentences, its mappings and its document",
        about="This cannot be undone.",
        role=Role.ADMIN,
        guarded=True,
        answers=(nothing("It is gone."),),
    ),
)

_SENTENCES: Final = (
    Operation(
        name="sentences",
        verb="GET",
        path="/api/sentences/",
        tag=SENTENCES,
        summary="List sentences with their mappings",
        about="Filters combine. Without any, these are the sentences of all reports: ask for a page.",
        query=SENTENCE_FILTERS,
        paged=True,
        answers=(shows(list[SentenceBody], "Sentences, in the order of their reports."),),
    ),
    Operation(
        name="create_sentence",
        verb="POST",
        path="/api/sentences/",
        tag=SENTENCES,
        summary="Add a sentence to a report",
        about="Without `order` it comes last.",
        role=Role.ANALYST,
        body=Body(SentenceRequest),
        answers=(created(SentenceBody, "The sentence.", tagged=True),),
    ),
    Operation(
        name="sentence",
        verb="GET",
        path="/api/sentences/{id}/",
        tag=SENTENCES,
        summary="Show a sentence",
        answers=(shows(SentenceBody, "The sentence.", tagged=True),),
    ),
    *(
        Operation(
            name=name,
            verb=verb,
            path="/api/sentences/{id}/",
            tag=SENTENCES,
            summary=summary,
            about="`disposition` is `accept`, `reject`, or null: awaits review. What is absent stays as it is.",
            role=Role.ANALYST,
            body=Body(SentencePatch, required=False),
            guarded=True,
            answers=(shows(SentenceBody, "The sentence as it is now.", tagged=True),),
        )
        for name, verb, summary in (
            ("replace_sentence", "PUT", "Accept, reject or edit a sentence, as PATCH does"),
            ("change_sentence", "PATCH", "Accept, reject or edit a sentence"),
        )
    ),
    Operation(
        name="delete_sentence",
        verb="DELETE",
        path="/api/sentences/{id}/",
        tag=SENTENCES,
        summary="Remove a sentence",
        role=Role.ANALYST,
        guarded=True,
        answers=(nothing("It is gone."),),
    ),
)

_MAPPINGS: Final = (
    Operation(
        name="mappings",
        verb="GET",
        path="/api/mappings/",
        tag=MAPPINGS,
        summary="List mappings",
        query=(Parameter("sentence-id", "Only those of this sentence.", _NUMBER),),
        paged=True,
        answers=(shows(list[MappingBody], "Mappings."),),
    ),
    Operation(
        name="add_mapping",
        verb="POST",
        path="/api/mappings/",
        tag=MAPPINGS,
        summary="Map a technique to a sentence",
        role=Role.ANALYST,
        body=Body(MappingRequest),
        answers=(
            shows(MappingBody, "The technique was on the sentence already; this is its mapping.", tagged=True),
            created(MappingBody, "The mapping.", tagged=True),
        ),
    ),
    Operation(
        name="mapping",
        verb="GET",
        path="/api/mappings/{id}/",
        tag=MAPPINGS,
        summary="Show a mapping",
        answers=(shows(MappingBody, "The mapping.", tagged=True),),
    ),
    Operation(
        name="replace_mapping",
        verb="PUT",
        path="/api/mappings/{id}/",
        tag=MAPPINGS,
        summary="Replace technique and confidence of a mapping",
        role=Role.ANALYST,
        body=Body(MappingReplacement),
        guarded=True,
        answers=(shows(MappingBody, "The mapping as it is now.", tagged=True),),
    ),
    Operation(
        name="change_mapping",
        verb="PATCH",
        path="/api/mappings/{id}/",
        tag=MAPPINGS,
        summary="Change a mapping",
        role=Role.ANALYST,
        body=Body(MappingPatch, required=False),
        guarded=True,
        answers=(shows(MappingBody, "The mapping as it is now.", tagged=True),),
    ),
    Operation(
        name="delete_mapping",
        verb="DELETE",
        path="/api/mappings/{id}/",
        tag=MAPPINGS,
        summary="Delete a mapping",
        role=Role.ANALYST,
        guarded=True,
        answers=(nothing("It is gone."),),
    ),
)

OPERATIONS: Final = (*_TOKENS, *_REPORTS, *_SENTENCES, *_MAPPINGS, *_ATTACK)
