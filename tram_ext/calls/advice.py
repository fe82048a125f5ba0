"""Use cases that ask a model: explanations, suggestions, and which sentences to review next."""

from __future__ import annotations

from functools import partial
from typing import Any

from tram_ext.api import queries
from tram_ext.api.learning_responses import (
    explanation_body,
    report_suggestions_body,
    suggested_sentence_body,
    useful_sentence_body,
)
from tram_ext.calls.call import Call, Result, listed
from tram_ext.domain.errors import Invalid


def mapping_explanation(call: Call[None]) -> Result:
    """Explain a mapping."""
    return Result(explanation_body(call.services.explanations.of_mapping(call.item, call.actor, model=_model(call))))


def explanation(call: Call[None]) -> Result:
    """Explain a technique for a sentence, mapped or not."""
    call.services.sentences.get(call.item, call.actor)  # that there is none is said before that something is missing
    attack_id = call.argument("attack-id").strip()
    if not attack_id:
        raise Invalid.field("attack-id", "This field is required.")
    of_sentence = call.services.explanations.of_sentence
    return Result(explanation_body(of_sentence(call.item, attack_id, call.actor, model=_model(call))))


def suggestions(call: Call[None]) -> Result:
    """Name the techniques that a model considers for a sentence, the surest first."""
    of_sentence = call.services.suggestions.of_sentence
    return Result(suggested_sentence_body(of_sentence(call.item, call.actor, model=_model(call))))


def report_suggestions(call: Call[None]) -> Result:
    """List what the decisions in a report suggest for its other sentences."""
    of_report = call.services.suggestions.of_report
    found = of_report(call.item, call.actor, model=_model(call), news_only=call.flag("news"))
    return Result(report_suggestions_body(found))


def uncertain_sentences(call: Call[None]) -> Result:
    """List sentences that await review, the most useful first."""
    wanted = queries.sentence_filter(call.argument)
    find = partial(call.services.usefulness.list, wanted, call.actor, model=_model(call))
    return listed(call, find, useful_sentence_body)


def _model(call: Call[Any]) -> str | None:
    """Return the model that the query names; None is the one that mapped the report."""
    return call.argument("model") or None
