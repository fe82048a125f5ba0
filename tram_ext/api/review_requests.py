"""Request bodies that change reports, sentences, mappings and ATT&CK objects."""

from __future__ import annotations

from typing import Annotated, Final, cast

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, StringConstraints
from pydantic_core import PydanticCustomError

from tram_ext.api.requests import Ids, RequestBody, as_list, no_truth_value
from tram_ext.api.vocabulary import Shape
from tram_ext.domain.assertions import ASSERTED, Assertion, Disposition
from tram_ext.domain.attack import is_technique_id
from tram_ext.domain.edits import MOST_STEPS, STEP_KINDS, MappingEdit, ReportEdit, SentenceEdit, Step, StepKind
from tram_ext.domain.errors import Invalid
from tram_ext.domain.reports import NewReport
from tram_ext.exports.problems import unstorable

_LONGEST_NAME: Final = 10_000
_LARGEST: Final = 2**31
REVIEW_ACTIONS: Final = (
    *("accept-above", "accept-unmapped", "accept", "reject", "clear"),
    *("dismiss-section", "accept-techniques", "reject-techniques"),
)
_MOST_TECHNIQUES: Final = 2_000


def _text_of_number(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _with_ink(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "This field may not be blank.")
    return _storable(text)


def _storable(text: str) -> str:
    if (message := unstorable(text)) is not None:
        raise PydanticCustomError("unstorable", "{message}", {"message": message})
    return text


def _disposition(value: object) -> object:
    if value is None or isinstance(value, Disposition):
        return value
    if isinstance(value, str) and value in {item.value for item in Disposition}:
        return Disposition(value)
    raise PydanticCustomError("choice", "{message}", {"message": f'"{str(value)[:50]}" is not a valid choice.'})


def _review_action(value: str) -> str:
    if value not in REVIEW_ACTIONS:
        raise PydanticCustomError("choice", "{message}", {"message": f'"{value[:50]}" is not a valid choice.'})
    return value


def _step_kind(value: str) -> str:
    if value not in STEP_KINDS:
        raise PydanticCustomError("choice", "{message}", {"message": f'"{value[:50]}" is not a valid choice.'})
    return value


def _technique_id(value: str) -> str:
    if not is_technique_id(value.upper()):
        message = f'"{value[:50]}" is not a technique id such as T1059.003.'
        raise PydanticCustomError("technique_id", "{message}", {"message": message})
    return value.upper()


# Constraints stand before validators: behind them, they would be missing in the OpenAPI document.
LongText = Annotated[
    StrictStr, StringConstraints(min_length=1), BeforeValidator(_text_of_number), AfterValidator(_with_ink)
]
Name = Annotated[
    StrictStr,
    StringConstraints(min_length=1, max_length=_LONGEST_NAME),
    BeforeValidator(_text_of_number),
    AfterValidator(_with_ink),
]
ShortName = Annotated[
    StrictStr,
    StringConstraints(min_length=1, max_length=200),
    BeforeValidator(_text_of_number),
    AfterValidator(_with_ink),
]
Note = Annotated[StrictStr, StringConstraints(max_length=_LONGEST_NAME), AfterValidator(_storable)]
Id = Annotated[int, Field(lt=_LARGEST), BeforeValidator(no_truth_value)]
Order = Annotated[int, Field(ge=-_LARGEST, lt=_LARGEST), BeforeValidator(no_truth_value)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), BeforeValidator(no_truth_value)]
TechniqueIdToFind = Annotated[
    ShortName, AfterValidator(_technique_id), Shape((("pattern", r"^[Tt][0-9]{4}(\.[0-9]{3})?$"),))
]
TechniqueIds = Annotated[tuple[TechniqueIdToFind, ...], Field(max_length=_MOST_TECHNIQUES), BeforeValidator(as_list)]
Choice = Annotated[Disposition | None, BeforeValidator(_disposition)]


class AttackRequest(RequestBody):
    """``POST`` and ``PUT /api/attack/``."""

    attack_id: ShortName
    name: Name


class AttackPatch(RequestBody):
    """``PATCH /api/attack/ID/``."""

    attack_id: ShortName = ""
    name: Name = ""


class ReportRequest(RequestBody):
    """``POST`` and ``PUT /api/reports/``."""

    name: Name
    text: LongText
    ml_model: ShortName
    use_for_training: bool = True

    def report(self) -> NewReport:
        """Return the report that it asks for."""
        return NewReport(self.name, self.text, self.ml_model, use_for_training=self.use_for_training)

    def edit(self) -> ReportEdit:
        """Return the change that it asks for."""
        return ReportEdit(**self.model_dump(exclude_unset=True))


class ReportPatch(RequestBody):
    """``PATCH /api/reports/ID/``."""

    name: Name = ""
    text: LongText = ""
    ml_model: ShortName = ""
    use_for_training: bool = True

    def edit(self) -> ReportEdit:
        """Return the change that it asks for."""
        return ReportEdit(**self.model_dump(exclude_unset=True))


class SentenceRequest(RequestBody):
    """``POST /api/sentences/``."""

    report: Id
    text: LongText
    order: Order = 0
    disposition: Choice = None

    def edit(self) -> SentenceEdit:
        """Return what the new sentence is to be."""
        order = self.order if "order" in self.model_fields_set else None
        return SentenceEdit(self.text, order, self.disposition, decides=True)


class SentencePatch(RequestBody):
    """``PATCH`` and ``PUT /api/sentences/ID/``: whatever is absent stays as it is."""

    text: LongText = ""
    order: Order = 0
    disposition: Choice = None

    def edit(self) -> SentenceEdit:
        """Return the change that it asks for."""
        decides = "disposition" in self.model_fields_set
        return SentenceEdit(**self.model_dump(exclude_unset=True), decides=decides)


class MappingRequest(RequestBody):
    """``POST /api/mappings/``; confidence in percent."""

    report: Id
    sentence: Id
    attack_id: ShortName
    confidence: Percent
    note: Note = ""

    def assertion(self) -> Assertion:
        """Return what it asks to be asserted, which is a person's."""
        return Assertion(**self.model_dump(include=set(ASSERTED)))


class MappingReplacement(RequestBody):
    """``PUT /api/mappings/ID/``; `report` and `sentence`, which TRAM's clients send, say where it is."""

    attack_id: ShortName
    confidence: Percent
    note: Note = ""
    report: Id | None = None
    sentence: Id | None = None

    def edit(self) -> MappingEdit:
        """Return the change that it asks for."""
        return MappingEdit(**self.model_dump(exclude_unset=True))


class MappingPatch(RequestBody):
    """``PATCH /api/mappings/ID/``; see :class:`MappingReplacement`."""

    attack_id: ShortName = ""
    confidence: Percent = 0.0
    note: Note = ""
    report: Id | None = None
    sentence: Id | None = None
    disposition: Choice = None

    def edit(self) -> MappingEdit:
        """Return the change that it asks for."""
        decides = "disposition" in self.model_fields_set
        return MappingEdit(**self.model_dump(exclude_unset=True), decides=decides)


class ReviewRequest(RequestBody):
    """``POST /api/tram/reports/ID/review``.

    ``accept-above`` needs `confidence`; ``accept``, ``reject`` and ``clear`` need `sentences`, and may name the version
    of each in `versions`, in the same order. ``dismiss-section`` needs one of them, and decides that its section
    shows no technique. ``accept-techniques`` and ``reject-techniques`` need `techniques`, and decide about them
    wherever they await a decision.
    """

    action: Annotated[str, AfterValidator(_review_action), Shape((("enum", REVIEW_ACTIONS),))]
    confidence: Percent | None = None
    sentences: Ids = ()
    versions: Ids = ()
    techniques: TechniqueIds = ()

    def seen(self) -> dict[int, int] | None:
        """Return the version of each sentence that the caller has seen, None where any will do.

        Raises
        ------
        Invalid
            There are versions, and not as many as sentences.
        """
        if not self.versions:
            return None
        if len(self.versions) != len(self.sentences):
            raise Invalid.field("versions", "There must be as many as sentences.")
        return dict(zip(self.sentences, self.versions, strict=True))


class StepRequest(RequestBody):
    """``POST /api/tram/sentences/ID/step``.

    ``decide`` needs `disposition`, which may be null; the others need `attack_id`, and ``judge``, which decides about
    one technique, needs both. `confidence`, in percent, and `note` are those of a technique that is added or changed.
    `searched` are the ids that the reviewer was shown beside those on the sentence; they are logged with a decision.
    """

    kind: Annotated[str, AfterValidator(_step_kind), Shape((("enum", STEP_KINDS),))]
    disposition: Choice = None
    attack_id: ShortName = ""
    confidence: Percent | None = None
    note: Note | None = None
    searched: TechniqueIds = ()

    def step(self) -> Step:
        """Return the step that it asks for.

        Raises
        ------
        Invalid
            What its kind needs is absent.
        """
        needed = {"decide": ("disposition",), "judge": ("attack_id", "disposition")}.get(self.kind, ("attack_id",))
        for name in needed:
            if name not in self.model_fields_set:
                raise Invalid.field(name, "This field is required.")
        kind = cast("StepKind", self.kind)
        return Step(kind, self.disposition, self.attack_id, self.confidence, self.note, self.searched)


class UndoRequest(RequestBody):
    """``POST /api/tram/undo`` and ``redo``, of a report or not: how many actions, by default one."""

    steps: Annotated[int, Field(ge=1, le=MOST_STEPS), BeforeValidator(no_truth_value)] = 1


class SplitRequest(RequestBody):
    """``POST /api/tram/sentences/ID/split``: where the second part begins, in characters."""

    at: Annotated[int, Field(ge=1, lt=_LARGEST), BeforeValidator(no_truth_value)]


class ExcerptRequest(RequestBody):
    """``POST /api/tram/reports/ID/excerpts``: a part of the text in characters, the technique, and the part as seen."""

    start: Annotated[int, Field(ge=0, lt=_LARGEST), BeforeValidator(no_truth_value)]
    end: Annotated[int, Field(ge=1, lt=_LARGEST), BeforeValidator(no_truth_value)]
    attack_id: ShortName
    text: StrictStr | None = None


class MergeRequest(RequestBody):
    """``POST /api/tram/sentences/merge``."""

    sentences: Ids


class RemapRequest(RequestBody):
    """``POST /api/tram/reports/ID/remap``."""

    model: ShortName


class MapRequest(RequestBody):
    """``POST /api/tram/map``."""

    text: LongText
    model: ShortName = "default"


class RestoreRequest(RequestBody):
    """``POST /api/tram/models/NAME/restore``."""

    version: Annotated[int, Field(ge=1, lt=_LARGEST), BeforeValidator(no_truth_value)]


class PasswordRequest(RequestBody):
    """``POST /api/tram/password``; `current` may be absent for those who have none yet."""

    current: StrictStr = ""
    new: StrictStr
