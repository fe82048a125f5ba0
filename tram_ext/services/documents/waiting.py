"""Whether work was left over in a store: asked by servers that may never need it, so nothing is opened for it."""

from __future__ import annotations

from tram_ext.store.waiting import jobs_wait

__all__ = ["jobs_wait"]
