"""Operations under ``/api/tram/``: models and their versions, techniques, mapping without storing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from tram_ext.api.attack_responses import TechniqueBody, UpgradeBody
from tram_ext.api.export_bodies import BundleForm, UploadForm
from tram_ext.api.map_responses import MappedBody
from tram_ext.api.model_responses import CardBody, ModelEntryBody, VersionBody
from tram_ext.api.operations.files import TRAINING
from tram_ext.api.operations.operation import MULTIPART, Body, Operation, Parameter, shows
from tram_ext.api.operations.tram import ATTACK
from tram_ext.api.responses import TrainingBody
from tram_ext.api.review_requests import MapRequest, RestoreRequest
from tram_ext.domain.users import Role

MAP: Final = "Map a text"

_FLAG: Final = {"type": "string", "enum": ["0", "1"]}
_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_MAPPING_ERRORS: Final = {
    HTTPStatus.NOT_FOUND: "There is no such model.",
    HTTPStatus.CONFLICT: "The model was not trained yet.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "It is over the limit of an upload.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The mapping failed or took too long.",
}

_MODELS: Final = (
    Operation(
        name="models",
        verb="GET",
        path="/api/tram/models",
        tag=TRAINING,
        summary="List the models that can be trained",
        answers=(shows(list[ModelEntryBody], "Each with its active version, where it has one."),),
    ),
    Operation(
        name="model",
        verb="GET",
        path="/api/tram/models/{name}",
        tag=TRAINING,
        summary="Show the card of a model",
        query=(Parameter("version", "Another version than the active one.", _NUMBER),),
        answers=(shows(CardBody, "The version with all that is known of it."),),
    ),
    Operation(
        name="versions",
        verb="GET",
        path="/api/tram/models/{name}/versions",
        tag=TRAINING,
        summary="List the versions of a model, newest first",
        answers=(shows(list[VersionBody], "The versions, without their cards."),),
    ),
    Operation(
        name="restore_model",
        verb="POST",
        path="/api/tram/models/{name}/restore",
        tag=TRAINING,
        summary="Restore an older version of a model",
        role=Role.ADMIN,
        body=Body(RestoreRequest),
        answers=(shows(VersionBody, "The version that proposes now."),),
    ),
    Operation(
        name="trainings",
        verb="GET",
        path="/api/tram/trainings",
        tag=TRAINING,
        summary="List the latest trainings, newest first",
        about="Without `limit`, the latest hundred.",
        query=(Parameter("limit", "How many at most.", _NUMBER),),
        answers=(shows(list[TrainingBody], "Trainings, each with its result."),),
    ),
)

_LOOKING_UP: Final = (
    Operation(
        name="techniques",
        verb="GET",
        path="/api/tram/techniques",
        tag=ATTACK,
        summary="Search techniques, with full details",
        query=(
            Parameter("query", "Part of an id, a name or an alias; the best match comes first.", {"type": "string"}),
            Parameter("all", "`1` includes what is not active any more.", _FLAG),
        ),
        answers=(shows(list[TechniqueBody], "The techniques."),),
    ),
    Operation(
        name="technique",
        verb="GET",
        path="/api/tram/techniques/{attack_id}",
        tag=ATTACK,
        summary="Show a technique, tactic, group or software by its ATT&CK id",
        answers=(shows(TechniqueBody, "The object."),),
    ),
    Operation(
        name="tactics",
        verb="GET",
        path="/api/tram/tactics",
        tag=ATTACK,
        summary="List the tactics in the order of the matrix",
        answers=(shows(list[TechniqueBody], "The tactics."),),
    ),
    Operation(
        name="upgrade_attack",
        verb="POST",
        path="/api/tram/attack/upgrade",
        tag=ATTACK,
        summary="Upgrade to the ATT&CK version in a STIX bundle, and migrate all mappings",
        about="Mappings of a revoked technique name its successor then; `POST /api/tram/undo` takes all of it back. "
        "A preview changes nothing, and analysts may ask for it, too.",
        role=Role.ADMIN,
        query=(Parameter("preview", "`1` only says what would be done.", _FLAG),),
        body=Body(BundleForm, (MULTIPART,)),
        answers=(shows(UpgradeBody, "What becomes of techniques that mappings name."),),
        errors={
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "It is over the limit of an upload.",
            HTTPStatus.UNPROCESSABLE_ENTITY: "Reading it failed or took too long.",
        },
    ),
)

_MAP: Final = (
    Operation(
        name="map_text",
        verb="POST",
        path="/api/tram/map",
        tag=MAP,
        summary="Propose techniques for the sentences of a text",
        about="Nothing is kept. On a new installation it answers when that is prepared. To hang up ends the work.",
        role=Role.ANALYST,
        body=Body(MapRequest),
        answers=(shows(MappedBody, "The sentences, each with what the model proposes."),),
        errors=_MAPPING_ERRORS,
    ),
    Operation(
        name="map_file",
        verb="POST",
        path="/api/tram/map-file",
        tag=MAP,
        summary="Propose techniques for the sentences of a document",
        about="Nothing is kept. On a new installation it answers when that is prepared. To hang up ends the work.",
        role=Role.ANALYST,
        body=Body(UploadForm, (MULTIPART,)),
        answers=(shows(MappedBody, "The sentences, each with what the model proposes."),),
        errors={
            **_MAPPING_ERRORS,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The file is of a type that is not read here.",
            HTTPStatus.TOO_MANY_REQUESTS: "Too many files are on their way at once.",
        },
    ),
)

OPERATIONS: Final = (*_MODELS, *_LOOKING_UP, *_MAP)
