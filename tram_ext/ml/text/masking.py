"""Masks texts: placeholders replace addresses, hashes and the like; user names and stock phrases are removed."""

from __future__ import annotations

import re
from typing import Final

_SUSPICIOUS: Final = re.compile(r"[\\/@%<\[{]|\d|hxxp|HK[CLU]", re.IGNORECASE)
_REGISTRY: Final = r"(?:HKEY_[A-Z_]+|HK(?:LM|CU|CR|U))\\[^\s,;\"'<>)]*"
_PATTERNS: Final = (
    (re.compile(r"(?:h[tx]{2}ps?|ftp)\s?(?::|\[:\])\s?//\S+", re.IGNORECASE), " urlvalue "),
    (re.compile(r"\b[\w.+-]+@[\w-]+(?:\[?\.\]?[\w-]+)+"), " mailvalue "),
    (re.compile(_REGISTRY, re.IGNORECASE), " registryvalue "),
    (re.compile(r"\bCVE-\d{4}-\d+", re.IGNORECASE), " vulnerabilityvalue "),
    (re.compile(r"\b\d{1,3}(?:\[?\.\]?\d{1,3}){3}(?::\d+)?\b"), " addressvalue "),
    (re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b", re.IGNORECASE), " hashvalue "),
    (re.compile(r"\bT\d{4}(?:\.\d{3})?\b"), " "),
    (re.compile(r"(?<=[\\/]users[\\/])(?!public\b|default\b|all )[^\\/\s\"',;]+", re.IGNORECASE), ""),
    (re.compile(r"[<\[{%]{1,2}user(?:[ _-]?(?:name|profile|id))?[>\]}%]{1,2}", re.IGNORECASE), ""),
)
_NAME = r"(?:[A-Z0-9][\w.&'/-]*|of|the|and)"
_KIND = r"(?:actors?|malware|operators?|group|variants?|samples?)"
_VERB = r"(?:has|have|had|can|could|may|will|is|are|was|were|also|used|uses|use)"
_ABLE = r"(?:able to|capable of|the (?:ability|capability) to)"
_LEAD: Final = re.compile(
    r"^(?:(?:During|For|In) [^,]{3,60}, )?(?:the )?"
    rf"{_NAME}(?: {_NAME}){{0,5}}(?: {_KIND})? {_VERB}\b"
    rf"(?: also| been| then)*(?: {_ABLE})?(?: (?:used|uses|use|using|utilized|leveraged))?\s*"
)


def masked(text: str) -> str:
    """Replace URLs, addresses, hashes, registry keys and CVE ids; remove technique ids and user names."""
    if _SUSPICIOUS.search(text) is None:
        return text
    for pattern, placeholder in _PATTERNS:
        text = pattern.sub(placeholder, text)
    return text


def without_subject(text: str) -> str:
    """Remove the leading "GROUP has used" of a procedure example, which sentences of reports do not have."""
    match = _LEAD.match(text)
    if match is None or match.end() == len(text):
        return text
    return text[match.end() :]
