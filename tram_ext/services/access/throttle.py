"""Limits how many wrong passwords are checked, per source."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

FREE_FAILURES: Final = 30
"""Wrong passwords that nobody waits for."""

PER_SECOND: Final = 1.0
MOST_ENTRIES: Final = 10_000
HASHED_AT_ONCE: Final = 2
"""Passwords looked at side by side, each in a thread; each takes 64 MiB and some 50 ms."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a login attempt.

    Attributes
    ----------
    source : str
        What wrong passwords are counted by: an address, or the user whose own password is asked for.
    claimed : str
        The address behind `source` that a proxy names whom nobody declared trustworthy. Anybody can claim anything: it
        divides what `source` may do among those behind it, and never adds to it.
    """

    source: str
    claimed: str = ""

    @classmethod
    def of_address(cls, address: str, claimed: str = "") -> Origin:
        """Make the origin of an address; IPv6 counts by the network of 64 bits that a subscriber has."""
        return cls(_network(address), claimed)


class FailureBudget:
    """Token buckets of wrong passwords, one for each source.

    Each source may send 30 wrong passwords at once, and then one a second; a source is an address, or, where somebody
    changes his own password, the user. A right password costs nothing, and no name is ever locked, so that nobody locks
    its owner out. What this leaves to those who guess:

    - From one address: 30, and then 86,400 a day, for one name or spread over many alike.
    - For one account: that from each of the guesser's addresses, and never more than `HASHED_AT_ONCE` threads hash for
      all together, which is some 40 a second.
    - The owner at another address does not notice. At the same one, he shares the attempt of each second with whoever
      guesses there; where a proxy tells them apart, believed or not, they take turns.

    So a password holds by its length: eight random characters do at a million guesses a day, a word and a year do not.
    Counts live in this process; several servers count each for itself.

    Parameters
    ----------
    clock : callable
        Seconds, rising; exchanged in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, source: str) -> float:
        """Return the seconds until a password from `source` may be checked; 0: now."""
        return max(0.0, (1.0 - self._level(source)) / PER_SECOND)

    def take(self, source: str) -> None:
        """Count a password that is about to be checked, so that concurrent checks count, too."""
        self._set(source, self._level(source) - 1.0)

    def give_back(self, source: str) -> None:
        """Undo a count: the password was right, or was not checked."""
        self._set(source, self._level(source) + 1.0)

    def _level(self, source: str) -> float:
        level, since = self._levels.get(source, (float(FREE_FAILURES), 0.0))
        return min(float(FREE_FAILURES), level + (self._clock() - since) * PER_SECOND)

    def _set(self, source: str, level: float) -> None:
        self._levels[source] = (level, self._clock())
        self._levels.move_to_end(source)
        if level >= FREE_FAILURES:
            del self._levels[source]
        while len(self._levels) > MOST_ENTRIES:
            self._levels.popitem(last=False)


def _network(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
