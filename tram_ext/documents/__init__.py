"""Documents: from the bytes of a report to its text and its sentences."""

from __future__ import annotations

from tram_ext.documents.limits import Limits
from tram_ext.documents.media import media_type
from tram_ext.documents.parse import parse, split_sentences

__all__ = ["Limits", "media_type", "parse", "split_sentences"]
