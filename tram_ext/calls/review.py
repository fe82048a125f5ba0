"""Use cases of sentences and mappings, of decisions about many at once, of undo and of the log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final

from tram_ext.api import queries
from tram_ext.api.review_requests import (
    ExcerptRequest,
    MappingPatch,
    MappingReplacement,
    MappingRequest,
    MergeRequest,
    ReviewRequest,
    SentencePatch,
    SentenceRequest,
    SplitRequest,
    StepRequest,
    UndoRequest,
)
from tram_ext.api.review_responses import bulk_body, log_body, mapping_body, sentence_body, undone_body
from tram_ext.calls.call import Call, Result, listed
from tram_ext.domain.edits import Undone
from tram_ext.domain.reports import Mapping, Sentence

_LOG_ROWS: Final = 1_000
"""Rows of the log where no limit is given."""


def sentences(call: Call[None]) -> Result:
    """List the sentences that the query describes, in the order of their reports."""
    wanted = queries.sentence_filter(call.argument)
    return listed(call, partial(call.services.sentences.list, wanted, call.actor), sentence_body)


def sentence(call: Call[None]) -> Result:
    """Show a sentence with its mappings."""
    return _sentence(call.services.sentences.get(call.item, call.actor))


def create_sentence(call: Call[SentenceRequest]) -> Result:
    """Add a sentence to a report."""
    return _sentence(call.services.sentences.create(call.body.report, call.body.edit(), call.actor))


def change_sentence(call: Call[SentencePatch]) -> Result:
    """Change what the body names."""
    return _sentence(call.services.sentences.change(call.item, call.body.edit(), call.actor, expected=call.expected))


replace_sentence = change_sentence


def delete_sentence(call: Call[None]) -> Result:
    """Remove a sentence with its mappings."""
    call.services.sentences.delete(call.item, call.actor, expected=call.expected)
    return Result()


def take_step(call: Call[StepRequest]) -> Result:
    """Decide about a sentence, or add, change or remove a technique."""
    take = partial(call.services.steps.take, expected=call.expected, key=call.key)
    return _sentence(take(call.item, call.body.step(), call.actor))


def split(call: Call[SplitRequest]) -> Result:
    """Split a sentence in two."""
    parts = call.services.segmentation.split(call.item, call.body.at, call.actor, expected=call.expected)
    return Result({"sentences": [sentence_body(part) for part in parts]})


def extract(call: Call[ExcerptRequest]) -> Result:
    """Make a sentence of a part of a report's text."""
    body = call.body
    made = call.services.excerpts.extract(call.item, body.start, body.end, body.attack_id, call.actor, said=body.text)
    return _sentence(made)


def merge(call: Call[MergeRequest]) -> Result:
    """Merge consecutive sentences."""
    return _sentence(call.services.segmentation.merge(call.body.sentences, call.actor, expected=call.expected))


def mappings(call: Call[None]) -> Result:
    """List the mappings of a sentence, or all."""
    find = partial(call.services.mappings.list, call.number("sentence-id"), call.actor)
    return listed(call, find, mapping_body)


def mapping(call: Call[None]) -> Result:
    """Show a mapping."""
    return _mapping(call.services.mappings.get(call.item, call.actor))


def add_mapping(call: Call[MappingRequest]) -> Result:
    """Map a technique to a sentence; an existing mapping is returned as it is."""
    body = call.body
    made, is_new = call.services.mappings.add(body.report, body.sentence, body.assertion(), call.actor)
    return _mapping(made, HTTPStatus.CREATED if is_new else None)


def change_mapping(call: Call[MappingPatch] | Call[MappingReplacement]) -> Result:
    """Change what the body names."""
    return _mapping(call.services.mappings.change(call.item, call.body.edit(), call.actor, expected=call.expected))


replace_mapping = change_mapping


def delete_mapping(call: Call[None]) -> Result:
    """Delete a mapping."""
    call.services.mappings.delete(call.item, call.actor, expected=call.expected)
    return Result()


def review(call: Call[ReviewRequest]) -> Result:
    """Decide about many sentences of a report."""
    body = call.body
    done = call.services.bulk.review(
        call.item,
        body.action,
        call.actor,
        confidence=body.confidence,
        sentences=body.sentences if "sentences" in body.model_fields_set else None,
        techniques=body.techniques,
        versions=body.seen(),
        expected=call.expected,
    )
    return Result(bulk_body(done.changed, done.report), done.report.version)


def undo(call: Call[UndoRequest]) -> Result:
    """Undo the caller's own last actions in a report."""
    return _turned(call, call.services.undo.undo, call.item)


def redo(call: Call[UndoRequest]) -> Result:
    """Redo what the caller undid in a report."""
    return _turned(call, call.services.undo.redo, call.item)


def undo_several(call: Call[UndoRequest]) -> Result:
    """Undo the caller's own last actions on several reports."""
    return _turned(call, call.services.undo.undo, None)


def redo_several(call: Call[UndoRequest]) -> Result:
    """Redo what the caller undid on several reports."""
    return _turned(call, call.services.undo.redo, None)


def log(call: Call[None]) -> Result:
    """List who did what, the newest first; the log has no end, so that without a limit it is its first page."""
    find = partial(call.services.log.list, queries.log_filter(call.argument), call.actor)
    return listed(call, find, log_body, default_limit=_LOG_ROWS)


def _sentence(sentence: Sentence) -> Result:
    return Result(sentence_body(sentence), sentence.version)


def _mapping(mapping: Mapping, status: HTTPStatus | None = None) -> Result:
    return Result(mapping_body(mapping), mapping.version, status=status)


def _turned(call: Call[UndoRequest], turn: Callable[..., Undone], report_id: int | None) -> Result:
    return Result(undone_body(turn(report_id, call.actor, steps=call.body.steps, key=call.key)))
