"""The default model: sparse, linear and multi-label, with "no technique" as a possible answer.

Its estimators keep scikit-learn's contract (the constructor takes parameters only, ``fit`` returns the estimator, what
is learnt has a trailing underscore) without its ``BaseEstimator``: importing that takes a second, more than everything
else that a prediction imports.
"""

from tram_ext.ml.linear.model import LinearModel

__all__ = ["LinearModel"]
