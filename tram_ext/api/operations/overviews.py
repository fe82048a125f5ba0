"""Operations under ``/api/tram/`` on many sentences: the outline of a report, the matrix."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tram_ext.api.operations.operation import Operation, Parameter, shows
from tram_ext.api.operations.tram import ATTACK, REPORTS, SENTENCE_FILTERS, SENTENCES
from tram_ext.api.overview_responses import (
    EvidenceBody,
    ReportOutlineBody,
    ReportTextBody,
    RowsBody,
    TechniqueCountBody,
)
from tram_ext.domain.review import SENTENCE_ORDERS

_REPORTS: Final = Parameter(
    "report-id", "Only these reports, commas between their numbers.", {"type": "string", "examples": ["1,2"]}
)
_ADVICE_ERRORS: Final = {
    HTTPStatus.CONFLICT: "The model was not trained yet.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It failed or took too long.",
}

OPERATIONS: Final = (
    Operation(
        name="report_outlines",
        verb="GET",
        path="/api/tram/reports",
        tag=REPORTS,
        summary="List the reports without their texts, with the progress of their review",
        answers=(shows(list[ReportOutlineBody], "The reports, in the order they were made."),),
    ),
    Operation(
        name="report_text",
        verb="GET",
        path="/api/tram/reports/{id}/text",
        tag=REPORTS,
        summary="Show the text of a report, with the positions of its sentences",
        answers=(shows(ReportTextBody, "The text."),),
    ),
    Operation(
        name="rows",
        verb="GET",
        path="/api/tram/reports/{id}/rows",
        tag=SENTENCES,
        summary="List all sentences of a report without their texts",
        about=(
            "By `uncertainty` those come first whose decision teaches the model most, by `certainty` those whose "
            "weakest mapping has the highest confidence; last those that are decided."
        ),
        query=(
            *(item for item in SENTENCE_FILTERS if item.name not in ("report-id", "ids")),
            Parameter("order", "In which order.", {"type": "string", "enum": list(SENTENCE_ORDERS)}),
        ),
        answers=(shows(RowsBody, "The sentences, column by column."),),
        errors=_ADVICE_ERRORS,
    ),
    Operation(
        name="technique_counts",
        verb="GET",
        path="/api/tram/matrix",
        tag=ATTACK,
        summary="Count the sentences of each technique",
        query=(_REPORTS,),
        answers=(shows(list[TechniqueCountBody], "Every technique that is on a sentence, by its id."),),
        errors={HTTPStatus.NOT_FOUND: "There is no such report."},
    ),
    Operation(
        name="evidence",
        verb="GET",
        path="/api/tram/matrix/{attack_id}",
        tag=ATTACK,
        summary="List the sentences of a technique, best evidence first",
        query=(_REPORTS, Parameter("limit", "How many at most; 20 without.", {"type": "integer", "minimum": 1})),
        answers=(shows(list[EvidenceBody], "Sentences with their reports."),),
    ),
)
