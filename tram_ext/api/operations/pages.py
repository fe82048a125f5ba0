"""Operations on the pages of a report's PDF."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tram_ext.api.operations.files import UPLOAD
from tram_ext.api.operations.operation import Answer, Operation, Parameter, shows
from tram_ext.api.page_responses import DEFAULT_WIDTH, PageBoxesBody, PageSizesBody

_NUMBER: Final = Parameter("number", "The number of the page, from 1.", {"type": "integer", "minimum": 1})
_ERRORS: Final = {
    HTTPStatus.NOT_FOUND: "There is no such report or page, or the report has no PDF on the server.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It took too long, and was ended.",
}

OPERATIONS: Final = (
    Operation(
        name="page_sizes",
        verb="GET",
        path="/api/tram/reports/{id}/pages",
        tag=UPLOAD,
        summary="Show how many pages the PDF of a report has, and their sizes",
        answers=(shows(PageSizesBody, "The pages."),),
        errors=_ERRORS,
    ),
    Operation(
        name="page_image",
        verb="GET",
        path="/api/tram/reports/{id}/page",
        tag=UPLOAD,
        summary="Show a page of the PDF of a report as an image",
        query=(
            _NUMBER,
            Parameter(
                "width",
                f"In pixels; {DEFAULT_WIDTH:,} without.",
                {"type": "integer", "minimum": 200, "maximum": 2000},
            ),
        ),
        answers=(Answer("The page.", {"image/webp": {"type": "string", "format": "binary"}}),),
        errors=_ERRORS,
    ),
    Operation(
        name="page_boxes",
        verb="GET",
        path="/api/tram/reports/{id}/page-boxes",
        tag=UPLOAD,
        summary="Show the positions of a page's sentences on it",
        query=(_NUMBER,),
        answers=(shows(PageBoxesBody, "The sentences that were found."),),
        errors=_ERRORS,
    ),
)
