"""Methods of the workbench for explanations, active learning, training sets and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tram_ext.api.connection import Connection
from tram_ext.domain.errors import Cancelled, WorkFailed
from tram_ext.workbenches import frames, rows
from tram_ext.workbenches.documents import Item
from tram_ext.workbenches.waiting import Progress, follow

if TYPE_CHECKING:
    import pandas as pd


class LearningCalls:
    """Mixin of methods for explanations, active learning, training sets and comparisons.

    Attributes
    ----------
    connection : Connection
        The workbench's records, for programs.
    """

    connection: Connection

    def explain(self, sentence: Item, technique: Item) -> pd.DataFrame:
        """Show the words of a sentence that speak for a technique, mapped or not: columns as `frames.WORDS`.

        Raises
        ------
        Conflict
            The model was never trained.
        """
        found = self._explanation(sentence, technique)
        text = self.connection.sentence(rows.item(sentence, rows.SENTENCE).id)["text"]
        words = ({**word, "word": text[word["start"] : word["end"]]} for word in found["words"])
        return frames.frame(frames.WORDS, words)

    def similar(self, sentence: Item, technique: Item) -> pd.DataFrame:
        """Show the accepted sentences with a technique that resemble a sentence most: columns as `frames.EXAMPLES`."""
        examples = self._explanation(sentence, technique)["examples"]
        return frames.frame(frames.EXAMPLES, ({**one, "techniques": tuple(one["techniques"])} for one in examples))

    def next_to_review(self, report: Item, most: int = 10) -> pd.DataFrame:
        """List the sentences of a report whose decision teaches the model most: columns as `frames.SENTENCES`."""
        key = rows.item(report, rows.REPORT).id
        found = self.connection.rows(key, {"disposition": "none"}, order="uncertainty")["ids"][:most]
        return frames.frame(frames.SENTENCES, (frames.sentence_row(self.connection.sentence(one)) for one in found))

    def training_set(
        self, name: Item = "default", *, reports: Item | None = None, exclude: Item | None = None
    ) -> pd.DataFrame:
        """Count the sentences a training would learn each technique from: columns as `frames.TRAINING_SET`.

        Parameters
        ----------
        reports, exclude : optional
            As for :meth:`Workbench.train`.
        """
        found = self.connection.training_set(
            rows.text_of(name, "model"), reports=rows.keys(reports), exclude=rows.keys(exclude)
        )
        return frames.frame(frames.TRAINING_SET, found["techniques"])

    def compare(self, a: str, b: str) -> pd.DataFrame:
        """Set the figures of two versions side by side: columns as `frames.COMPARED`.

        Parameters
        ----------
        a, b : str
            Each a model, for its active version, or a version such as ``logreg:2``.
        """
        found = self.connection.compare_models(a, b)
        figures = {**found["figures"], **found["counts"]}
        return frames.frame(frames.COMPARED, ({"figure": name, **values} for name, values in figures.items()))

    def compare_techniques(self, a: str, b: str) -> pd.DataFrame:
        """Set the F1 of each technique in two versions side by side: columns as `frames.COMPARED_TECHNIQUES`."""
        return frames.frame(frames.COMPARED_TECHNIQUES, self.connection.compare_models(a, b)["techniques"])

    def check_labels(
        self,
        name: Item = "default",
        *,
        reports: Item | None = None,
        exclude: Item | None = None,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Find accepted sentences that a cross-validated model would have labelled otherwise, the most doubtful first.

        Returns
        -------
        DataFrame
            Columns as `frames.DOUBTS`. An empty ``technique`` or ``instead`` means none.

        Raises
        ------
        WorkFailed
            There was nothing to check, or it failed.
        Cancelled
            Somebody cancelled it.
        """
        connection = self.connection
        begun = connection.check_labels(
            rows.text_of(name, "model"), reports=rows.keys(reports), exclude=rows.keys(exclude)
        )
        key = begun["id"]
        ended: Any = follow(
            lambda: connection.label_check(key), "state", progress, lambda: connection.cancel_label_check(key)
        )
        if ended["state"] == "Cancelled":
            raise Cancelled("The check of labels was cancelled.")
        if ended["state"] == "Error":
            raise WorkFailed(ended["message"])
        return frames.frame(frames.DOUBTS, ended["doubts"])

    def learning_curve(
        self,
        name: Item = "default",
        *,
        reports: Item | None = None,
        exclude: Item | None = None,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Measure how good a model becomes with more sentences, each time on the same held-out fifth.

        Nothing is trained to be used, and the version that proposes stays as it is.

        Returns
        -------
        DataFrame
            Columns as `frames.CURVE`, from the smallest part to the greatest.

        Raises
        ------
        WorkFailed
            There is too little accepted, or it failed.
        Cancelled
            Somebody cancelled it.
        """
        connection = self.connection
        begun = connection.measure_learning(
            rows.text_of(name, "model"), reports=rows.keys(reports), exclude=rows.keys(exclude)
        )
        key = begun["id"]
        ended: Any = follow(
            lambda: connection.learning_curve(key), "state", progress, lambda: connection.cancel_learning_curve(key)
        )
        if ended["state"] == "Cancelled":
            raise Cancelled("The measurement of the learning curve was cancelled.")
        if ended["state"] == "Error":
            raise WorkFailed(ended["message"])
        return frames.frame(frames.CURVE, ended["points"])

    def _explanation(self, sentence: Item, technique: Item) -> Any:
        key = rows.item(sentence, rows.SENTENCE).id
        return self.connection.explanation(key, rows.text_of(technique, "attack_id"))
