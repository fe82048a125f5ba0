"""Validation of report exports: each of TRAM's keys by a fast check of its own, each problem with its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from tram_ext.domain.assertions import ASSERTED, Assertion, Disposition, MappingSource, merged_by_technique
from tram_ext.domain.attack import TECHNIQUE_ID
from tram_ext.domain.documents import Block, BlockKind
from tram_ext.domain.errors import Invalid
from tram_ext.domain.identifiers import parse_uuid
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.exports.problems import Problems, shown, unstorable

_DISPOSITIONS: Final[Mapping[Any, Disposition | None]] = {None: None, **{item.value: item for item in Disposition}}
_SOURCES: Final[Mapping[Any, MappingSource]] = {
    None: MappingSource.IMPORT,
    **{item.value: item for item in MappingSource},
}
_NUMBER: Final = re.compile(r"\s*[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*", re.ASCII | re.IGNORECASE)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII | re.IGNORECASE
)
_BLOCK_KINDS: Final[Mapping[Any, BlockKind]] = {item.value: item for item in BlockKind}
_DEEPEST: Final = 9  # levels of headings
_INTEGER_LIMIT: Final = 2**31
_MODEL_LENGTH: Final = 200
_ORIGIN_LENGTH: Final = 30
_REQUIRED: Final = "This field is required."
_MISSING: Final = object()


def read_json(data: bytes | str) -> object:
    """Parse JSON.

    Raises
    ------
    Invalid
        The data is no JSON, is nested too deeply, or holds a number of thousands of digits.
    """
    try:
        return json.loads(data.removeprefix("\ufeff") if isinstance(data, str) else data)
    except RecursionError:
        raise Invalid("JSON parse error - the file is nested too deeply to be a report.") from None
    except UnicodeDecodeError as error:
        raise Invalid(f"JSON parse error - the file is not {error.encoding} text (byte {error.start}).") from None
    except ValueError as error:
        raise Invalid(f"JSON parse error - {error}") from None


def read_report(value: object, names: dict[str, str]) -> NewReport:
    """Validate parsed JSON, and build the report from it.

    Parameters
    ----------
    value : object
        What the file holds.
    names : dict of str to str
        Receives the names the file gives to its techniques, by ATT&CK id.

    Raises
    ------
    Invalid
        With all problems there are.
    """
    if not isinstance(value, dict):
        message = f"Invalid data. Expected a dictionary, but got {_kind(value)}."
        raise Invalid(message, fields={"non_field_errors": [message]})
    problems = Problems()
    text = _text(value.get("text", _MISSING), "text", problems)
    report = NewReport(
        name=_text(value.get("name", _MISSING), "name", problems),
        text=text,
        ml_model=_text(value.get("ml_model", _MISSING), "ml_model", problems, limit=_MODEL_LENGTH),
        sentences=_sentences(value.get("sentences", _MISSING), len(text), names, problems),
        created_on=_moment(value.get("created_on"), "created_on", problems),
        updated_on=_moment(value.get("updated_on"), "updated_on", problems),
        uuid=_uuid(value.get("uuid"), "uuid", problems),
        blocks=_blocks(value.get("blocks"), len(text), problems),
    )
    problems.raise_if_any("This report cannot be imported")
    return report


def _sentences(raw: object, length: int, names: dict[str, str], problems: Problems) -> tuple[NewSentence, ...]:
    sentences = [
        _sentence(item, index, length, names, problems) for index, item in enumerate(_list(raw, "sentences", problems))
    ]
    # A stable sort: sentences of equal order stay as the file has them.
    return tuple(sorted(sentences, key=lambda sentence: sentence.order))


def _sentence(raw: object, index: int, length: int, names: dict[str, str], problems: Problems) -> NewSentence:
    place = f"sentences[{index}]"
    if not isinstance(raw, dict):
        problems.add(place, f"Invalid data. Expected a dictionary, but got {_kind(raw)}.")
        return NewSentence("", index)
    start, end = _offsets(raw, place, length, problems)
    found = _mappings(raw, place, names, problems)
    return NewSentence(
        text=_text(raw.get("text", _MISSING), f"{place}.text", problems),
        order=_integer(raw.get("order", index), f"{place}.order", problems) or 0,
        disposition=_choice(raw.get("disposition"), _DISPOSITIONS, f"{place}.disposition", problems),
        mappings=tuple(item for item in found if item.disposition is not Disposition.REJECT),
        rejected_mappings=tuple(item for item in found if item.disposition is Disposition.REJECT),
        start=start,
        end=end,
        page=_optional(raw, "page", place, problems, least=1),
        origin=_remark(raw, "origin", place, problems, limit=_ORIGIN_LENGTH),
    )


def _blocks(raw: object, length: int, problems: Problems) -> tuple[Block, ...]:
    items = () if raw is None else _list(raw, "blocks", problems)
    found = [_block(item, f"blocks[{index}]", length, problems) for index, item in enumerate(items)]
    return tuple(sorted((block for block in found if block is not None), key=lambda block: (block.start, block.end)))


def _block(raw: object, place: str, length: int, problems: Problems) -> Block | None:
    if not isinstance(raw, dict):
        problems.add(place, f"Invalid data. Expected a dictionary, but got {_kind(raw)}.")
        return None
    start, end = _offsets(raw, place, length, problems)
    kind = _choice(raw.get("kind"), _BLOCK_KINDS, f"{place}.kind", problems)
    level = _integer(raw.get("level", 0), f"{place}.level", problems, least=0)
    if start is None or end is None:
        problems.add(place, "A block needs start and end.")
    if start is None or end is None or kind is None:
        return None
    return Block(start, end, kind, min(level or 0, _DEEPEST))


def _offsets(raw: dict[str, Any], place: str, length: int, problems: Problems) -> tuple[int | None, int | None]:
    start, end = _optional(raw, "start", place, problems), _optional(raw, "end", place, problems)
    if start is None and end is None:
        return None, None
    if start is None or end is None:
        problems.add(place, "start and end belong together: give both, or neither.")
    elif not start <= end <= length:
        problems.add(place, f"start {start} and end {end} are not a part of the text, which has {length} characters.")
    return start, end


def _mappings(sentence: dict[str, Any], place: str, names: dict[str, str], problems: Problems) -> tuple[Assertion, ...]:
    """Return the mappings of a sentence, rejected or not, each technique once."""
    found = _assertions(sentence.get("mappings", _MISSING), f"{place}.mappings", names, problems)
    rejected = sentence.get("rejected_mappings")
    if rejected is not None:
        kept = _assertions(rejected, f"{place}.rejected_mappings", names, problems)
        found += [replace(assertion, disposition=Disposition.REJECT) for assertion in kept]
    return merged_by_technique(found)


def _assertions(raw: object, place: str, names: dict[str, str], problems: Problems) -> list[Assertion]:
    items = enumerate(_list(raw, place, problems))
    found = [_assertion(item, f"{place}[{index}]", names, problems) for index, item in items]
    return [assertion for assertion in found if assertion is not None]


def _assertion(raw: object, place: str, names: dict[str, str], problems: Problems) -> Assertion | None:
    if not isinstance(raw, dict):
        problems.add(place, f"Invalid data. Expected a dictionary, but got {_kind(raw)}.")
        return None
    attack_id = raw.get("attack_id", _MISSING)
    if not isinstance(attack_id, str) or TECHNIQUE_ID.fullmatch(attack_id) is None:
        wrong = f"{shown(attack_id)} is not a technique id (such as T1059 or T1059.003)."
        problems.add(f"{place}.attack_id", _REQUIRED if attack_id is _MISSING else wrong)
        attack_id = ""
    name = _remark(raw, "name", place, problems)
    if name and not name.isspace():
        names.setdefault(attack_id, name)
    known: dict[str, Any] = {
        "attack_id": attack_id,
        "confidence": _confidence(raw.get("confidence", _MISSING), f"{place}.confidence", problems),
        "source": _choice(raw.get("source"), _SOURCES, f"{place}.source", problems) or MappingSource.IMPORT,
        "disposition": _choice(raw.get("disposition"), _DISPOSITIONS, f"{place}.disposition", problems),
    }
    known |= {name: _remark(raw, name, place, problems) for name in ASSERTED if name not in known}
    return Assertion(**known)


def _remark(raw: dict[str, Any], key: str, place: str, problems: Problems, limit: int | None = None) -> str:
    """Return a text that may be absent, null or blank."""
    value = raw.get(key)
    return "" if value is None else _text(value, f"{place}.{key}", problems, blank=True, limit=limit)


def _text(raw: object, place: str, problems: Problems, *, blank: bool = False, limit: int | None = None) -> str:
    if not isinstance(raw, str):
        wrong = "This field may not be null." if raw is None else "Not a valid string."
        problems.add(place, _REQUIRED if raw is _MISSING else wrong)
        return ""
    if not blank and not raw.strip():
        problems.add(place, "This field may not be blank.")
    elif limit is not None and len(raw) > limit:
        problems.add(place, f"Ensure this field has no more than {limit} characters.")
    elif (message := unstorable(raw)) is not None:
        problems.add(place, message)
    return raw


def _confidence(raw: object, place: str, problems: Problems) -> float:
    number = math.nan
    if isinstance(raw, float):
        number = raw
    elif isinstance(raw, int) and not isinstance(raw, bool):
        # A huge integer cannot be made a float, and is out of range anyway.
        number = float(raw) if abs(raw) <= _INTEGER_LIMIT else math.inf
    elif isinstance(raw, str) and _NUMBER.fullmatch(raw):
        number = float(raw)
    if raw is _MISSING:
        problems.add(place, _REQUIRED)
    elif math.isnan(number):
        problems.add(place, f"A valid number is required, not {shown(raw)}.")
    elif not 0 <= number <= 100:  # noqa: PLR2004 - percent
        problems.add(place, f"{shown(raw)} is not between 0 and 100.")
    return number + 0.0  # of minus zero makes zero


def _choice(raw: object, choices: Mapping[Any, Any], place: str, problems: Problems) -> Any:
    if (raw is None or isinstance(raw, str)) and raw in choices:
        return choices[raw]
    quoted = json.dumps(raw) if isinstance(raw, str) and len(raw) <= 50 else shown(raw)  # noqa: PLR2004 - to quote
    problems.add(place, f"{quoted} is not a valid choice.")
    return None


def _optional(raw: dict[str, Any], key: str, place: str, problems: Problems, least: int = 0) -> int | None:
    value = raw.get(key)
    return None if value is None else _integer(value, f"{place}.{key}", problems, least)


def _integer(raw: object, place: str, problems: Problems, least: int = -_INTEGER_LIMIT) -> int | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        if least <= raw < _INTEGER_LIMIT:
            return raw
        problems.add(place, f"{shown(raw)} is not between {least} and {_INTEGER_LIMIT - 1}.")
    else:
        problems.add(place, f"A valid integer is required, not {shown(raw)}.")
    return None


def _list(raw: object, place: str, problems: Problems) -> Sequence[object]:
    if isinstance(raw, list):
        return raw
    wrong = f'Expected a list of items but got type "{_kind(raw)}".'
    problems.add(place, _REQUIRED if raw is _MISSING else wrong)
    return ()


def _moment(raw: object, place: str, problems: Problems) -> datetime | None:
    if raw is None:
        return None
    try:
        return _parsed_moment(raw)
    except (ValueError, OverflowError):
        problems.add(place, f"{shown(raw)} is not a date and time such as 2021-05-03T12:55:40.433009Z.")
        return None


def _parsed_moment(raw: object) -> datetime:
    found = _MOMENT.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueError(raw)
    day, minutes, seconds, fraction, zone = found.groups()
    zone = "+00:00" if zone in {None, "Z", "z"} else zone if ":" in zone else f"{zone[:3]}:{zone[3:] or '00'}"
    # Python 3.10 reads six digits of a second, and no Z.
    moment = datetime.fromisoformat(f"{day}T{minutes}{seconds or ':00'}.{(fraction or '')[:6]:0<6}{zone}")
    return moment.astimezone(UTC)


def _uuid(raw: object, place: str, problems: Problems) -> str | None:
    if raw is None:
        return None
    try:
        return parse_uuid(raw if isinstance(raw, str) else "")
    except ValueError:
        problems.add(place, f"{shown(raw)} is not a UUID such as 9b2f0c1e-5a7d-4c3b-8e21-0f6d4a917c55.")
        return None


def _kind(value: object) -> str:
    return type(value).__name__
