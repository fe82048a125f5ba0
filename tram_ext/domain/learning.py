"""Values of active learning: explanations, suggestions, useful sentences, doubted labels, learning curves."""

from __future__ import annotations

from dataclasses import dataclass

from tram_ext.domain.reports import Sentence
from tram_ext.domain.tasks import Task


@dataclass(frozen=True, slots=True)
class Reason:
    """A passage ``text[start:end]`` that supports a technique; `weight` is the drop in log-odds without it."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class AcceptedExample:
    """An accepted sentence that resembles another; similarity from 0 to 1."""

    sentence_id: int
    report_id: int
    report_name: str
    text: str
    techniques: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of why a model proposes a technique for a sentence, or does not.

    Attributes
    ----------
    model : str
        Which model was asked.
    version : int
        Its number.
    confidence : float or None
        What it gives the technique now, in percent; None where it does not know the technique.
    threshold : float
        From which it proposes, in percent.
    reasons : tuple of Reason
        The weightiest first.
    examples : tuple of AcceptedExample
        Accepted sentences with the technique that are most like this one, the nearest first.
    others : tuple of AcceptedExample
        The same without the technique.
    note : str
        Why there are no reasons; empty where there are, or no word speaks for it.
    """

    attack_id: str
    name: str
    model: str
    version: int
    confidence: float | None
    threshold: float
    reasons: tuple[Reason, ...]
    examples: tuple[AcceptedExample, ...]
    others: tuple[AcceptedExample, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A technique suggested for a sentence, taking into account the decisions made in the same report.

    Attributes
    ----------
    confidence : float
        In percent, with the report's decisions.
    before : float
        In percent, without them.
    is_proposed : bool
        Whether the confidence reaches the threshold.
    mapping_id : int or None
        The mapping that is on the sentence already.
    """

    attack_id: str
    name: str
    confidence: float
    before: float
    is_proposed: bool
    mapping_id: int | None = None

    @property
    def is_news(self) -> bool:
        """Whether the suggestion differs from the sentence's mappings, by a technique more or less."""
        return self.is_proposed == (self.mapping_id is None)


@dataclass(frozen=True, slots=True)
class SuggestedSentence:
    """An unreviewed sentence with its suggestions, most confident first."""

    id: int
    order: int
    version: int
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class ReportSuggestions:
    """Suggestions for the unreviewed sentences of a report, and the number of decisions they rest on."""

    report_id: int
    model: str
    version: int
    threshold: float
    accepted: int
    rejected: int
    sentences: tuple[SuggestedSentence, ...]


@dataclass(frozen=True, slots=True)
class UsefulSentence:
    """An unreviewed sentence with the expected usefulness of its label to a model, 0 to 1."""

    sentence: Sentence
    use: float


@dataclass(frozen=True, slots=True)
class LabelDoubt:
    """An accepted sentence whose label a cross-validated model disagrees with.

    Attributes
    ----------
    technique : str
        The label in doubt; empty where the doubt is that there is none.
    instead : str
        What the model says; empty for "no technique".
    doubt : float
        0 to 1.
    confidence, instead_confidence : float
        Of both, in percent.
    twin : AcceptedExample or None
        A nearly identical accepted sentence that is labelled otherwise.
    """

    sentence: Sentence
    report_name: str
    technique: str
    instead: str
    doubt: float
    confidence: float
    instead_confidence: float
    twin: AcceptedExample | None = None


@dataclass(frozen=True, slots=True)
class LabelCheck:
    """A check of labels, running or finished: sentences checked, and doubts found."""

    task: Task
    checked: int
    found: int
    doubts: tuple[LabelDoubt, ...]


@dataclass(frozen=True, slots=True)
class TechniqueSupport:
    """A technique in a training set; `builtin` counts ATT&CK's own sentences, `left_out` says why it is left out."""

    attack_id: str
    name: str
    sentences: int
    builtin: int
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class LeftOutReport:
    """A report that is left out of training, and why."""

    id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class TrainingPreview:
    """A summary of a training set; of the `sentences`, `builtin` are ATT&CK's own."""

    model: str
    sentences: int
    without_technique: int
    builtin: int
    reports: int
    techniques: tuple[TechniqueSupport, ...]
    left_out: tuple[LeftOutReport, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a learning curve: scores after training on a fraction of the data, all from 0 to 1.

    Attributes
    ----------
    share : float
        Of the sentences that are not held out.
    sentences : int
        How many these are.
    """

    share: float
    sentences: int
    f1_weighted: float
    f1_micro: float
    f1_macro: float


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """A learning curve: a model trained on growing fractions of the data, scored on the same held-out fifth.

    Attributes
    ----------
    task : Task
        How the measurement stands.
    sentences : int
        How many there were, those held out among them; 0 until it is measured.
    points : tuple of CurvePoint
        From the smallest part to the greatest; parts too small to learn anything from are left out.
    """

    task: Task
    sentences: int
    points: tuple[CurvePoint, ...]
