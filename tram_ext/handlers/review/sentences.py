"""``/api/sentences/``; single steps on them, splitting and merging under ``/api/tram/``."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from tram_ext.api.queries import sentence_filter
from tram_ext.api.review_requests import MergeRequest, SentencePatch, SentenceRequest, SplitRequest, StepRequest
from tram_ext.api.review_responses import sentence_body
from tram_ext.domain.reports import Sentence
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler


class SentenceHandlerBase(ItemHandler):
    """What handlers of sentences share."""

    NOUN = "Sentence"

    def reply_sentence(self, sentence: Sentence, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Answer with a sentence."""
        self.reply_item(sentence_body(sentence), sentence.version, status)


class SentenceListHandler(SentenceHandlerBase):
    """All sentences."""

    @reads
    async def get(self) -> None:
        """List those that the query describes, in the order of their reports."""
        wanted, services = sentence_filter(self.argument), self.services
        await self.reply_list(
            lambda limit, offset: services.sentences.list(wanted, self.actor, limit=limit, offset=offset),
            sentence_body,
        )

    @writes
    async def post(self) -> None:
        """Add one to a report."""
        body = self.body(SentenceRequest)
        made = await self.call(self.services.sentences.create, body.report, body.edit(), self.actor)
        self.reply_sentence(made, HTTPStatus.CREATED)


class SentenceHandler(SentenceHandlerBase):
    """One sentence."""

    @reads
    async def get(self, sentence_id: str) -> None:
        """Show it."""
        self.reply_sentence(await self.call(self.services.sentences.get, self.key(sentence_id), self.actor))

    @writes
    async def patch(self, sentence_id: str) -> None:
        """Change what the body names."""
        await self._change(sentence_id)

    @writes
    async def put(self, sentence_id: str) -> None:
        """Change what the body names: a sentence is never replaced whole."""
        await self._change(sentence_id)

    @writes
    async def delete(self, sentence_id: str) -> None:
        """Remove it."""
        remove = partial(self.services.sentences.delete, expected=self.expected())
        await self.call(remove, self.key(sentence_id), self.actor)
        self.reply_nothing()

    async def _change(self, sentence_id: str) -> None:
        key = await self.existing(sentence_id, self.services.sentences.get)
        edit = self.body(SentencePatch).edit()
        change = partial(self.services.sentences.change, expected=self.expected())
        self.reply_sentence(await self.call(change, key, edit, self.actor))


class StepHandler(SentenceHandlerBase):
    """Takes a step of a review."""

    @writes
    async def post(self, sentence_id: str) -> None:
        """Decide, or add, change or remove a technique."""
        key = await self.existing(sentence_id, self.services.sentences.get)
        step = self.body(StepRequest).step()
        take = partial(self.services.steps.take, expected=self.expected(), key=self.request_key())
        self.reply_sentence(await self.call(take, key, step, self.actor))


class SplitHandler(SentenceHandlerBase):
    """Splits a sentence."""

    @writes
    async def post(self, sentence_id: str) -> None:
        """Make two of it."""
        key = await self.existing(sentence_id, self.services.sentences.get)
        split = partial(self.services.segmentation.split, expected=self.expected())
        parts = await self.call(split, key, self.body(SplitRequest).at, self.actor)
        self.reply({"sentences": [sentence_body(part) for part in parts]})


class MergeHandler(SentenceHandlerBase):
    """Merges sentences."""

    @writes
    async def post(self) -> None:
        """Make one of several that follow one another."""
        merge = partial(self.services.segmentation.merge, expected=self.expected())
        self.reply_sentence(await self.call(merge, self.body(MergeRequest).sentences, self.actor))
