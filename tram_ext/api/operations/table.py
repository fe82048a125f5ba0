"""All operations, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tram_ext.api.operations import files, learning, models, overviews, pages, tram, workbench
from tram_ext.api.operations.operation import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *tram.OPERATIONS,
    *files.OPERATIONS,
    *pages.OPERATIONS,
    *models.OPERATIONS,
    *learning.OPERATIONS,
    *overviews.OPERATIONS,
    *workbench.OPERATIONS,
)

BY_NAME: Final[Mapping[str, Operation]] = {operation.name: operation for operation in OPERATIONS}
