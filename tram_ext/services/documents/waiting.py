"""Tells whether a store holds unfinished jobs, without opening the workbench for it."""

from __future__ import annotations

from tram_ext.store.waiting import jobs_wait

__all__ = ["jobs_wait"]
