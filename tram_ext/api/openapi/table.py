"""All operations, in the order in which a reader meets them."""

from __future__ import annotations

from typing import Final

from tram_ext.api.openapi import files, learning, models, overviews, tram, workbench
from tram_ext.api.openapi.operation import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *tram.OPERATIONS,
    *files.OPERATIONS,
    *models.OPERATIONS,
    *learning.OPERATIONS,
    *overviews.OPERATIONS,
    *workbench.OPERATIONS,
)
