"""A connection to a workbench, wherever it is: the same calls over HTTP and in one process.

A call returns the records of the HTTP API and fails with the errors of `tram_ext.domain.errors`, with the same message
on both ways. To add a call: a method here, an `Operation` in `tram_ext.api.operations`, a use case in `tram_ext.calls`.
"""

from __future__ import annotations

from abc import abstractmethod

from tram_ext.api.connection.advice import AdviceCalls
from tram_ext.api.connection.attack import AttackCalls
from tram_ext.api.connection.reports import ReportCalls
from tram_ext.api.connection.review import ReviewCalls
from tram_ext.api.connection.training import TrainingCalls
from tram_ext.api.status import StatusBody


class Connection(ReportCalls, ReviewCalls, AttackCalls, AdviceCalls, TrainingCalls):
    """A connection of a user to a workbench; safe to use from several threads.

    Where an item is changed, `expected` is the version that the caller has seen (None: any). If it has another by now,
    nothing is changed and `PreconditionFailed` says which. What a call returns bears the new version. Every call may
    fail with `NotAuthenticated`, `Forbidden` or `Unavailable`, too; of these, `Unreachable` means that nobody is there.
    """

    def status(self) -> StatusBody:
        """Show the status of the workbench, and the current user; starts the preparation if needed."""
        return self._call(StatusBody, "status")

    def change_password(self, current: str, new: str) -> None:
        """Change your own password; this revokes tokens that were issued before."""
        self._do("change_password", body={"current": current, "new": new})

    @abstractmethod
    def close(self) -> None:
        """Close the connection, and the workbench if it was opened for it."""
