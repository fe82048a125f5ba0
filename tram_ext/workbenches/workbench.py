"""The workbench for use in Python: methods that return DataFrames."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from tram_ext.api.connection import Connection
from tram_ext.api.model_responses import CardBody
from tram_ext.api.status import StatusBody
from tram_ext.domain.errors import Cancelled, WorkFailed
from tram_ext.workbenches import frames, rows
from tram_ext.workbenches.documents import DocumentCalls, Item, opened
from tram_ext.workbenches.learning import LearningCalls
from tram_ext.workbenches.reviewing import ReviewCalls
from tram_ext.workbenches.waiting import Progress, follow

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd


class Workbench(DocumentCalls, ReviewCalls, LearningCalls):
    """A workbench, behind a server or in this process.

    Reports, sentences, mappings and jobs are named by their numbers or by the rows that show them. Answers are
    DataFrames whose columns and dtypes are those of `tram_ext.workbenches.frames`, also where they are empty. Errors
    are those of `tram_ext.errors`. Use it as a context manager, or call :meth:`close`.

    Parameters
    ----------
    connection : Connection
        Where the workbench is.

    Attributes
    ----------
    connection : Connection
        The same calls as records, for programs.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __repr__(self) -> str:
        return f"<Workbench on {self.connection!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a workbench that was opened in this process ends, too, and its jobs go on next time."""
        self.connection.close()

    def status(self) -> StatusBody:
        """Show the status of the workbench, the current user, and how many items there are."""
        return self.connection.status()

    def techniques(self, query: str = "", *, everything: bool = False) -> pd.DataFrame:
        """Search techniques by id, name or alias, the best match first: columns as `frames.TECHNIQUES`.

        Parameters
        ----------
        query : str
            Part of an id, a name or an alias; empty: all.
        everything : bool
            Whether to include what is not active any more.
        """
        found = self.connection.techniques(query, everything=everything)
        return frames.frame(frames.TECHNIQUES, map(frames.technique_row, found))

    def technique(self, technique: Item) -> pd.DataFrame:
        """Show a technique, a tactic, a group or a piece of software by ATT&CK's id."""
        found = self.connection.technique(rows.text_of(technique, "attack_id"))
        return frames.frame(frames.TECHNIQUES, [frames.technique_row(found)])

    def upgrade_attack(
        self, file: str | Path | bytes | BinaryIO, *, name: str | None = None, preview: bool = False
    ) -> pd.DataFrame:
        """Upgrade to the ATT&CK in a STIX bundle and migrate all mappings, as one action that :meth:`undo` reverts.

        Parameters
        ----------
        file : path, bytes or binary file
            A bundle of any of ATT&CK's domains.
        name : str, optional
            What the file is called; needed for bytes. The version is read from it where the bundle does not say.
        preview : bool
            True only says what would be done.

        Returns
        -------
        DataFrame
            What becomes of techniques that mappings name: columns as `frames.UPGRADE`.

        Raises
        ------
        Invalid
            The file is no ATT&CK bundle.
        Forbidden
            You are no admin.
        """
        with opened(file, name) as (shown, stream):
            done = self.connection.upgrade_attack(shown, stream, preview=preview)
        return frames.frame(frames.UPGRADE, done["effects"])

    def models(self) -> pd.DataFrame:
        """List the models that can be trained: columns as `frames.MODELS`."""
        return frames.frame(frames.MODELS, map(frames.model_row, self.connection.models()))

    def versions(self, name: Item) -> pd.DataFrame:
        """List the versions of a model, newest first: columns as `frames.VERSIONS`."""
        return frames.frame(frames.VERSIONS, self.connection.versions(rows.text_of(name, "model")))

    def model(self, name: Item = "default", version: int | None = None) -> CardBody:
        """Return the card of a version of a model, by default of the one that proposes."""
        return self.connection.model(rows.text_of(name, "model"), version)

    def restore_model(self, name: Item, version: int) -> pd.DataFrame:
        """Activate a version of a model, and return it: columns as `frames.VERSIONS`."""
        restored = self.connection.restore_model(rows.text_of(name, "model"), version)
        return frames.frame(frames.VERSIONS, [restored])

    def train(
        self,
        name: Item = "default",
        *,
        reports: Item | None = None,
        exclude: Item | None = None,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> pd.DataFrame:
        """Train a model on the accepted sentences.

        Parameters
        ----------
        name : str or row
            Such as ``linear``, ``logreg`` or ``nb``.
        reports, exclude : optional
            Reports to train on (by default all that are marked for it), and to leave out.
        wait : bool
            False returns at once.
        progress : callable, optional
            Is told the share that is done, and the stage.

        Returns
        -------
        DataFrame
            The training: columns as `frames.TRAININGS`.

        Raises
        ------
        NotFound
            There is no such model or report.
        WorkFailed
            There was nothing to train on, or the training failed.
        Cancelled
            Somebody cancelled it.
        """
        connection = self.connection
        begun = connection.train(rows.text_of(name, "model"), reports=rows.keys(reports), exclude=rows.keys(exclude))
        key = begun["id"]
        if wait:
            begun = follow(lambda: connection.training(key), "state", progress, lambda: connection.cancel_training(key))
            if begun["state"] == "Cancelled":
                raise Cancelled(f"The training of {begun['model']!r} was cancelled.")
            if begun["state"] == "Error":
                raise WorkFailed(begun["message"])
        return frames.frame(frames.TRAININGS, [frames.training_row(begun)])

    def trainings(self, *, limit: int = 100) -> pd.DataFrame:
        """List the latest trainings, newest first: columns as `frames.TRAININGS`."""
        return frames.frame(frames.TRAININGS, map(frames.training_row, self.connection.trainings(limit=limit)))

    def cancel_training(self, training: Item) -> pd.DataFrame:
        """Cancel a training, and return it."""
        key = rows.item(training, rows.TRAINING).id
        self.connection.cancel_training(key)
        return frames.frame(frames.TRAININGS, [frames.training_row(self.connection.training(key))])

    def change_password(self, current: str, new: str) -> None:
        """Change your own password; this revokes tokens that were issued before.

        Raises
        ------
        Forbidden
            The current one is not right.
        Invalid
            The new one will not do.
        """
        self.connection.change_password(current, new)
