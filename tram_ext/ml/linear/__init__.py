"""The default model: sparse linear, multi-label, with "no technique" as an answer."""

from tram_ext.ml.linear.model import LinearModel
from tram_ext.ml.text.mentions import explicit_ids

__all__ = ["LinearModel", "explicit_ids"]
