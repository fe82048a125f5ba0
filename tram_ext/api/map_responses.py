"""Response bodies of texts and documents that are mapped without being stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from typing_extensions import TypedDict

from tram_ext.api.vocabulary import Confidence, SourceName
from tram_ext.domain.assertions import Assertion
from tram_ext.domain.reports import NewReport
from tram_ext.exports.tram_json import asserted


class ProposalBody(TypedDict):
    """A technique that a model proposes; `confidence` is a text with one decimal, in percent, as in mappings."""

    attack_id: str
    name: str
    confidence: Confidence
    source: SourceName
    note: str


class MappedSentenceBody(TypedDict):
    """A sentence that was found: ``text[start:end]`` of what was mapped, and what a model proposes for it."""

    text: str
    order: int
    start: int | None
    end: int | None
    page: int | None
    mappings: list[ProposalBody]


class MappedBody(TypedDict):
    """The sentences of a text with their proposals."""

    name: str
    text: str
    ml_model: str
    sentences: list[MappedSentenceBody]
    warnings: list[str]


def mapped_body(report: NewReport, names: Mapping[str, str], warnings: tuple[str, ...] = ()) -> MappedBody:
    """Return the response body of a mapped text.

    Parameters
    ----------
    names : mapping of str to str
        The names of techniques by ATT&CK id; one without a name is called by its id.
    """
    return {
        "name": report.name,
        "text": report.text,
        "ml_model": report.ml_model,
        "sentences": [
            {
                "text": sentence.text,
                "order": sentence.order,
                "start": sentence.start,
                "end": sentence.end,
                "page": sentence.page,
                "mappings": [_proposal(item, names.get(item.attack_id, item.attack_id)) for item in sentence.mappings],
            }
            for sentence in report.sentences
        ],
        "warnings": list(warnings),
    }


def _proposal(assertion: Assertion, name: str) -> ProposalBody:
    """Return what is asserted, without the decision that nobody has made yet."""
    found = asserted(assertion, name)
    del found["disposition"]
    return cast("ProposalBody", found)
