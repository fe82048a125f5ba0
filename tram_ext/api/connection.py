"""What Python asks of a workbench, wherever it is: the same calls over HTTP and in one process.

A call answers with the records of the HTTP API and fails with the errors of `tram_ext.domain.errors`, with the same
message on both ways. To add a call: a line here, one in `tram_ext.client`, one in `tram_ext.workbenches.local`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Generic, Protocol, TypeVar

from typing_extensions import Required, TypedDict

from tram_ext.api.attack_responses import TechniqueBody, UpgradeBody
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
from tram_ext.api.responses import ImportedBody, JobBody, ReportBody, TrainingBody, UploadedBody
from tram_ext.api.review_responses import BulkBody, LogBody, MappingBody, SentenceBody, SplitBody, UndoneBody
from tram_ext.api.status import StatusBody

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[R_co]):
    """Some of the records that there are, and how many there are in all."""

    records: list[R_co]
    total: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An export as a file that could be saved under `name`."""

    name: str
    media_type: str
    content: bytes


class SentenceQuery(TypedDict, total=False):
    """Which sentences are asked for; what is absent does not matter.

    `disposition` is ``accept``, ``reject`` or, for those that await review, ``none``; `technique` is an id of ATT&CK;
    confidences are in percent; `text` is a part of it in any case of letters; `ids` are numbers of sentences.
    """

    report: int
    technique: str
    disposition: str
    min_confidence: float
    max_confidence: float
    text: str
    ids: Sequence[int]


class ReportChanges(TypedDict, total=False):
    """What is to be different about a report."""

    name: str
    text: str
    ml_model: str
    use_for_training: bool


class SentenceChanges(TypedDict, total=False):
    """What is to be different about a sentence; a `disposition` of None clears it."""

    text: str
    order: int
    disposition: str | None


class MappingChanges(TypedDict, total=False):
    """What is to be different about a mapping; `confidence` in percent."""

    attack_id: str
    confidence: float
    note: str


class Step(TypedDict, total=False):
    """One step of reviewing a sentence.

    Its `kind` is ``decide``, which needs a `disposition` (None awaits review), or ``add``, ``change`` or ``remove``,
    which need an `attack_id`; `confidence`, in percent, and `note` are those of a technique that is added or changed.
    """

    kind: Required[str]
    disposition: str | None
    attack_id: str
    confidence: float
    note: str


class Connection(Protocol):
    """A workbench that somebody works at; safe to use from several threads.

    Where an item is changed, `expected` is the version that the caller has seen (None: any). If it has another by now,
    nothing is changed and `PreconditionFailed` says which. What a call returns bears the new version. Every call may
    fail with `NotAuthenticated`, `Forbidden` or `Unavailable`, too; of these, `Unreachable` means that nobody is there.
    """

    def status(self) -> StatusBody:
        """Say how the workbench is, and who asks; asking starts the preparation."""
        ...

    def reports(self, *, limit: int | None = None, offset: int = 0) -> Page[ReportBody]:
        """List reports in the order they were made."""
        ...

    def report(self, report_id: int) -> ReportBody:
        """Show a report."""
        ...

    def create_report(self, name: str, text: str, ml_model: str) -> ReportBody:
        """Add a report without sentences."""
        ...

    def change_report(self, report_id: int, changes: ReportChanges, *, expected: int | None = None) -> ReportBody:
        """Change a report."""
        ...

    def delete_report(self, report_id: int, *, expected: int | None = None) -> None:
        """Delete a report with all that is its own."""
        ...

    def upload(self, name: str, file: BinaryIO, *, model: str | None = None) -> UploadedBody:
        """Upload a file, which becomes a job, or at once a report where it is an export."""
        ...

    def download(self, document_id: int) -> bytes:
        """Return a file as it was uploaded."""
        ...

    def import_report(self, data: bytes) -> ImportedBody:
        """Import a TRAM report export, all or nothing; one that is here already is left as it is."""
        ...

    def export(self, report_id: int | None, format_name: str, *, accepted_only: bool = False) -> ExportFile:
        """Export a report, or all (None)."""
        ...

    def map_text(self, text: str, *, model: str | None = None) -> MappedBody:
        """Propose techniques for the sentences of a text; nothing is kept."""
        ...

    def map_file(self, name: str, file: BinaryIO, *, model: str | None = None) -> MappedBody:
        """Propose techniques for the sentences of a document; nothing is kept."""
        ...

    def jobs(self, *, everything: bool = False, limit: int | None = None, offset: int = 0) -> Page[JobBody]:
        """List jobs that wait, run or failed, or `everything`."""
        ...

    def job(self, job_id: int) -> JobBody:
        """Show a job."""
        ...

    def cancel_job(self, job_id: int) -> None:
        """Cancel a job, waiting or running."""
        ...

    def sentences(
        self, query: SentenceQuery | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[SentenceBody]:
        """List sentences in the order of their reports."""
        ...

    def rows(self, report_id: int, query: SentenceQuery | None = None, *, order: str = "reading") -> RowsBody:
        """List all sentences of a report without their texts; `order` is ``reading`` or ``uncertainty``."""
        ...

    def technique_counts(self, report_ids: Sequence[int] | None = None) -> list[TechniqueCountBody]:
        """Count on how many sentences of some reports, or of all, each technique is."""
        ...

    def evidence(
        self, attack_id: str, report_ids: Sequence[int] | None = None, *, limit: int = 20
    ) -> list[EvidenceBody]:
        """List sentences that bear a technique, the best evidence first."""
        ...

    def explanation(self, sentence_id: int, attack_id: str) -> ExplanationBody:
        """Say what speaks for a technique on a sentence, mapped or not."""
        ...

    def suggestions(self, sentence_id: int) -> SuggestedSentenceBody:
        """Name the techniques that a model thinks of for a sentence."""
        ...

    def sentence(self, sentence_id: int) -> SentenceBody:
        """Show a sentence with its mappings."""
        ...

    def create_sentence(
        self, report_id: int, text: str, *, order: int | None = None, disposition: str | None = None
    ) -> SentenceBody:
        """Add a sentence to a report, at its end unless an order is given."""
        ...

    def change_sentence(
        self, sentence_id: int, changes: SentenceChanges, *, expected: int | None = None
    ) -> SentenceBody:
        """Accept, reject, clear, reword or move a sentence."""
        ...

    def take_step(
        self, sentence_id: int, step: Step, *, expected: int | None = None, key: str | None = None
    ) -> SentenceBody:
        """Take a step on a sentence, under the version that was seen; sent again with its `key` it is done once."""
        ...

    def delete_sentence(self, sentence_id: int, *, expected: int | None = None) -> None:
        """Remove a sentence with its mappings."""
        ...

    def split(self, sentence_id: int, at: int, *, expected: int | None = None) -> SplitBody:
        """Make two sentences of one; the second begins at character `at`."""
        ...

    def merge(self, sentence_ids: Sequence[int], *, expected: int | None = None) -> SentenceBody:
        """Make one of sentences that follow one another; `expected` is the version of the first."""
        ...

    def mappings(
        self, sentence_id: int | None = None, *, limit: int | None = None, offset: int = 0
    ) -> Page[MappingBody]:
        """List the mappings of a sentence, or all."""
        ...

    def mapping(self, mapping_id: int) -> MappingBody:
        """Show a mapping."""
        ...

    def add_mapping(
        self, report_id: int, sentence_id: int, attack_id: str, *, confidence: float = 100.0, note: str = ""
    ) -> MappingBody:
        """Put a technique on a sentence; the one that is there already is shown as it is."""
        ...

    def change_mapping(self, mapping_id: int, changes: MappingChanges, *, expected: int | None = None) -> MappingBody:
        """Change technique, confidence or note."""
        ...

    def delete_mapping(self, mapping_id: int, *, expected: int | None = None) -> None:
        """Take a technique off its sentence."""
        ...

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
        """Decide about many sentences at once, in one step to undo.

        Parameters
        ----------
        action : str
            ``accept-above`` (a `confidence`), ``accept-unmapped``, or of `sentences` ``accept``, ``reject``, ``clear``.
        versions : sequence of int, optional
            The versions of `sentences` that the caller has seen, in their order.
        expected : int, optional
            The version of the report.
        """
        ...

    def remap(self, report_id: int, model: str, *, expected: int | None = None) -> BulkBody:
        """Map a report again; what people decided stays."""
        ...

    def undo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        """Take back the caller's own last actions in a report; None: the last that concerned several.

        Sent again with its `key` it is done once.
        """
        ...

    def redo(self, report_id: int | None, *, steps: int = 1, key: str | None = None) -> UndoneBody:
        """Do again what the caller took back."""
        ...

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
        """List who did what, the newest first; moments as ISO 8601 writes them."""
        ...

    def techniques(self, query: str = "", *, everything: bool = False) -> list[TechniqueBody]:
        """List techniques, the best match of `query` first; `everything` includes what is not active any more."""
        ...

    def technique(self, attack_id: str) -> TechniqueBody:
        """Show a technique or another object of ATT&CK by its id."""
        ...

    def tactics(self) -> list[TechniqueBody]:
        """List tactics in the order of the matrix."""
        ...

    def upgrade_attack(self, name: str, file: BinaryIO, *, preview: bool = False) -> UpgradeBody:
        """Go over to the ATT&CK in a STIX bundle, with all mappings there are; `preview` only says what that does."""
        ...

    def models(self) -> list[ModelEntryBody]:
        """List every model that can be trained."""
        ...

    def versions(self, name: str) -> list[VersionBody]:
        """List the versions of a model, the newest first."""
        ...

    def model(self, name: str, version: int | None = None) -> CardBody:
        """Show the card of a version of a model, by default of the active one."""
        ...

    def restore_model(self, name: str, version: int) -> VersionBody:
        """Make a version of a model the one that proposes."""
        ...

    def training_set(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> TrainingSetBody:
        """Show what a training would learn from, and what it would leave out and why."""
        ...

    def compare_models(self, a: str, b: str) -> ComparisonBody:
        """Set two versions side by side, each named as ``MODEL``, for its active version, or ``MODEL:N``."""
        ...

    def check_labels(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LabelCheckBody:
        """Begin a check of what was accepted, and return at once."""
        ...

    def label_check(self, check_id: int) -> LabelCheckBody:
        """Show a check of labels, under way or ended, with what it found."""
        ...

    def cancel_label_check(self, check_id: int) -> None:
        """Cancel a check of labels."""
        ...

    def measure_learning(
        self, name: str = "default", *, reports: Sequence[int] = (), exclude: Sequence[int] = ()
    ) -> LearningCurveBody:
        """Begin to measure a learning curve, and return at once."""
        ...

    def learning_curves(self, name: str | None = None, *, limit: int = 100) -> list[LearningCurveBody]:
        """List the latest learning curves, the newest first, of one model or of all."""
        ...

    def learning_curve(self, curve_id: int) -> LearningCurveBody:
        """Show a learning curve, under way or measured."""
        ...

    def cancel_learning_curve(self, curve_id: int) -> None:
        """Cancel the measurement of a learning curve."""
        ...

    def train(self, name: str, *, reports: Sequence[int] = (), exclude: Sequence[int] = ()) -> TrainingBody:
        """Begin a training, and return at once."""
        ...

    def trainings(self, *, limit: int = 100) -> list[TrainingBody]:
        """List the latest trainings, the newest first."""
        ...

    def training(self, training_id: int) -> TrainingBody:
        """Show a training, under way or ended."""
        ...

    def cancel_training(self, training_id: int) -> None:
        """Cancel a training."""
        ...

    def change_password(self, current: str, new: str) -> None:
        """Change one's own password; tokens issued before end."""
        ...

    def close(self) -> None:
        """End the connection, and where the workbench was opened for it, the workbench."""
        ...
