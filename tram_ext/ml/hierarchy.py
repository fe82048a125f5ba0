"""Of a technique and its sub-techniques on one sentence: which to propose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

_LIKELY: Final = 0.5
"""A sub-technique speaks for its parent if it is at least half as likely, hence rather right than wrong given that the
parent is."""


def spoken_for(confidences: Mapping[str, float], written: Collection[str] = ()) -> set[str]:
    """Choose what not to propose, since a relative says it better.

    A sub-technique says more than its parent, and hides it; one that is unlikely beside its parent is hidden itself,
    so that an uncertain detail does not stand in the place of what is nearly certain.

    Parameters
    ----------
    confidences : mapping of str to float
        The techniques that are likely enough to be proposed for a sentence, with their confidences.
    written : collection of str, optional
        Techniques whose id stands in the text: they are never hidden, and hide none for being unlikely.

    Returns
    -------
    set of str
    """
    families = {
        technique: technique.split(".")[0]
        for technique in confidences
        if "." in technique and technique.split(".")[0] in confidences
    }
    likely = {t for t, parent in families.items() if confidences[t] >= _LIKELY * confidences[parent]}
    told = {families[t] for t in likely} | {families[t] for t in families if t in written}
    unlikely = {t for t, parent in families.items() if t not in likely and parent not in told}
    return (told | unlikely) - set(written)
