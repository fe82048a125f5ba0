"""The default model: sparse linear, multi-label, with "no technique" as an answer."""

from tram_ext.ml.linear.model import LinearModel

__all__ = ["LinearModel"]
