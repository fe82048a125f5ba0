"""Imports what a training needs, so that a process that has imported this module starts training at once."""

from __future__ import annotations

import sklearn.feature_extraction.text
import sklearn.model_selection
import skops.io

from tram_ext.ml import training
from tram_ext.ml.evaluation import crossvalidation

PRELOADED = (crossvalidation, skops.io, sklearn.feature_extraction.text, sklearn.model_selection, training)
