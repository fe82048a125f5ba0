"""JSON schema keywords for texts with a format: choices, date-times, confidences, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeAlias

from tram_ext.domain.assertions import Disposition, MappingSource
from tram_ext.domain.attack import TECHNIQUE_ID, AttackStatus
from tram_ext.domain.documents import BlockKind
from tram_ext.domain.jobs import JobStatus
from tram_ext.domain.tasks import TaskKind, TaskState
from tram_ext.domain.users import Role


@dataclass(frozen=True)
class Shape:
    """Keywords of a value in the OpenAPI document beside its type; read by pydantic, which need not be installed."""

    keywords: tuple[tuple[str, Any], ...]

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Add the keywords to the schema of the type."""
        return {**handler(core_schema), **dict(self.keywords)}


def _one_of(kind: type[Enum]) -> Shape:
    return Shape((("enum", tuple(item.value for item in kind)),))


Moment: TypeAlias = Annotated[str, Shape((("format", "date-time"),))]
Confidence: TypeAlias = Annotated[str, Shape((("pattern", r"^[0-9]{1,3}\.[0-9]$"), ("examples", ("36.7",))))]
TechniqueId: TypeAlias = Annotated[str, Shape((("pattern", f"^{TECHNIQUE_ID.pattern}$"), ("examples", ("T1059.003",))))]
Uuid: TypeAlias = Annotated[str, Shape((("format", "uuid"),))]
File: TypeAlias = Annotated[str, Shape((("format", "binary"),))]

BlockKindName: TypeAlias = Annotated[str, _one_of(BlockKind)]
AttackStatusName: TypeAlias = Annotated[str, _one_of(AttackStatus)]
DispositionName: TypeAlias = Annotated[str, _one_of(Disposition)]
JobStatusName: TypeAlias = Annotated[str, _one_of(JobStatus)]
ReportStatusName: TypeAlias = Annotated[str, Shape((("enum", ("Accepted", "Reviewing")),))]
RoleName: TypeAlias = Annotated[str, _one_of(Role)]
SourceName: TypeAlias = Annotated[str, _one_of(MappingSource)]
TaskKindName: TypeAlias = Annotated[str, _one_of(TaskKind)]
TrainingStateName: TypeAlias = Annotated[str, _one_of(TaskState)]
