"""What a model and a person learn from each other, under ``/api/tram/``: reasons, suggestions, what to review next."""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from typing import Final

from jupyter_server.utils import url_path_join

from tram_ext.api import queries
from tram_ext.api.learning_responses import (
    comparison_body,
    explanation_body,
    label_check_body,
    learning_curve_body,
    report_suggestions_body,
    suggested_sentence_body,
    training_set_body,
    useful_sentence_body,
)
from tram_ext.api.requests import LabelCheckRequest, LearningCurveRequest
from tram_ext.domain.errors import Invalid
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Permission
from tram_ext.handlers.admission.authorization import reads, writes
from tram_ext.handlers.items import ItemHandler

_LATEST: Final = 100
"""Learning curves that are listed where no limit is given."""


class _AdviceHandler(ItemHandler):
    """What handlers share that ask a model: which one, if not the one that mapped the report."""

    @property
    def model(self) -> str | None:
        """The model that the query names."""
        return self.argument("model") or None


class MappingExplanationHandler(_AdviceHandler):
    """Why a mapping was proposed."""

    NOUN = "Mapping"

    @reads
    async def get(self, mapping_id: str) -> None:
        """Explain it."""
        explain = partial(self.services.explanations.of_mapping, model=self.model)
        self.reply(explanation_body(await self.call(explain, self.key(mapping_id), self.actor)))


class SentenceExplanationHandler(_AdviceHandler):
    """What speaks for a technique on a sentence, mapped or not."""

    NOUN = "Sentence"

    @reads
    async def get(self, sentence_id: str) -> None:
        """Explain the technique that ``attack-id`` names."""
        key = await self.existing(sentence_id, self.services.sentences.get)
        attack_id = self.argument("attack-id").strip()
        if not attack_id:
            raise Invalid.field("attack-id", "This field is required.")
        explain = partial(self.services.explanations.of_sentence, model=self.model)
        self.reply(explanation_body(await self.call(explain, key, attack_id, self.actor)))


class SentenceSuggestionsHandler(_AdviceHandler):
    """What a model thinks of for a sentence, after the decisions in its report."""

    NOUN = "Sentence"

    @reads
    async def get(self, sentence_id: str) -> None:
        """List it, the surest first."""
        suggest = partial(self.services.suggestions.of_sentence, model=self.model)
        self.reply(suggested_sentence_body(await self.call(suggest, self.key(sentence_id), self.actor)))


class ReportSuggestionsHandler(_AdviceHandler):
    """What the decisions in a report suggest for its other sentences."""

    NOUN = "Report"

    @reads
    async def get(self, report_id: str) -> None:
        """List it; with ``news``, only where it differs from the mappings that are there."""
        news = self.argument("news") not in ("", "0", "false")
        suggest = partial(self.services.suggestions.of_report, model=self.model, news_only=news)
        key = self.key(report_id)
        self.finish(await self.call(lambda: json.dumps(report_suggestions_body(suggest(key, self.actor)))))


class UncertainHandler(_AdviceHandler):
    """Which sentences to review next."""

    @reads
    async def get(self) -> None:
        """List those that await review, the most useful first."""
        wanted = queries.sentence_filter(self.argument)
        find = partial(self.services.usefulness.list, wanted, self.actor, model=self.model)
        await self.reply_list(lambda limit, offset: find(limit=limit, offset=offset), useful_sentence_body)


class CompareHandler(ItemHandler):
    """Two versions of models side by side."""

    @reads
    async def get(self) -> None:
        """Compare ``a`` and ``b``, each written as MODEL or MODEL:N."""
        a, b = self.argument("a"), self.argument("b")
        for name, said in (("a", a), ("b", b)):
            if not said:
                raise Invalid.field(name, "This field is required.")
        found = await self.call(self.services.models.compare, a, b, self.actor)
        self.reply(comparison_body(found.a, found.b, found.differences))


class TrainingSetHandler(ItemHandler):
    """What a training would learn from."""

    @reads
    async def get(self) -> None:
        """Count it."""
        only, without = (queries.numbers(name, self.argument(name)) or () for name in ("report", "exclude"))
        request = TrainingRequest(self.argument("model") or "default", only, without)
        self.reply(training_set_body(await self.call(self.services.training_sets.preview, request, self.actor)))


class LabelCheckListHandler(ItemHandler):
    """Checks of labels."""

    PERMISSION = Permission.TRAIN

    @writes
    async def post(self) -> None:
        """Begin one; it goes on after the answer."""
        body, checks = self.body(LabelCheckRequest), self.services.label_checks
        request = TrainingRequest(body.model, body.report, body.exclude)
        key = await self.call(checks.begin, request, self.actor)
        self.host.go("training", checks.run, key, request, self.actor)
        self.set_header("Location", url_path_join(self.base_url, "api/tram/label-checks", str(key)))
        self.reply(label_check_body(await self.call(checks.get, key, self.actor)), HTTPStatus.ACCEPTED)


class LabelCheckHandler(ItemHandler):
    """One check of labels, under way or ended."""

    NOUN = "LabelCheck"
    PERMISSION = Permission.TRAIN

    @reads
    async def get(self, check_id: str) -> None:
        """Show it with what it found, the greatest doubt first."""
        (limit, offset), key = self.page(), self.key(check_id)
        get = partial(self.services.label_checks.get, limit=limit, offset=offset)
        check = await self.call(get, key, self.actor)
        self.page_headers(check.found)
        self.reply(label_check_body(check))

    @writes
    async def delete(self, check_id: str) -> None:
        """Cancel it."""
        await self.call(self.services.label_checks.cancel, self.key(check_id), self.actor)
        self.reply_nothing()


class LearningCurveListHandler(ItemHandler):
    """Learning curves."""

    PERMISSION = Permission.TRAIN

    @reads
    async def get(self) -> None:
        """List the latest, the newest first, of the model that the query names, or of all."""
        limit, model = self.page()[0] or _LATEST, self.argument("model") or None
        found = await self.call(partial(self.services.learning_curves.list, model=model, limit=limit), self.actor)
        self.reply([learning_curve_body(curve) for curve in found])

    @writes
    async def post(self) -> None:
        """Begin to measure one; it goes on after the answer."""
        body, curves = self.body(LearningCurveRequest), self.services.learning_curves
        request = TrainingRequest(body.model, body.report, body.exclude)
        key = await self.call(curves.begin, request, self.actor)
        self.host.go("training", curves.run, key, request, self.actor)
        self.set_header("Location", url_path_join(self.base_url, "api/tram/learning-curves", str(key)))
        self.reply(learning_curve_body(await self.call(curves.get, key, self.actor)), HTTPStatus.ACCEPTED)


class LearningCurveHandler(ItemHandler):
    """One learning curve, under way or measured."""

    NOUN = "LearningCurve"
    PERMISSION = Permission.TRAIN

    @reads
    async def get(self, curve_id: str) -> None:
        """Show it."""
        self.reply(
            learning_curve_body(await self.call(self.services.learning_curves.get, self.key(curve_id), self.actor))
        )

    @writes
    async def delete(self, curve_id: str) -> None:
        """Cancel the measurement."""
        await self.call(self.services.learning_curves.cancel, self.key(curve_id), self.actor)
        self.reply_nothing()
