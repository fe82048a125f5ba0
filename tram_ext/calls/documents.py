"""Use cases of jobs, and of the pages of documents."""

from __future__ import annotations

from functools import partial

from tram_ext.api.page_responses import page_boxes_body, page_sizes_body
from tram_ext.api.responses import job_body
from tram_ext.calls.call import Call, Result, listed


def jobs(call: Call[None]) -> Result:
    """List waiting, running and failed jobs; with ``?all=1`` all."""
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


def page_sizes(call: Call[None]) -> Result:
    """Show the sizes of the pages of a report's PDF."""
    return Result(page_sizes_body(call.services.pages.sizes(call.item, call.actor)))


def page_boxes(call: Call[None]) -> Result:
    """Show the positions of a page's sentences on it."""
    number = call.number("number")
    found = call.services.pages.boxes(call.item, 1 if number is None else number, call.actor)
    return Result(page_boxes_body(found))
