"""Trained models: proposals, scores, model cards, versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Proposal:
    """A technique that a model proposes for a sentence; confidence from 0 to 1."""

    attack_id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TechniqueScore:
    """Precision, recall, F1 and support of one technique on held-out sentences."""

    attack_id: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ModelCard:
    """The model card of a trained model, stored beside it as JSON.

    Attributes
    ----------
    data_sha256 : str
        Hash of the training set: texts and labels, in order.
    counts : dict of str to int
        ``sentences``, ``rows``, ``techniques``, ``left_out_techniques``, ``train_rows``, ``test_rows``.
    libraries : dict of str to str
        Versions the model was trained with.
    seconds : dict of str to float
        ``fit``, ``evaluate``, ``total``.
    f1_weighted, f1_micro, f1_macro : float or None
        On TRAM's protocol: 80/20, stratified, ``random_state=0``; None where too little data was there to hold any out.
    techniques : tuple of TechniqueScore
        Each beside its own technique.
    warnings : tuple of str
        What a reader of the figures should know.
    details : dict
        Further evaluations (calibration, confusion pairs, leakage, …), JSON-compatible.
    """

    model: str
    data_sha256: str
    counts: dict[str, int]
    libraries: dict[str, str]
    seconds: dict[str, float]
    f1_weighted: float | None = None
    f1_micro: float | None = None
    f1_macro: float | None = None
    techniques: tuple[TechniqueScore, ...] = ()
    warnings: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """A request to train a model, with its training data.

    Attributes
    ----------
    model : str
        A name of the registry, or ``default``.
    only : tuple of int
        Numbers of the reports to train on; none: all that are marked for training.
    without : tuple of int
        Numbers of reports to leave out.
    """

    model: str
    only: tuple[int, ...] = ()
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One trained version of a model; `file_name` is relative to the folder of models."""

    id: int
    model: str
    number: int
    active: bool
    file_name: str
    sha256: str
    size: int
    card: ModelCard
    created_by: str | None
    created_on: datetime
