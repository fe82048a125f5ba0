"""Estimates techniques, or none, from the embedding of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.domain.errors import Conflict
from tram_ext.ml import encoders
from tram_ext.ml.linear.adagrad import fit_softmax, log_softmax

FloatArray = npt.NDArray[np.float32]


class EmbeddingSoftmax:
    """Softmax regression over the techniques and "no technique", on the vectors of a sentence encoder.

    Parameters
    ----------
    encoder : str
        The name of an installed encoder.
    epochs : int
    input_scale : float
        See :func:`tram_ext.ml.linear.adagrad.fit_softmax`.

    Attributes
    ----------
    identity_ : str
        Identifies the encoder's weights at the time of the training.
    weights_ : array, dimensions by techniques and one
        The last column is "no technique".
    intercept_ : array, techniques and one
    """

    identity_: str
    weights_: FloatArray
    intercept_: FloatArray

    def __init__(self, encoder: str, epochs: int = 10, input_scale: float = 4.0) -> None:
        self.encoder, self.epochs, self.input_scale = encoder, epochs, input_scale

    def fit(self, x: FloatArray, targets: sparse.csr_matrix, sample_weight: FloatArray) -> EmbeddingSoftmax:
        """Fit the softmax.

        Parameters
        ----------
        x : array, n by dimensions
            As :meth:`encode` returns it.
        targets : sparse matrix, n by techniques
            Rows sum to 1, or to 0 for "no technique".
        sample_weight : array, n
        """
        none = sparse.csr_matrix(1 - np.asarray(targets.sum(axis=1), np.float32))
        with_none = sparse.hstack([targets, none], format="csr", dtype=np.float32)
        self.weights_, self.intercept_ = fit_softmax(
            x, with_none, sample_weight, epochs=self.epochs, input_scale=self.input_scale
        )
        self.identity_ = encoders.load(self.encoder).identity
        return self

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the encoder's vectors, texts by dimensions."""
        return encoders.load(self.encoder).encode(texts)

    def predict_log_proba(self, x: FloatArray) -> FloatArray:
        """Return the log-probability of each technique, n by techniques; the remainder is "no technique"."""
        return log_softmax(x @ self.weights_ + self.intercept_)[:, :-1]

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` needs."""
        return {
            "encoder": self.encoder,
            "identity": self.identity_,
            "weights": self.weights_,
            "bias": self.intercept_,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> EmbeddingSoftmax:
        """Make the softmax that `state` was taken from.

        Raises
        ------
        Conflict
            The encoder it was trained with is not installed, or has other weights.
        """
        found = cls(state["encoder"])
        found.identity_, found.weights_, found.intercept_ = state["identity"], state["weights"], state["bias"]
        trained_with = f"This model was trained with the encoder {found.identity_!r}"
        try:
            identity = encoders.load(found.encoder).identity
        except Conflict as error:
            raise Conflict(f"{trained_with}. {error.message} Install it, or train the model again.") from error
        if identity != found.identity_:
            raise Conflict(
                f"{trained_with}, and {identity!r} is installed, whose vectors mean something else. Train the model "
                "again."
            )
        return found
