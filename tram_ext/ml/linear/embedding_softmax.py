"""What a sentence encoder adds: the techniques, or none, that texts of a similar meaning have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tram_ext.domain.errors import Conflict
from tram_ext.ml import encoders

FloatArray = npt.NDArray[np.float32]

_EPOCHS: Final = 10
_BATCH: Final = 256
_RATE: Final = 0.5
_INPUT_SCALE: Final = 4.0


@dataclass(frozen=True)
class Meaning:
    """A softmax over techniques and none, on an encoder's vectors.

    Attributes
    ----------
    encoder : str
        Its name.
    identity : str
        Of the weights it was trained with.
    weights : array, dimensions by techniques and one
        The last column is "no technique".
    bias : array
    """

    encoder: str
    identity: str
    weights: FloatArray
    bias: FloatArray

    @classmethod
    def fit(cls, encoder: str, vectors: FloatArray, targets: sparse.csr_matrix, weights: FloatArray) -> Meaning:
        """Train with row-wise Adagrad.

        Parameters
        ----------
        encoder : str
            The name of an encoder that is there.
        vectors : array, n by dimensions
        targets : sparse matrix, n by techniques
            Rows sum to 1, or to 0 where a text teaches "no technique".
        weights : array, n
        """
        none = 1 - np.asarray(targets.sum(axis=1), np.float32)
        wanted = sparse.hstack([targets, sparse.csr_matrix(none)], format="csr", dtype=np.float32)
        mass = np.asarray(wanted.T @ weights, np.float64)
        bias = np.log(np.maximum(mass, 0.5) / max(mass.sum(), 1.0)).astype(np.float32)
        scaled = vectors * np.float32(_INPUT_SCALE)
        learned = np.zeros((scaled.shape[1], wanted.shape[1]), np.float32)
        squares = np.full((scaled.shape[1], 1), 1e-6, np.float32)
        random = np.random.default_rng(0)
        for _ in range(_EPOCHS):
            order = random.permutation(len(scaled))
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                error = np.exp(_log_softmax(scaled[batch] @ learned + bias)) - wanted[batch].toarray()
                gradient = scaled[batch].T @ (error * weights[batch, None])
                squares += np.einsum("ij,ij->i", gradient, gradient)[:, None]
                learned -= np.float32(_RATE) * gradient / np.sqrt(squares)
        return cls(encoder, encoders.load(encoder).identity, learned * np.float32(_INPUT_SCALE), bias)

    def of_texts(self, texts: Sequence[str]) -> FloatArray:
        """Return texts by techniques: the logarithm of each technique's probability."""
        return self.of_vectors(encoders.load(self.encoder).encode(texts))

    def of_vectors(self, vectors: FloatArray) -> FloatArray:
        """Return rows by techniques: the logarithm of each technique's probability."""
        return _log_softmax(vectors @ self.weights + self.bias)[:, :-1]

    def state(self) -> dict[str, Any]:
        """Return what :meth:`from_state` reads back."""
        return {"encoder": self.encoder, "identity": self.identity, "weights": self.weights, "bias": self.bias}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Meaning:
        """Make the meaning that `state` was taken from.

        Raises
        ------
        Conflict
            The encoder it was trained with is not there, or is there with other weights.
        """
        found = cls(state["encoder"], state["identity"], state["weights"], state["bias"])
        try:
            identity = encoders.load(found.encoder).identity
        except Conflict as error:
            raise Conflict(
                f"This model was trained with the encoder {found.identity!r}. {error.message} Install it, or train the "
                "model again."
            ) from error
        if identity != found.identity:
            raise Conflict(
                f"This model was trained with the encoder {found.identity!r}, and {identity!r} is installed, whose "
                "vectors mean something else. Train the model again."
            )
        return found


def _log_softmax(scores: FloatArray) -> FloatArray:
    scores -= scores.max(axis=1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return scores
