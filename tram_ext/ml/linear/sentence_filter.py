"""Filters sentences that describe no behaviour: captions, fragments, code, notices, references, questions, advice."""

from __future__ import annotations

import re
from typing import Final

_MIN_WORDS: Final = 5
_MIN_WORDS_OF_CAPTION: Final = 9
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]+")
_PLACEHOLDER: Final = re.compile(r"\b(?:url|mail|registry|vulnerability|address|hash)value\b")
_CAPTION: Final = re.compile(
    r"\s*(?:fig(?:ure|\.)?|table|image|screenshot|listing|photo|exhibit|appendix)\s*[\dIVXA-Z]{0,4}\s*[.:\u2013\u2014-]",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"\s*(?:(?:private |global )*rule \w+\s*(?:[:{]|$)|\$\w*\s*=|[a-z_]\w*\s*=\s*[\"'{(\[])", re.ASCII
)
_NOTICE: Final = re.compile(
    r".*(?:\bTLP\s?:\s?(?:clear|white|green|amber|red)\b|\ball rights reserved\b|\u00a9|\bcopyright \d{4}"
    r"|\b(?:first published|last (?:revised|updated|modified))\s?:)",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(
    r"(?=.*[:\u2013\u2014-]\s*urlvalue\W*$)"
    r"(?!.*\b(?:\w*load(?:s|ed|ing)?|fetch\w*|retriev\w*|connect\w*|contact\w*|communicat\w*|beacon\w*|exfiltrat\w*|send\w*"
    r"|sent|post(?:s|ed|ing)?|requests?|redirect\w*|us(?:es|ed|ing)|runs?|execut\w*|goes|host(?:s|ed|ing)?|following|location"
    r"|from|c2|c&c|server|curl|wget|cmd|powershell)\b)",
    re.IGNORECASE,
)
"""A title followed by its address; a sentence about what somebody did with an address has one of these words."""
_HEADING_OF_ADVICE: Final = re.compile(
    r"(?=.*\b(?:mitigations?|recommendations?|guidance|guidelines|best practices|countermeasures|guide)"
    r"\W*(?:$|[\u2013\u2014:(-]))"
    r"(?:\S+\s+){0,8}\S+$",
    re.IGNORECASE,
)
_ABSENCE: Final = re.compile(
    r"(?!.*\b(?:but|however|although|though|while|besides|except)\b)"
    r"(?:\S+\s+){0,6}?(?:found|saw|see|seen|observed|identified|have|had|is|was|are|were)"
    r" no (?:\w+ )?(?:signs?|evidence|traces?|indications?) (?:of|that|for)\b",
    re.IGNORECASE,
)
_CLOSING: Final = " \t\"'\u201d\u2019)]"
_BULLET: Final = r"[\s\W\d]{0,6}"
_ADVICE: Final = re.compile(
    _BULLET + r"(?:(?:please|also|always|never|regularly|periodically|where possible,?|do not|don't) )*"
    r"(?:patch|consider|(?:make|be) sure|ensure|look (?:for|out)|hunt for|alert on|watch (?:for|out)|rotate|retire"
    r"|revoke|preserve|isolate|rebuild|investigate|assess|validate|review|restrict|limit|audit|require|educate|train"
    r"|enforce|verify|remember"
    r"|refer|see|visit|contact|apply|avoid|keep|conduct|learn|subscribe|prioriti[sz]e|adopt|segment"
    r"|harden|separate|exercise|practice|follow|back up|be (?:aware|cautious|wary|careful|suspicious))\b"
    r"|"
    + _BULLET
    + r"(?:use|implement|disable|enable|set|scan|check|monitor|update|configure|install|deploy|employ|maintain|block"
    r"|change|remove|turn|identify|establish|develop|create|focus|add)\b(?=.*\b(?:unused|unnecessary|multi-?factor|mfa|2fa"
    r"|where(?:ver)? possible|least privilege|organi[sz]ations?|not needed|regular(?:ly)?|automatic(?:ally)? update"
    r"|strong|best practices?|trusted|unauthori[sz]ed|suspicious|policy|policies|employees|baseline|allow-?list\w*"
    r"|white-?list\w*|if possible|offline|awareness|events? (?:ids? )?\d{3,5})\b)"
    r"|" + _BULLET + r"(?:windows )?event ids?:? \d{3,5}\b"
    r"|.*\b(?:organi[sz]ations?|administrators?|admins?|defenders?|users?|employees|companies|you|we|customers?|teams?"
    r"|analysts) (?:should|must|need to|recommends?|are (?:encouraged|advised|urged)"
    r"|can (?:detect|mitigate|prevent|protect|defend))\b"
    r"|.*\b(?:is|are) (?:strongly )?(?:recommended|advised)\b"
    r"|.*\b(?:see|refer to)\s+urlvalue\W*$",
    re.IGNORECASE,
)


def may_describe_behaviour(masked_text: str) -> bool:
    """Return whether a masked sentence may describe adversary behaviour.

    Parameters
    ----------
    masked_text : str
        The sentence as :func:`tram_ext.ml.text.masking.masked` returns it.
    """
    if _is_question(masked_text):
        return False
    if any(
        pattern.match(masked_text) for pattern in (_CODE, _NOTICE, _REFERENCE, _HEADING_OF_ADVICE, _ABSENCE, _ADVICE)
    ):
        return False
    words = _WORD.findall(_PLACEHOLDER.sub(" ", masked_text))
    return len(words) >= (_MIN_WORDS_OF_CAPTION if _CAPTION.match(masked_text) else _MIN_WORDS)


def _is_question(text: str) -> bool:
    """Return whether `text` is a question; a question mark after punctuation may be a wildcard in a file name."""
    end = text.rstrip(_CLOSING)
    return end.endswith("?") and end.rstrip("?! " + _CLOSING)[-1:].isalnum()
