"""Request bodies of tokens and trainings, and validation errors in TRAM's wording."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, StringConstraints, ValidationError

from tram_ext.api.queries import MOST_NUMBERS
from tram_ext.domain.errors import Invalid

Body = TypeVar("Body", bound="RequestBody")

_WORDS: Final = {
    "missing": "This field is required.",
    "string_too_short": "This field may not be blank.",
    "string_type": "Not a valid string.",
    "int_type": "A valid integer is required.",
    "int_parsing": "A valid integer is required.",
    "int_from_float": "A valid integer is required.",
    "float_type": "A valid number is required.",
    "float_parsing": "A valid number is required.",
    "finite_number": "A valid number is required.",
    "int_parsing_size": "A valid integer is required.",
    "tuple_type": "Expected a list of items.",
    "string_unicode": "Not a valid string.",
    "bool_type": "Must be a valid boolean.",
    "bool_parsing": "Must be a valid boolean.",
    "greater_than_equal": "Ensure this value is greater than or equal to {ge}.",
    "less_than_equal": "Ensure this value is less than or equal to {le}.",
    "less_than": "A valid integer is required.",
    "too_long": "Ask for {max_length:,} at most.",
    "string_too_long": "Ensure this field has no more than {max_length} characters.",
}


def _text_of_number(value: object) -> object:
    """Convert a number to text, as TRAM does; a boolean is rejected."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def no_truth_value(value: object) -> object:
    """Reject booleans where a number is expected."""
    return str(value) if isinstance(value, bool) else value


Text = Annotated[StrictStr, StringConstraints(min_length=1, max_length=10_000), BeforeValidator(_text_of_number)]


def as_list(value: object) -> object:
    """Convert a single value to a list, as forms send it."""
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


Ids = Annotated[
    tuple[Annotated[int, Field(ge=1, lt=2**31), BeforeValidator(no_truth_value)], ...], BeforeValidator(as_list)
]


FewIds = Annotated[Ids, Field(max_length=MOST_NUMBERS)]
"""As many as stand in a query."""


class RequestBody(BaseModel):
    """A body; keys it does not know are passed over, as TRAM does."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Form(dict[str, Any]):
    """A body that was a form: texts by the names of their fields, or lists of texts."""


class TokenRequest(RequestBody):
    """``POST /api/token/``."""

    username: Text
    password: Text


class RefreshRequest(RequestBody):
    """``POST /api/token/refresh/``."""

    refresh: Text


class TrainRequest(RequestBody):
    """``POST /api/train-model/NAME``: numbers of reports to train on, and to leave out."""

    report: FewIds = ()
    exclude: FewIds = ()


class ContentsRequest(RequestBody):
    """``POST /api/upload/`` with JSON: a file of the Jupyter server, and the model that is to map it."""

    path: Text
    model: Text | None = None


class LabelCheckRequest(TrainRequest):
    """``POST /api/tram/label-checks``: the model that is to check, and the reports."""

    model: Text = "default"


class LearningCurveRequest(TrainRequest):
    """``POST /api/tram/learning-curves``: the model that is to be measured, and the reports it is to learn from."""

    model: Text = "default"


def parse(kind: type[Body], body: Any) -> Body:
    """Validate a body.

    Raises
    ------
    Invalid
        With a message for each field that is wrong.
    """
    if not isinstance(body, dict):
        name = {list: "list", str: "str", bool: "bool", int: "int", float: "float", type(None): "NoneType"}[type(body)]
        message = f"Invalid data. Expected a dictionary, but got {name}."
        raise Invalid.of({"non_field_errors": [message]})
    if isinstance(body, Form):
        body = _with_nulls(kind, body)
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        fields: dict[str, list[str]] = {}
        for problem in error.errors(include_url=False):
            fields.setdefault(str(problem["loc"][0]), []).append(_words(problem["type"], problem))
        raise Invalid.of(fields) from error


def _with_nulls(kind: type[RequestBody], form: Form) -> dict[str, Any]:
    """Convert empty form fields to null where null is the default: forms have no null, and TRAM does the same."""
    return {
        name: None if value == "" and name in kind.model_fields and kind.model_fields[name].default is None else value
        for name, value in form.items()
    }


def _words(kind: str, problem: Any) -> str:
    if problem["input"] is None and kind != "missing":
        return "This field may not be null."
    if kind not in _WORDS:
        return str(problem["msg"])  # may quote what was sent, and is no pattern
    bounds = {name: _plain(bound) for name, bound in problem.get("ctx", {}).items()}
    return _WORDS[kind].format(**bounds)


def _plain(bound: Any) -> Any:
    """Format a whole number without a decimal point: 100, not 100.0."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound
