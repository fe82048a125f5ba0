"""The calls of a connection on services in this process: the same requests are checked, the same records come back."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

from tram_ext.api import queries
from tram_ext.api.attack_responses import TechniqueBody, technique_body
from tram_ext.api.connection import (
    Connection,
    ExportFile,
    MappingChanges,
    Page,
    ReportChanges,
    SentenceChanges,
    SentenceQuery,
    Step,
)
from tram_ext.api.map_responses import MappedBody, mapped_body
from tram_ext.api.model_responses import (
    CardBody,
    ModelEntryBody,
    VersionBody,
    card_body,
    model_entry_body,
    version_body,
)
from tram_ext.api.requests import Body, TrainRequest, parse
from tram_ext.api.responses import (
    JobBody,
    ReportBody,
    TrainingBody,
    job_body,
    report_body,
    training_body,
)
from tram_ext.api.review_requests import (
    MappingPatch,
    MappingRequest,
    MapRequest,
    MergeRequest,
    PasswordRequest,
    RemapRequest,
    ReportPatch,
    ReportRequest,
    RestoreRequest,
    ReviewRequest,
    SentencePatch,
    SentenceRequest,
    SplitRequest,
    StepRequest,
    UndoRequest,
)
from tram_ext.api.review_responses import (
    BulkBody,
    LogBody,
    MappingBody,
    SentenceBody,
    SplitBody,
    UndoneBody,
    bulk_body,
    log_body,
    mapping_body,
    sentence_body,
    undone_body,
)
from tram_ext.api.status import StatusBody, status_body
from tram_ext.domain.edits import Undone
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.container import Services
from tram_ext.services.settings import MOST_UNFINISHED_TRAININGS
from tram_ext.workbenches.local_files import LocalFiles
from tram_ext.workbenches.local_overviews import LocalOverviews, key_of, reader_of

T = TypeVar("T")

_LOG_ROWS: Final = 1_000
"""The address that wrong passwords are counted for."""


class LocalConnection(LocalFiles, LocalOverviews, Connection):
    """A connection to services in this process, which it begins to use and closes in the end.

    Parameters
    ----------
    services : Services
        The workbench; documents are worked on and trainings run while it is open.
    actor : User
        Who works at it.
    """

    def __init__(self, services: Services, actor: User) -> None:
        self._services = services
        self._actor = actor
        self._trainers = ThreadPoolExecutor(MOST_UNFINISHED_TRAININGS, thread_name_prefix="tram-training")
        services.documents.sweep()
        services.preparation.start()
        services.queue.start()
        atexit.register(self.close)  # a script that ends without closing hands what is under way back to the queue

    def __repr__(self) -> str:
        return f"<workbench in {self._services.settings.data_dir}>"

    def status(self) -> StatusBody:
        return status_body(self._services.status.get(self._actor), self._actor)

    def reports(self, *, limit: int | None = None, offset: int = 0) -> Page[ReportBody]:
        return self._page(partial(self._services.reports.list, self._actor), report_body, limit, offset)

    def report(self, report_id: int) -> ReportBody:
        return report_body(self._services.reports.get(key_of(report_id, "Report"), self._actor))

    def create_report(self, name: str, text: str, ml_model: str) -> ReportBody:
        body = self._request(ReportRequest, {"name": name, "text": text, "ml_model": ml_model})
        return report_body(self._services.reports.create(body.report(), self._actor))

    def change_report(self, report_id: int, changes: ReportChanges, *, expected: int | None = None) -> ReportBody:
        service, key = self._services.reports, self._existing_report(report_id)
        edit = parse(ReportPatch, dict(changes)).edit()
        return report_body(service.change(key, edit, self._actor, expected=_versions(expected)))

    def delete_report(self, report_id: int, *, expected: int | None = None) -> None:
        self._services.reports.delete(key_of(report_id, "Report"), self._actor, expected=_versions(expected))

    def download(self, document_id: int) -> bytes:
        _, path = self._services.documents.open(key_of(document_id, "Document"), self._actor)
        return path.read_bytes()

    def export(self, report_id: int | None, format_name: str, *, accepted_only: bool = False) -> ExportFile:
        exports = self._services.exports
        if report_id is None:
            rendered, _ = exports.reports(format_name, self._actor, accepted_only=accepted_only)
            return ExportFile(f"Reports{rendered.suffix}", rendered.media_type, rendered.content)
        key = key_of(report_id, "Report")
        report, rendered = exports.report(key, format_name, self._actor, accepted_only=accepted_only)
        return ExportFile(f"{report.name}{rendered.suffix}", rendered.media_type, rendered.content)

    def map_text(self, text: str, *, model: str | None = None) -> MappedBody:
        body = self._request(MapRequest, {"text": text, "model": model or "default"})
        done = self._services.previews.of_text(body.text, body.model, self._actor)
        return mapped_body(done.report, done.names, done.warnings)

    def jobs(self, *, everything: bool = False, limit: int | None = None, offset: int = 0) -> Page[JobBody]:
        find = partial(self._services.queue.list, self._actor, everything=everything)
        return self._page(find, job_body, limit, offset)

    def job(self, job_id: int) -> JobBody:
        return job_body(self._services.queue.get(key_of(job_id, "DocumentProcessingJob"), self._actor))

    def cancel_job(self, job_id: int) -> None:
        self._services.queue.cancel(key_of(job_id, "DocumentProcessingJob"), self._actor)

    def sentences(
        self, query: SentenceQuery | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[SentenceBody]:
        wanted = queries.sentence_filter(reader_of(queries.sentence_query(query or {})))
        find = partial(self._services.sentences.list, wanted, self._actor)
        return self._page(find, sentence_body, limit, offset)

    def sentence(self, sentence_id: int) -> SentenceBody:
        return sentence_body(self._services.sentences.get(key_of(sentence_id, "Sentence"), self._actor))

    def create_sentence(
        self, report_id: int, text: str, *, order: int | None = None, disposition: str | None = None
    ) -> SentenceBody:
        values = {"report": report_id, "text": text, "disposition": disposition}
        body = self._request(SentenceRequest, values if order is None else {**values, "order": order})
        return sentence_body(self._services.sentences.create(body.report, body.edit(), self._actor))

    def change_sentence(
        self, sentence_id: int, changes: SentenceChanges, *, expected: int | None = None
    ) -> SentenceBody:
        service, key = self._services.sentences, self._existing_sentence(sentence_id)
        edit = parse(SentencePatch, dict(changes)).edit()
        return sentence_body(service.change(key, edit, self._actor, expected=_versions(expected)))

    def take_step(
        self, sentence_id: int, step: Step, *, expected: int | None = None, key: str | None = None
    ) -> SentenceBody:
        place = self._existing_sentence(sentence_id)
        wanted = parse(StepRequest, dict(step)).step()
        take = self._services.steps.take
        done = take(place, wanted, self._actor, expected=_versions(expected), key=queries.request_key(key))
        return sentence_body(done)

    def delete_sentence(self, sentence_id: int, *, expected: int | None = None) -> None:
        self._services.sentences.delete(key_of(sentence_id, "Sentence"), self._actor, expected=_versions(expected))

    def split(self, sentence_id: int, at: int, *, expected: int | None = None) -> SplitBody:
        key = self._existing_sentence(sentence_id)
        place = parse(SplitRequest, {"at": at}).at
        parts = self._services.segmentation.split(key, place, self._actor, expected=_versions(expected))
        return {"sentences": [sentence_body(part) for part in parts]}

    def merge(self, sentence_ids: Sequence[int], *, expected: int | None = None) -> SentenceBody:
        body = self._request(MergeRequest, {"sentences": list(sentence_ids)})
        merge = self._services.segmentation.merge
        return sentence_body(merge(body.sentences, self._actor, expected=_versions(expected)))

    def mappings(
        self, sentence_id: int | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[MappingBody]:
        wanted = None if sentence_id is None else queries.number("sentence-id", str(sentence_id))
        return self._page(partial(self._services.mappings.list, wanted, self._actor), mapping_body, limit, offset)

    def mapping(self, mapping_id: int) -> MappingBody:
        return mapping_body(self._services.mappings.get(key_of(mapping_id, "Mapping"), self._actor))

    def add_mapping(
        self, report_id: int, sentence_id: int, attack_id: str, *, confidence: float = 100.0, note: str = ""
    ) -> MappingBody:
        values = {"report": report_id, "sentence": sentence_id, "attack_id": attack_id}
        body = self._request(MappingRequest, {**values, "confidence": confidence, "note": note})
        made, _ = self._services.mappings.add(body.report, body.sentence, body.assertion(), self._actor)
        return mapping_body(made)

    def change_mapping(self, mapping_id: int, changes: MappingChanges, *, expected: int | None = None) -> MappingBody:
        self._may(Permission.REVIEW)
        service, key = self._services.mappings, key_of(mapping_id, "Mapping")
        service.get(key, self._actor)
        edit = parse(MappingPatch, dict(changes)).edit()
        return mapping_body(service.change(key, edit, self._actor, expected=_versions(expected)))

    def delete_mapping(self, mapping_id: int, *, expected: int | None = None) -> None:
        self._services.mappings.delete(key_of(mapping_id, "Mapping"), self._actor, expected=_versions(expected))

    def review(
        self,
        report_id: int,
        action: str,
        *,
        sentences: Sequence[int] | None = None,
        versions: Sequence[int] | None = None,
        confidence: float | None = None,
        expected: int | None = None,
    ) -> BulkBody:
        key = self._existing_report(report_id)
        values: dict[str, Any] = {"action": action, "confidence": confidence, "versions": list(versions or ())}
        body = parse(ReviewRequest, values if sentences is None else {**values, "sentences": list(sentences)})
        done = self._services.bulk.review(
            key,
            body.action,
            self._actor,
            confidence=body.confidence,
            sentences=None if sentences is None else body.sentences,
            versions=body.seen(),
            expected=_versions(expected),
        )
        return bulk_body(done.changed, done.report)

    def remap(self, report_id: int, model: str, *, expected: int | None = None) -> BulkBody:
        key = self._existing_report(report_id)
        name = parse(RemapRequest, {"model": model}).model
        done = self._services.remapping.remap(key, name, self._actor, expected=_versions(expected))
        return bulk_body(done.changed, done.report)

    def undo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        return self._turn(self._services.undo.undo, report_id, steps, key)

    def redo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        return self._turn(self._services.undo.redo, report_id, steps, key)

    def log(
        self,
        *,
        report_id: int | None = None,
        user: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page[LogBody]:
        values = {"report_id": report_id, "user": user, "since": since, "until": until}
        find = partial(self._services.log.list, queries.log_filter(reader_of(values)), self._actor)
        return self._page(find, log_body, _LOG_ROWS if limit is None else limit, offset)

    def techniques(self, query: str = "", *, everything: bool = False) -> list[TechniqueBody]:
        return [technique_body(item) for item in self._services.attack.search(query, everything=everything)]

    def technique(self, attack_id: str) -> TechniqueBody:
        return technique_body(self._services.attack.find(attack_id))

    def tactics(self) -> list[TechniqueBody]:
        return [technique_body(item) for item in self._services.attack.tactics()]

    def models(self) -> list[ModelEntryBody]:
        entries = self._services.models.list(self._actor)
        return [model_entry_body(e.name, e.versions, e.active, is_default=e.is_default) for e in entries]

    def versions(self, name: str) -> list[VersionBody]:
        return [version_body(version) for version in self._services.models.versions(name, self._actor)]

    def model(self, name: str, version: int | None = None) -> CardBody:
        number = None if version is None else queries.number("version", str(version))
        return card_body(self._services.models.version(name, number, self._actor))

    def restore_model(self, name: str, version: int) -> VersionBody:
        self._may(Permission.ADMINISTER)
        number = parse(RestoreRequest, {"version": version}).version
        return version_body(self._services.models.restore(name, number, self._actor))

    def train(self, name: str, *, reports: Sequence[int] = (), exclude: Sequence[int] = ()) -> TrainingBody:
        trainings, actor = self._services.trainings, self._actor
        body = parse(TrainRequest, {"report": list(reports), "exclude": list(exclude)})
        request = TrainingRequest(name, body.report, body.exclude)
        training_id = trainings.begin(request, actor)
        self._go(lambda: trainings.run(training_id, request, actor))
        return training_body(*trainings.get(training_id, actor))

    def trainings(self, *, limit: int = 100) -> list[TrainingBody]:
        checked, _ = queries.page(reader_of({"limit": limit}))
        assert checked is not None
        return [training_body(*training) for training in self._services.trainings.list(self._actor, limit=checked)]

    def training(self, training_id: int) -> TrainingBody:
        return training_body(*self._services.trainings.get(key_of(training_id, "Training"), self._actor))

    def cancel_training(self, training_id: int) -> None:
        self._services.trainings.cancel(key_of(training_id, "Training"), self._actor)

    def change_password(self, current: str, new: str) -> None:
        body = parse(PasswordRequest, {"current": current, "new": new})
        self._services.users.change_own_password(self._actor, body.current, body.new)

    def close(self) -> None:
        atexit.unregister(self.close)
        self._services.close()
        self._trainers.shutdown(cancel_futures=True)

    def _turn(self, turn: Callable[..., Undone], report_id: int | None, steps: int, key: str | None) -> UndoneBody:
        self._may(Permission.REVIEW)
        report = None if report_id is None else key_of(report_id, "Report")
        wanted = parse(UndoRequest, {"steps": steps}).steps
        return undone_body(turn(report, self._actor, steps=wanted, key=queries.request_key(key)))

    def _may(self, permission: Permission) -> None:
        require(self._actor, permission)

    def _request(self, kind: type[Body], values: Mapping[str, Any]) -> Body:
        """Check a request of somebody who may review: who may not hears that first."""
        self._may(Permission.REVIEW)
        return parse(kind, dict(values))

    def _existing_report(self, report_id: int) -> int:
        self._may(Permission.REVIEW)
        return self._services.reports.get(key_of(report_id, "Report"), self._actor).id

    def _existing_sentence(self, sentence_id: int) -> int:
        self._may(Permission.REVIEW)
        return self._services.sentences.get(key_of(sentence_id, "Sentence"), self._actor).id

    def _page(
        self, find: Callable[..., tuple[list[T], int]], show: Callable[[T], Any], limit: int | None, offset: int
    ) -> Page[Any]:
        checked, begin = queries.page(reader_of({"limit": limit, "offset": offset}))
        found, total = find(limit=checked, offset=begin)
        return Page([show(item) for item in found], begin + len(found) if checked is None else total)


def _versions(expected: int | None) -> frozenset[int] | None:
    return None if expected is None else frozenset([expected])
