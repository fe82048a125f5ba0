"""The calls of a connection, each as one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Final
from urllib.parse import quote

import httpx

from tram_ext.api.attack_responses import TechniqueBody, UpgradeBody
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
from tram_ext.api.headers import file_name
from tram_ext.api.learning_responses import (
    ComparisonBody,
    ExplanationBody,
    LabelCheckBody,
    LearningCurveBody,
    SuggestedSentenceBody,
    TrainingSetBody,
)
from tram_ext.api.map_responses import MappedBody
from tram_ext.api.model_responses import CardBody, ModelEntryBody, VersionBody
from tram_ext.api.overview_responses import EvidenceBody, RowsBody, TechniqueCountBody
from tram_ext.api.queries import listed, request_key, sentence_query, written
from tram_ext.api.responses import ImportedBody, JobBody, ReportBody, TrainingBody, UploadedBody
from tram_ext.api.review_responses import BulkBody, LogBody, MappingBody, SentenceBody, SplitBody, UndoneBody
from tram_ext.api.status import StatusBody
from tram_ext.client.access import Access
from tram_ext.client.transport import SLOW_SECONDS, Transport

_ASYNC: Final = {"Prefer": "respond-async"}


class HttpConnection(Connection):
    """A connection to a server.

    Parameters
    ----------
    access : Access
        Where the server is, and who asks.

    Raises
    ------
    Unreachable
        Nothing says where the server is.
    """

    def __init__(self, access: Access) -> None:
        self._transport = Transport(access)

    def __repr__(self) -> str:
        return f"<connection to {self._transport.url}>"

    def status(self) -> StatusBody:
        found: StatusBody = self._ask("GET", "api/tram/status")
        return found

    def reports(self, *, limit: int | None = None, offset: int = 0) -> Page[ReportBody]:
        return self._page("api/reports/", {}, limit, offset)

    def report(self, report_id: int) -> ReportBody:
        found: ReportBody = self._ask("GET", f"api/reports/{report_id}/")
        return found

    def create_report(self, name: str, text: str, ml_model: str) -> ReportBody:
        made: ReportBody = self._ask("POST", "api/reports/", {"name": name, "text": text, "ml_model": ml_model})
        return made

    def change_report(self, report_id: int, changes: ReportChanges, *, expected: int | None = None) -> ReportBody:
        changed: ReportBody = self._ask("PATCH", f"api/reports/{report_id}/", changes, expected=expected)
        return changed

    def delete_report(self, report_id: int, *, expected: int | None = None) -> None:
        self._ask("DELETE", f"api/reports/{report_id}/", expected=expected)

    def upload(self, name: str, file: BinaryIO, *, model: str | None = None) -> UploadedBody:
        taken: UploadedBody = self._send("api/upload/", name, file, model)
        return taken

    def download(self, document_id: int) -> bytes:
        return self._transport.request("GET", f"api/download/{document_id}", seconds=SLOW_SECONDS).content

    def import_report(self, data: bytes) -> ImportedBody:
        answer = self._transport.request(
            "POST",
            "api/report-mappings/",
            content=data,
            headers={"Content-Type": "application/json"},
            seconds=SLOW_SECONDS,
        )
        imported: ImportedBody = answer.json()
        return imported

    def export(self, report_id: int | None, format_name: str, *, accepted_only: bool = False) -> ExportFile:
        path = "api/report-mappings/" if report_id is None else f"api/report-mappings/{report_id}/"
        params = written({"format": format_name, "accepted_only": accepted_only})
        answer = self._transport.request("GET", path, params=params, seconds=SLOW_SECONDS)
        named = file_name(answer.headers.get("Content-Disposition", ""))
        return ExportFile(named, answer.headers["Content-Type"], answer.content)

    def map_text(self, text: str, *, model: str | None = None) -> MappedBody:
        body = {"text": text, "model": model or "default"}
        found: MappedBody = self._ask("POST", "api/tram/map", body, seconds=SLOW_SECONDS)
        return found

    def map_file(self, name: str, file: BinaryIO, *, model: str | None = None) -> MappedBody:
        found: MappedBody = self._send("api/tram/map-file", name, file, model)
        return found

    def jobs(self, *, everything: bool = False, limit: int | None = None, offset: int = 0) -> Page[JobBody]:
        return self._page("api/jobs/", {"all": everything}, limit, offset)

    def job(self, job_id: int) -> JobBody:
        found: JobBody = self._ask("GET", f"api/jobs/{job_id}/")
        return found

    def cancel_job(self, job_id: int) -> None:
        self._ask("DELETE", f"api/jobs/{job_id}/")

    def sentences(
        self, query: SentenceQuery | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[SentenceBody]:
        return self._page("api/sentences/", sentence_query(query or {}), limit, offset)

    def rows(self, report_id: int, query: SentenceQuery | None = None, *, order: str = "reading") -> RowsBody:
        params = written({**sentence_query(query or {}), "order": order})
        found: RowsBody = self._ask("GET", f"api/tram/reports/{report_id}/rows", params=params, seconds=SLOW_SECONDS)
        return found

    def technique_counts(self, report_ids: Sequence[int] | None = None) -> list[TechniqueCountBody]:
        params = written({"report_id": listed(report_ids)})
        found: list[TechniqueCountBody] = self._ask("GET", "api/tram/matrix", params=params)
        return found

    def evidence(
        self, attack_id: str, report_ids: Sequence[int] | None = None, *, limit: int = 20
    ) -> list[EvidenceBody]:
        params = written({"report_id": listed(report_ids), "limit": limit})
        found: list[EvidenceBody] = self._ask("GET", f"api/tram/matrix/{quote(attack_id, safe='')}", params=params)
        return found

    def explanation(self, sentence_id: int, attack_id: str) -> ExplanationBody:
        path, params = f"api/tram/sentences/{sentence_id}/explanation", written({"attack_id": attack_id})
        found: ExplanationBody = self._ask("GET", path, params=params, seconds=SLOW_SECONDS)
        return found

    def suggestions(self, sentence_id: int) -> SuggestedSentenceBody:
        path = f"api/tram/sentences/{sentence_id}/suggestions"
        found: SuggestedSentenceBody = self._ask("GET", path, seconds=SLOW_SECONDS)
        return found

    def sentence(self, sentence_id: int) -> SentenceBody:
        found: SentenceBody = self._ask("GET", f"api/sentences/{sentence_id}/")
        return found

    def create_sentence(
        self, report_id: int, text: str, *, order: int | None = None, disposition: str | None = None
    ) -> SentenceBody:
        body = {"report": report_id, "text": text, "disposition": disposition}
        made: SentenceBody = self._ask("POST", "api/sentences/", body if order is None else {**body, "order": order})
        return made

    def change_sentence(
        self, sentence_id: int, changes: SentenceChanges, *, expected: int | None = None
    ) -> SentenceBody:
        changed: SentenceBody = self._ask("PATCH", f"api/sentences/{sentence_id}/", changes, expected=expected)
        return changed

    def take_step(
        self, sentence_id: int, step: Step, *, expected: int | None = None, key: str | None = None
    ) -> SentenceBody:
        path = f"api/tram/sentences/{sentence_id}/step"
        changed: SentenceBody = self._ask("POST", path, step, expected=expected, key=key)
        return changed

    def delete_sentence(self, sentence_id: int, *, expected: int | None = None) -> None:
        self._ask("DELETE", f"api/sentences/{sentence_id}/", expected=expected)

    def split(self, sentence_id: int, at: int, *, expected: int | None = None) -> SplitBody:
        path = f"api/tram/sentences/{sentence_id}/split"
        parts: SplitBody = self._ask("POST", path, {"at": at}, expected=expected)
        return parts

    def merge(self, sentence_ids: Sequence[int], *, expected: int | None = None) -> SentenceBody:
        body = {"sentences": list(sentence_ids)}
        merged: SentenceBody = self._ask("POST", "api/tram/sentences/merge", body, expected=expected)
        return merged

    def mappings(
        self, sentence_id: int | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[MappingBody]:
        return self._page("api/mappings/", {"sentence_id": sentence_id}, limit, offset)

    def mapping(self, mapping_id: int) -> MappingBody:
        found: MappingBody = self._ask("GET", f"api/mappings/{mapping_id}/")
        return found

    def add_mapping(
        self, report_id: int, sentence_id: int, attack_id: str, *, confidence: float = 100.0, note: str = ""
    ) -> MappingBody:
        body = {"report": report_id, "sentence": sentence_id, "attack_id": attack_id}
        made: MappingBody = self._ask("POST", "api/mappings/", {**body, "confidence": confidence, "note": note})
        return made

    def change_mapping(self, mapping_id: int, changes: MappingChanges, *, expected: int | None = None) -> MappingBody:
        changed: MappingBody = self._ask("PATCH", f"api/mappings/{mapping_id}/", changes, expected=expected)
        return changed

    def delete_mapping(self, mapping_id: int, *, expected: int | None = None) -> None:
        self._ask("DELETE", f"api/mappings/{mapping_id}/", expected=expected)

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
        body: dict[str, Any] = {"action": action, "confidence": confidence, "versions": list(versions or ())}
        if sentences is not None:
            body["sentences"] = list(sentences)
        done: BulkBody = self._ask("POST", f"api/tram/reports/{report_id}/review", body, expected=expected)
        return done

    def remap(self, report_id: int, model: str, *, expected: int | None = None) -> BulkBody:
        path, body = f"api/tram/reports/{report_id}/remap", {"model": model}
        done: BulkBody = self._ask("POST", path, body, expected=expected, seconds=SLOW_SECONDS)
        return done

    def undo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        undone: UndoneBody = self._ask("POST", _turning("undo", report_id), {"steps": steps}, key=key)
        return undone

    def redo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        redone: UndoneBody = self._ask("POST", _turning("redo", report_id), {"steps": steps}, key=key)
        return redone

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
        wanted = {"report_id": report_id, "user": user, "since": since, "until": until}
        return self._page("api/tram/log", wanted, limit, offset)

    def techniques(self, query: str = "", *, everything: bool = False) -> list[TechniqueBody]:
        params = written({"query": query, "all": everything})
        found: list[TechniqueBody] = self._ask("GET", "api/tram/techniques", params=params)
        return found

    def technique(self, attack_id: str) -> TechniqueBody:
        found: TechniqueBody = self._ask("GET", f"api/tram/techniques/{quote(attack_id, safe='')}")
        return found

    def tactics(self) -> list[TechniqueBody]:
        found: list[TechniqueBody] = self._ask("GET", "api/tram/tactics")
        return found

    def upgrade_attack(self, name: str, file: BinaryIO, *, preview: bool = False) -> UpgradeBody:
        path, params = "api/tram/attack/upgrade", written({"preview": preview})
        answer = self._transport.request("POST", path, params=params, file=(name, file), seconds=SLOW_SECONDS)
        done: UpgradeBody = answer.json()
        return done

    def models(self) -> list[ModelEntryBody]:
        found: list[ModelEntryBody] = self._ask("GET", "api/tram/models")
        return found

    def versions(self, name: str) -> list[VersionBody]:
        found: list[VersionBody] = self._ask("GET", f"api/tram/models/{quote(name, safe='')}/versions")
        return found

    def model(self, name: str, version: int | None = None) -> CardBody:
        params = written({"version": version})
        found: CardBody = self._ask("GET", f"api/tram/models/{quote(name, safe='')}", params=params)
        return found

    def restore_model(self, name: str, version: int) -> VersionBody:
        path = f"api/tram/models/{quote(name, safe='')}/restore"
        restored: VersionBody = self._ask("POST", path, {"version": version})
        return restored

    def training_set(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> TrainingSetBody:
        params = written({"model": name, "report": listed(reports) or None, "exclude": listed(exclude) or None})
        found: TrainingSetBody = self._ask("GET", "api/tram/training-set", params=params)
        return found

    def compare_models(self, a: str, b: str) -> ComparisonBody:
        params = written({"a": a, "b": b})
        found: ComparisonBody = self._ask("GET", "api/tram/models/compare", params=params)
        return found

    def check_labels(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LabelCheckBody:
        body = {"model": name, "report": list(reports), "exclude": list(exclude)}
        begun: LabelCheckBody = self._ask("POST", "api/tram/label-checks", body)
        return begun

    def label_check(self, check_id: int) -> LabelCheckBody:
        found: LabelCheckBody = self._ask("GET", f"api/tram/label-checks/{check_id}")
        return found

    def cancel_label_check(self, check_id: int) -> None:
        self._ask("DELETE", f"api/tram/label-checks/{check_id}")

    def measure_learning(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LearningCurveBody:
        body = {"model": name, "report": list(reports), "exclude": list(exclude)}
        begun: LearningCurveBody = self._ask("POST", "api/tram/learning-curves", body)
        return begun

    def learning_curves(self, name: str | None = None, *, limit: int = 100) -> list[LearningCurveBody]:
        params = written({"model": name, "limit": limit})
        found: list[LearningCurveBody] = self._ask("GET", "api/tram/learning-curves", params=params)
        return found

    def learning_curve(self, curve_id: int) -> LearningCurveBody:
        found: LearningCurveBody = self._ask("GET", f"api/tram/learning-curves/{curve_id}")
        return found

    def cancel_learning_curve(self, curve_id: int) -> None:
        self._ask("DELETE", f"api/tram/learning-curves/{curve_id}")

    def train(self, name: str, *, reports: Sequence[int] = (), exclude: Sequence[int] = ()) -> TrainingBody:
        body = {"report": list(reports), "exclude": list(exclude)}
        path = f"api/train-model/{quote(name, safe='')}"
        begun: TrainingBody = self._ask("POST", path, body, headers=_ASYNC)
        return begun

    def trainings(self, *, limit: int = 100) -> list[TrainingBody]:
        found: list[TrainingBody] = self._ask("GET", "api/tram/trainings", params=written({"limit": limit}))
        return found

    def training(self, training_id: int) -> TrainingBody:
        found: TrainingBody = self._ask("GET", f"api/tram/trainings/{training_id}")
        return found

    def cancel_training(self, training_id: int) -> None:
        self._ask("DELETE", f"api/tram/trainings/{training_id}")

    def change_password(self, current: str, new: str) -> None:
        self._ask("POST", "api/tram/password", {"current": current, "new": new})

    def close(self) -> None:
        self._transport.close()

    def _ask(
        self,
        verb: str,
        path: str,
        body: Any = None,
        *,
        expected: int | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Any:
        """Send a request, and return its answer as JSON, None where there is none."""
        sent = {**(headers or {}), **({} if expected is None else {"If-Match": f'"{expected}"'})}
        if (checked := request_key(key)) is not None:
            sent["Idempotency-Key"] = checked
        answer = self._transport.request(verb, path, json=body, headers=sent, **options)
        return None if answer.status_code == httpx.codes.NO_CONTENT else answer.json()

    def _page(self, path: str, wanted: Mapping[str, Any], limit: int | None, offset: int) -> Page[Any]:
        params = written({**wanted, "limit": limit, "offset": offset or None})
        answer = self._transport.request("GET", path, params=params)
        found = answer.json()
        return Page(found, int(answer.headers.get("X-Total-Count", offset + len(found))))

    def _send(self, path: str, name: str, file: BinaryIO, model: str | None) -> Any:
        fields = {"model": model} if model else None
        answer = self._transport.request("POST", path, file=(name, file), fields=fields, seconds=SLOW_SECONDS)
        return answer.json()


def _turning(verb: str, report_id: int | None) -> str:
    return f"api/tram/{verb}" if report_id is None else f"api/tram/reports/{report_id}/{verb}"
