"""TRAM's four models on word counts: dummy, nb, logreg, nn_cls."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tram_ext.domain.errors import NotFound
from tram_ext.ml.explaining import Evidence, explain
from tram_ext.ml.model import Progress
from tram_ext.ml.softmax import fit_softmax
from tram_ext.ml.tram.count_vectorizer import StemCountVectorizer
from tram_ext.ml.tram.single_label import Floats, SingleLabelModel

if TYPE_CHECKING:
    from typing import Self

_SEED: Final = 0
_NEGLIGIBLE: Final = 0.01  # smaller weights change a probability by less than a hundredth of its value

_TINY: Final = 1e-12  # bounds confidences before their logarithms are taken


class DummyModel(SingleLabelModel):
    """TRAM's ``DummyClassifier(strategy="uniform")``: all techniques are equally likely.

    TRAM draws a technique at random at each call; here a hash of the sentence draws it, so that the same sentence
    always gets the same answer.
    """

    @classmethod
    def fit_counts(
        cls,
        vectorizer: StemCountVectorizer,
        counts: sp.csr_matrix,  # noqa: ARG003 - a dummy learns nothing
        classes: npt.NDArray[Any],  # noqa: ARG003
        techniques: Sequence[str],
        progress: Progress,  # noqa: ARG003
    ) -> Self:
        """Return the dummy for `techniques`."""
        return cls(vectorizer, techniques)

    def scores(self, counts: sp.csr_matrix) -> Floats:
        """Return zeros: a uniform distribution."""
        return np.zeros((counts.shape[0], len(self.techniques)), dtype=np.float32)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return a technique for each text, drawn uniformly by a hash of the text."""
        draws = (hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
        return [self.techniques[int.from_bytes(draw, "big") % len(self.techniques)] for draw in draws]

    def parameters(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    @classmethod
    def from_parameters(
        cls,
        vectorizer: StemCountVectorizer,
        techniques: Sequence[str],
        parameters: dict[str, Any],  # noqa: ARG003 - a dummy has none
    ) -> Self:
        """Make the dummy for `techniques`."""
        return cls(vectorizer, techniques)


class _ExplainedModel(SingleLabelModel):
    """A model of words that can explain its proposals."""

    def explain(self, text: str, attack_id: str, limit: int = 8) -> Evidence:
        """Return the words with the largest weights for a technique; see :class:`tram_ext.ml.explaining.Explains`."""
        if attack_id not in self.techniques:
            raise NotFound(f"This model does not know {attack_id}: no accepted sentence had it when it was trained.")
        column = self.techniques.index(attack_id)

        def log_odds(texts: list[str]) -> Floats:
            likely = np.clip(self.confidences(texts)[:, column].astype(np.float64), _TINY, 1 - _TINY)
            return np.asarray(np.log(likely / (1 - likely)), np.float32)

        return explain(text, attack_id, log_odds, limit)


class _LinearScores(_ExplainedModel):
    """A model whose scores are a weighted sum of the counts.

    Parameters
    ----------
    weights : array, shape (stems, techniques)
    biases : array, shape (techniques,)
    """

    def __init__(
        self, vectorizer: StemCountVectorizer, techniques: Sequence[str], weights: Floats, biases: Floats
    ) -> None:
        super().__init__(vectorizer, techniques)
        self.weights = np.ascontiguousarray(weights, dtype=np.float32)
        self.biases = np.asarray(biases, dtype=np.float32)

    def scores(self, counts: sp.csr_matrix) -> Floats:
        """Return the weighted sums, shape (n, techniques)."""
        scores: Floats = counts @ self.weights
        scores += self.biases
        return scores


class LogisticModel(_LinearScores):
    """TRAM's ``LogisticRegression()``: multinomial, L2 penalty with C = 1."""

    @classmethod
    def fit_counts(
        cls,
        vectorizer: StemCountVectorizer,
        counts: sp.csr_matrix,
        classes: npt.NDArray[Any],
        techniques: Sequence[str],
        progress: Progress,
    ) -> Self:
        """Fit the regression and set negligible weights to zero, which makes the file many times smaller."""
        weights, biases = fit_softmax(
            counts,
            classes,
            len(techniques),
            on_iteration=lambda done: progress(0.1 + 0.9 * done / (done + 10), "fitting"),
        )
        weights[np.abs(weights) < _NEGLIGIBLE] = 0
        return cls(vectorizer, techniques, weights, biases)

    def parameters(self) -> dict[str, Any]:
        """Return the weights, sparse, and the biases."""
        return {"weights": sp.csr_matrix(self.weights), "biases": self.biases}

    @classmethod
    def from_parameters(
        cls, vectorizer: StemCountVectorizer, techniques: Sequence[str], parameters: dict[str, Any]
    ) -> Self:
        """Make the model from its weights."""
        return cls(vectorizer, techniques, parameters["weights"].toarray(), parameters["biases"])


class NaiveBayesModel(_LinearScores):
    """TRAM's ``MultinomialNB()``.

    The file holds counts, from which the weights are computed: log(count + 1) less the log of their sum.
    """

    def __init__(
        self, vectorizer: StemCountVectorizer, techniques: Sequence[str], seen: sp.csr_matrix, rows: Floats
    ) -> None:
        counts = seen.toarray() + 1.0
        super().__init__(vectorizer, techniques, np.log(counts / counts.sum(axis=0)), np.log(rows / rows.sum()))
        self._seen = seen
        self._rows = rows

    @classmethod
    def fit_counts(
        cls,
        vectorizer: StemCountVectorizer,
        counts: sp.csr_matrix,
        classes: npt.NDArray[Any],
        techniques: Sequence[str],
        progress: Progress,  # noqa: ARG003 - too fast to report
    ) -> Self:
        """Count the stems of each technique."""
        n = len(classes)
        membership = sp.csr_matrix((np.ones(n, dtype=np.float32), (classes, np.arange(n))), (len(techniques), n))
        rows = np.bincount(classes, minlength=len(techniques)).astype(np.float32)
        return cls(vectorizer, techniques, (membership @ counts).T.tocsr(), rows)

    def parameters(self) -> dict[str, Any]:
        """Return the counts of stems, sparse, and of rows."""
        return {"seen": self._seen, "rows": self._rows}

    @classmethod
    def from_parameters(
        cls, vectorizer: StemCountVectorizer, techniques: Sequence[str], parameters: dict[str, Any]
    ) -> Self:
        """Make the model from its counts."""
        return cls(vectorizer, techniques, parameters["seen"], parameters["rows"])


class NeuralModel(_ExplainedModel):
    """TRAM's ``MLPClassifier(max_iter=1000)``: one hidden layer of 100, Adam; with a fixed seed.

    Parameters
    ----------
    layers : sequence of (weights, biases)
        Those of the hidden layer, then those of the output.
    """

    def __init__(
        self, vectorizer: StemCountVectorizer, techniques: Sequence[str], layers: Sequence[tuple[Floats, Floats]]
    ) -> None:
        super().__init__(vectorizer, techniques)
        self._layers = tuple(layers)

    @classmethod
    def fit_counts(
        cls,
        vectorizer: StemCountVectorizer,
        counts: sp.csr_matrix,
        classes: npt.NDArray[Any],
        techniques: Sequence[str],
        progress: Progress,
    ) -> Self:
        """Fit scikit-learn's network in float32, which takes half the time of float64."""
        from sklearn.neural_network import MLPClassifier

        network = MLPClassifier(max_iter=1000, random_state=_SEED)
        progress(0.1, "fitting the network")
        network.fit(counts, classes)
        layers = [
            (w.astype(np.float32), b.astype(np.float32))
            for w, b in zip(network.coefs_, network.intercepts_, strict=True)
        ]
        if len(techniques) == 2:  # noqa: PLR2004 - scikit-learn then has one logistic output, for the second class
            weights, biases = layers[-1]
            layers[-1] = (np.hstack([np.zeros_like(weights), weights]), np.array([0, biases[0]], dtype=np.float32))
        return cls(vectorizer, techniques, layers)

    def scores(self, counts: sp.csr_matrix) -> Floats:
        """Return the output layer's activations before the softmax, shape (n, techniques)."""
        activations: Any = counts
        for number, (weights, biases) in enumerate(self._layers):
            if number:
                np.maximum(activations, 0, out=activations)
            activations = np.asarray(activations @ weights) + biases
        scores: Floats = activations
        return scores

    def parameters(self) -> dict[str, Any]:
        """Return the two layers."""
        (hidden, hidden_bias), (output, output_bias) = self._layers
        return {"hidden": hidden, "hidden_bias": hidden_bias, "output": output, "output_bias": output_bias}

    @classmethod
    def from_parameters(
        cls, vectorizer: StemCountVectorizer, techniques: Sequence[str], parameters: dict[str, Any]
    ) -> Self:
        """Make the network from its layers."""
        layers = [(parameters[name], parameters[f"{name}_bias"]) for name in ("hidden", "output")]
        return cls(vectorizer, techniques, layers)
