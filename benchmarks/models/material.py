"""Data, training sets, TRAM's pipeline and report scores that the benchmarks of the default model share."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # both sides get one thread

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tram_ext.attack import load_default  # noqa: E402 - the checkout comes first
from tram_ext.documents import split_sentences  # noqa: E402
from tram_ext.domain.attack import AttackKind, AttackStatus  # noqa: E402
from tram_ext.ml.model import AttackTexts, TrainingSet  # noqa: E402

ENCODER = os.environ.get("TRAM_ENCODER", "none")  # used where the model is trained on ATT&CK's texts
DATA = Path(os.environ.get("TRAM_REAL_DATA") or ROOT.parent / "shared" / "data")
SUCCESSORS = {"T1574.002": "T1574.001"}


@dataclass(frozen=True)
class AnnotatedReport:
    """A report's sentences, the techniques annotated on each, and all its techniques."""

    name: str
    sentences: list[str]
    labels: list[tuple[str, ...]]
    techniques: frozenset[str]


def quiet(share: float, stage: str) -> None:
    """Ignore progress."""


def bootstrap() -> tuple[list[str], list[str]]:
    """Return texts and techniques of TRAM's bootstrap sentences."""
    sentences = json.loads((DATA / "tram-bootstrap.json").read_text("utf-8"))["sentences"]
    rows = [(s["text"], m["attack_id"]) for s in sentences for m in s["mappings"]]
    return [text for text, _ in rows], [technique for _, technique in rows]


def current(technique: str) -> str:
    """Return the id of a technique in the current ATT&CK."""
    return SUCCESSORS.get(technique, technique)


def fifty() -> frozenset[str]:
    """Return the techniques of TRAM's bootstrap sentences, the only ones that reports are scored on."""
    return frozenset(map(current, bootstrap()[1]))


def annotated_reports() -> list[AnnotatedReport]:
    """Read the annotated reports, split into sentences as the product does; TRAM_REPORTS names another file."""
    path = Path(os.environ.get("TRAM_REPORTS") or DATA / "annotated-reports.jsonl")
    reports = []
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        spans = [(start, end, current(technique)) for start, end, technique in item["spans"]]
        sentences, labels = [], []
        for s in split_sentences(item["text"]):
            sentences.append(" ".join(item["text"][s.start : s.end].split()))
            labels.append(tuple(sorted({t for start, end, t in spans if start < s.end and end > s.start})))
        reports.append(AnnotatedReport(item["doc"], sentences, labels, frozenset(t for *_, t in spans)))
    return reports


def attack_training_set() -> TrainingSet:
    """Return the training set of a new installation: ATT&CK's procedure examples and its other texts."""
    base = load_default()

    def of(*kinds: AttackKind):
        return [o for o in base.objects if o.kind in kinds]

    techniques = [o for o in of(AttackKind.TECHNIQUE) if o.status is AttackStatus.ACTIVE]
    defence = [o for o in of(AttackKind.MITIGATION, AttackKind.DETECTION) if o.status is AttackStatus.ACTIVE]
    profiles = [
        o for o in of(AttackKind.GROUP, AttackKind.SOFTWARE, AttackKind.CAMPAIGN) if o.status is AttackStatus.ACTIVE
    ]
    actors = of(AttackKind.GROUP, AttackKind.SOFTWARE, AttackKind.CAMPAIGN)
    examples = base.procedure_examples
    return TrainingSet(
        tuple(e.text for e in examples),
        tuple((e.technique_id,) for e in examples),
        tuple(e.source_id for e in examples),
        (True,) * len(examples),
        AttackTexts(
            tuple(techniques),
            tuple(o.description for o in (*defence, *profiles) if o.description),
            tuple(sorted({name for o in actors for name in (o.name, *o.aliases)})),
        ),
        encoder=ENCODER,
    )


def with_accepted(
    training: TrainingSet, texts: Sequence[str], labels: Sequence[tuple[str, ...]], groups: Sequence[str]
) -> TrainingSet:
    """Return `training` with accepted sentences before its rows."""
    return replace(
        training,
        texts=(*texts, *training.texts),
        labels=(*labels, *training.labels),
        groups=(*groups, *training.groups),
        builtin=(*(False,) * len(texts), *training.builtin),
    )


def tram_pipeline() -> Pipeline:
    """Return TRAM's logreg in plain scikit-learn; :func:`tram_text` preprocesses its texts."""
    return make_pipeline(CountVectorizer(lowercase=True, stop_words="english", min_df=3), LogisticRegression())


def tram_text(text: str) -> str:
    """Preprocess a text as TRAM does, without lemmatising."""
    return re.sub(r"\d+", "", text.rstrip())


def tram_proposals(
    pipeline: Pipeline, sentences: Sequence[str], threshold: float = 0.25
) -> list[list[tuple[str, float]]]:
    """Propose as TRAM does: the best technique where its probability is over 25 %."""
    probabilities = pipeline.predict_proba([tram_text(s) for s in sentences])
    best = probabilities.argmax(axis=1)
    return [
        [(str(pipeline.classes_[b]), float(row[b]))] if row[b] >= threshold else []
        for b, row in zip(best, probabilities, strict=True)
    ]


@dataclass
class ReportScore:
    """Adds up the scores of reports, by default for the given techniques only."""

    counted: frozenset[str]

    def __post_init__(self) -> None:
        self.f1: list[float] = []
        self.hits = self.wrong = self.missed = 0
        self.empty: list[tuple[bool, bool]] = []
        self.judged: list[tuple[float, bool]] = []

    def add(self, report: AnnotatedReport, proposals: Sequence[Sequence[tuple[str, float]]]) -> None:
        """Add the proposals, (technique, confidence) by sentence, of one report."""
        found: set[str] = set()
        for labels, row in zip(report.labels, proposals, strict=True):
            known = {t for t, _ in row} & self.counted
            found |= known
            if not labels:
                self.empty.append((bool(known), bool(row)))
            self.judged += [(p, t in labels) for t, p in row if t in self.counted]
        wanted = report.techniques & self.counted
        if wanted:
            both = len(wanted & found)
            self.f1.append(2 * both / (len(wanted) + len(found)))
            self.hits, self.wrong = self.hits + both, self.wrong + len(found) - both
            self.missed += len(wanted) - both

    def result(self) -> dict[str, object]:
        """Return the figures of all reports added so far."""
        empty = np.array(self.empty, float).reshape(-1, 2)
        return {
            "documents": len(self.f1),
            "per_document_f1": round(float(np.mean(self.f1)), 4),
            "micro_precision": round(self.hits / max(self.hits + self.wrong, 1), 4),
            "micro_recall": round(self.hits / max(self.hits + self.missed, 1), 4),
            "empty_sentences_proposed_any_of_50": round(float(empty[:, 0].mean()), 4),
            "empty_sentences_proposed_any": round(float(empty[:, 1].mean()), 4),
            "reliability": self._reliability(),
        }

    def _reliability(self, bins: int = 5) -> list[dict[str, float]]:
        p, right = np.array(self.judged, float).reshape(-1, 2).T
        which = np.minimum((p * bins).astype(int), bins - 1)
        return [
            {
                "confidence": round(float(p[which == b].mean()), 3),
                "precision": round(float(right[which == b].mean()), 3),
                "proposals": int((which == b).sum()),
            }
            for b in sorted(set(which.tolist()))
        ]


def report_proposals(model) -> Callable[[Sequence[str]], list[list[tuple[str, float]]]]:
    """Return a function that proposes with one of our models in the form that :class:`ReportScore` takes."""
    return lambda sentences: [[(p.attack_id, p.confidence) for p in row] for row in model.propose(sentences)]
