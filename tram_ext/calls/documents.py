"""Use cases of jobs."""

from __future__ import annotations

from functools import partial

from tram_ext.api.responses import job_body
from tram_ext.calls.call import Call, Result, listed


def jobs(call: Call[None]) -> Result:
    """List jobs that wait, run or failed; with ``?all=1`` all."""
    find = partial(call.services.queue.list, call.actor, everything=call.flag("all"))
    return listed(call, find, job_body)


def job(call: Call[None]) -> Result:
    """Show a job."""
    return Result(job_body(call.services.queue.get(call.item, call.actor)))


def retry_job(call: Call[None]) -> Result:
    """Queue the work of a failed or cancelled job again."""
    return Result(job_body(call.services.queue.retry(call.item, call.actor)))


def cancel_job(call: Call[None]) -> Result:
    """Cancel a job, waiting or running."""
    call.services.queue.cancel(call.item, call.actor)
    return Result()
