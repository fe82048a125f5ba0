"""Defines the interface of all models in the registry, and the training set that they are fitted to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from tram_ext.domain.attack import AttackObject
from tram_ext.domain.models import Proposal

Progress: TypeAlias = Callable[[float, str], None]
"""A callback that takes the share that is done, 0 to 1, and the name of the stage."""


@dataclass(frozen=True)
class AttackTexts:
    """Texts of ATT&CK, for models that learn from more than sentences.

    Attributes
    ----------
    techniques : tuple of AttackObject
        All active techniques, with names, aliases and definitions.
    negatives : tuple of str
        Texts that are not about one technique: mitigations, detections, profiles of groups, software and campaigns.
    actors : tuple of str
        Names and aliases of groups, software and campaigns.
    """

    techniques: tuple[AttackObject, ...] = ()
    negatives: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingSet:
    """Accepted sentences in columns of one length, n.

    Attributes
    ----------
    texts : tuple of str, length n
        The sentences as they are in the reports; each model preprocesses them itself.
    labels : tuple of tuple of str, length n
        Technique ids of each sentence; an empty tuple is an example of "no technique".
    groups : tuple of str, length n
        The unit that a split by document keeps together: the report, or for ATT&CK's procedure
        examples the group or software that they are about.
    builtin : tuple of bool, length n
        Whether a sentence is one of ATT&CK's procedure examples.
    attack : AttackTexts
        ATT&CK's own texts.
    encoder : str
        The sentence encoder to use, in models that can: ``auto`` for the one that is installed, ``none``, or a name.
    classifier : str
        Folder of the classifier that ``bert`` loads; empty for none.
    """

    texts: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    builtin: tuple[bool, ...]
    attack: AttackTexts = AttackTexts()
    encoder: str = "none"
    classifier: str = ""


@runtime_checkable
class SentenceModel(Protocol):
    """A model that proposes techniques for sentences.

    A class that implements this interface and is registered as an entry point in the group
    ``tram_ext.models`` is available wherever the built-in models are.

    Attributes
    ----------
    multi_label : bool
        Whether a sentence may get several techniques or none, each decided independently. Other models
        are fitted to one row for each pair of sentence and technique, as TRAM's are.
    learns_from_builtin : bool
        Whether ATT&CK's procedure examples are part of its training set even where analysts
        have accepted sentences of their own.
    threshold : float or None
        Confidence, 0 to 1, below which it proposes nothing; None for the configured one.
    techniques : tuple of str
        The techniques that it can propose.

    Notes
    -----
    A class whose :meth:`state` has changed since its first release also has a ``state_format``, an int that is
    incremented whenever older states cannot be loaded or mean something else. Files of another format are refused
    with the advice to train again. The default is 1. A model may have ``remarks``, a tuple of str, which become
    warnings in its card.
    """

    multi_label: ClassVar[bool]
    learns_from_builtin: ClassVar[bool]
    threshold: float | None
    techniques: tuple[str, ...]

    @classmethod
    def fit(cls, training: TrainingSet, progress: Progress) -> SentenceModel:
        """Train on `training`, in this process, with one thread."""

    def propose(self, texts: Sequence[str], threshold: float | None = None) -> list[tuple[Proposal, ...]]:
        """Propose techniques for each text, best first; `threshold` None is the model's own."""

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the single best technique of each text, whatever its confidence (TRAM's protocol)."""

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs: plain values, arrays, sparse matrices, scikit-learn estimators."""

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> SentenceModel:
        """Make the model that `state` was taken from."""
