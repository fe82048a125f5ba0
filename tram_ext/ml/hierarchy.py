"""Chooses between a technique and its sub-techniques where several are likely on one sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

_LIKELY: Final = 0.5
"""A sub-technique supersedes its parent from this share of the parent's confidence: it then is more likely right than
wrong, given that the parent is right."""


def superseded(confidences: Mapping[str, float], mentioned: Collection[str] = ()) -> set[str]:
    """Return the techniques not to propose because their parent or a sub-technique is proposed instead.

    A sub-technique is more specific than its parent and supersedes it. If it is unlikely compared with its parent, the
    parent supersedes it, so that an uncertain detail does not replace a nearly certain technique.

    Parameters
    ----------
    confidences : mapping of str to float
        The techniques above the threshold on a sentence, with their confidences.
    mentioned : collection of str, optional
        Techniques whose ids occur in the text. They are never superseded, and a
        sub-technique among them supersedes its parent even where it is unlikely.

    Returns
    -------
    set of str
    """
    parent_of = {
        technique: technique.split(".")[0]
        for technique in confidences
        if "." in technique and technique.split(".")[0] in confidences
    }
    likely = {t for t, parent in parent_of.items() if confidences[t] >= _LIKELY * confidences[parent]}
    parents = {parent_of[t] for t in likely} | {parent_of[t] for t in parent_of if t in mentioned}
    unlikely = {t for t, parent in parent_of.items() if t not in likely and parent not in parents}
    return (parents | unlikely) - set(mentioned)
