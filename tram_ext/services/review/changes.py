"""Announces changes to open views, after they are stored."""

from __future__ import annotations

from collections.abc import Callable

from tram_ext.domain.review import ReviewChange


class Changes:
    """A subject that services announce changes to, and that a server subscribes to.

    Attributes
    ----------
    listener : callable
        Called in the thread of whoever made the change.
    """

    def __init__(self) -> None:
        self.listener: Callable[[ReviewChange], None] = lambda _change: None

    def tell(self, *changes: ReviewChange) -> None:
        """Announce changes."""
        for change in changes:
            self.listener(change)
