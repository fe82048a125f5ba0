"""Slowing down whoever guesses passwords, and nobody else."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from tram_ext.domain.errors import Throttled

FREE_FAILURES: Final = 5
FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 300.0
FORGET_AFTER: Final = 900.0
MOST_ENTRIES: Final = 10_000


class LoginThrottle:
    """Counts failures by user name and address.

    After five failures in a row the next attempt has to wait 2 s, then 4, 8 … up to 300 s. A success, or a quarter of
    an hour of peace, clears the count. The counts live in this process.

    Parameters
    ----------
    clock : callable
        Seconds, rising; exchanged in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt before its password is looked at, so that attempts side by side count too.

        Raises
        ------
        Throttled
            This user name, from this address, has to wait.
        """
        key = (name, address)
        with self._lock:
            now = self._clock()
            count, last = self._failures.get(key, (0, now))
            if now - last > FORGET_AFTER:
                count = 0
            wait = _wait_after(count) - (now - last)
            if wait > 0:
                raise Throttled("Too many failed logins. Try again later.", retry_after=wait)
            self._failures[key] = (count + 1, now)
            self._failures.move_to_end(key)
            while len(self._failures) > MOST_ENTRIES:
                self._failures.popitem(last=False)

    def succeed(self, name: str, address: str) -> None:
        """Forget the failures of a user name from an address."""
        with self._lock:
            self._failures.pop((name, address), None)


def _wait_after(failures: int) -> float:
    if failures < FREE_FAILURES:
        return 0.0
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - FREE_FAILURES, 16))
