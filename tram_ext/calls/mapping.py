"""Use cases that have a model map a text, or a report again."""

from __future__ import annotations

from tram_ext.api.map_responses import mapped_body
from tram_ext.api.review_requests import MapRequest, RemapRequest
from tram_ext.api.review_responses import bulk_body
from tram_ext.calls.call import Call, Later, Result


def map_text(call: Call[MapRequest]) -> Later:
    """Propose techniques for the sentences of a text; nothing is kept."""

    def work() -> Result:
        of_text, body = call.services.previews.of_text, call.body
        done = of_text(body.text, body.model, call.actor, cancelled=call.client_gone)
        return Result(mapped_body(done.report, done.names, done.warnings))

    return Later("mapping", work)


def remap(call: Call[RemapRequest]) -> Later:
    """Map a report again with the model that the body names; given up where nobody listens any more."""

    def work() -> Result:
        done = call.services.remapping.remap(
            call.item, call.body.model, call.actor, expected=call.expected, cancelled=call.client_gone
        )
        return Result(bulk_body(done.changed, done.report), done.report.version)

    return Later("mapping", work)
