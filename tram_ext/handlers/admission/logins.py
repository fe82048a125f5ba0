"""The fair queue of password checks, with limits on waiting attempts and on failures."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from tram_ext.domain.errors import Cancelled, Forbidden, NotAuthenticated, Throttled
from tram_ext.services.access.throttle import HASHED_AT_ONCE, FailureBudget, Origin

T = TypeVar("T")

MOST_WAITING: Final = 32
MOST_WAITING_OF_ONE: Final = 8
"""Attempts of one source that may wait."""

_WRONG: Final = (NotAuthenticated, Forbidden)
_LOG_SECONDS: Final = 60.0
_LOOKS_FOR_HANG_UP: Final = 3
"""Turns of the event loop in which it hears who has hung up before it read the request: of those that wait, too."""


class Attempt:
    """A waiting password check of a client, which may disconnect.

    Parameters
    ----------
    origin : Origin
        Where it comes from.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.client_gone = False
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hang_up(self) -> None:
        """Leave the queue because the client has disconnected."""
        self.client_gone = True
        self.refuse(Cancelled("The client has hung up."))

    def refuse(self, error: Exception) -> None:
        """Fail the attempt with an error."""
        if not self.turn.done():
            self.turn.set_exception(error)


class LoginQueue:
    """Schedules password checks on a few threads; belongs to one event loop.

    Sources take turns, and so do, within a source, the addresses that an unknown proxy names: whoever sends many
    attempts waits for himself. Where all places are taken, the source that has most of them gives one up.

    Parameters
    ----------
    run : callable
        Calls a function in a thread, and is awaited.
    budget : FailureBudget
        What wrong passwords cost.
    patience : float
        Seconds after which who waits is told to come back.
    """

    def __init__(
        self,
        run: Callable[..., Awaitable[Any]],
        budget: FailureBudget,
        log: logging.Logger,
        patience: float = 5.0,
    ) -> None:
        self._run = run
        self._budget = budget
        self._log = log
        self._patience = patience
        self._waiting: list[Attempt] = []
        self._turns: dict[str | Origin, int] = {}
        self._numbers = itertools.count(1)
        self._hashing = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._logged = -_LOG_SECONDS

    async def check(self, attempt: Attempt, function: Callable[..., T], *args: object) -> T:
        """Run a password check when it is its turn.

        Raises
        ------
        Throttled
            There is no place to wait, or too many wrong passwords came from there.
        Cancelled
            The client has hung up before.
        """
        for _ in range(_LOOKS_FOR_HANG_UP):
            await asyncio.sleep(0)
        self._enter(attempt)
        patience = asyncio.get_running_loop().call_later(self._patience, attempt.refuse, _too_many_at_once())
        try:
            await attempt.turn
        finally:
            patience.cancel()
        try:
            if attempt.client_gone:
                raise Cancelled("The client has hung up.")
            found: T = await self._run(function, *args)
        except _WRONG:
            raise
        except BaseException:
            self._budget.give_back(attempt.origin.source)
            raise
        else:
            self._budget.give_back(attempt.origin.source)
            return found
        finally:
            self._hashing -= 1
            self._go_on()

    def _enter(self, attempt: Attempt) -> None:
        self._forget_done()
        if attempt.client_gone:
            return
        source = attempt.origin.source
        if not attempt.origin.claimed and self._budget.wait(source):
            raise self._too_many_failures(source)
        self._make_room(attempt)
        self._waiting.append(attempt)
        self._go_on()

    def _make_room(self, newcomer: Attempt) -> None:
        """Refuse an attempt of the source with the most waiting attempts if the queue is full; possibly the new one."""
        crowd = [*self._waiting, newcomer]
        alike = [attempt for attempt in crowd if attempt.origin.source == newcomer.origin.source]
        if len(alike) > MOST_WAITING_OF_ONE:
            crowd = alike
        elif len(crowd) <= MOST_WAITING:
            return
        sources = Counter(attempt.origin.source for attempt in crowd)
        origins = Counter(attempt.origin for attempt in crowd)
        crowd.reverse()
        last = max(crowd, key=lambda attempt: (sources[attempt.origin.source], origins[attempt.origin]))
        if last is newcomer:
            raise _too_many_at_once()
        last.refuse(_too_many_at_once())
        self._forget_done()

    def _go_on(self) -> None:
        """Start the attempts whose turn it is, and schedule the next round when another failure is allowed."""
        self._forget_done()
        while self._hashing < HASHED_AT_ONCE:
            ready = [attempt for attempt in self._waiting if not self._budget.wait(attempt.origin.source)]
            if not ready:
                break
            self._let_pass(min(ready, key=self._last_turn))
        for attempt in self._waiting:
            # Who shares his source's budget with others behind a proxy waits for his turn at it; others try again.
            if not attempt.origin.claimed and self._budget.wait(attempt.origin.source):
                attempt.refuse(self._too_many_failures(attempt.origin.source))
        self._forget_done()
        self._set_alarm()

    def _let_pass(self, attempt: Attempt) -> None:
        self._hashing += 1
        self._budget.take(attempt.origin.source)
        self._turns[attempt.origin.source] = self._turns[attempt.origin] = next(self._numbers)
        attempt.turn.set_result(None)
        self._forget_done()

    def _last_turn(self, attempt: Attempt) -> tuple[int, int]:
        """Return when source and origin of a waiting attempt had their last turn."""
        return self._turns.get(attempt.origin.source, 0), self._turns.get(attempt.origin, 0)

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        pauses = [pause for attempt in self._waiting if (pause := self._budget.wait(attempt.origin.source))]
        if pauses:
            self._alarm = asyncio.get_running_loop().call_later(min(pauses), self._go_on)

    def _forget_done(self) -> None:
        self._waiting = [attempt for attempt in self._waiting if not attempt.turn.done()]
        present = {key for attempt in self._waiting for key in (attempt.origin.source, attempt.origin)}
        self._turns = {key: turn for key, turn in self._turns.items() if key in present}

    def _too_many_failures(self, source: str) -> Throttled:
        now = time.monotonic()
        if now - self._logged >= _LOG_SECONDS:
            self._logged = now
            self._log.warning("TRAM: many wrong passwords come from %s; those to follow are slowed down.", source)
        return Throttled("Too many failed logins. Try again in a moment.", retry_after=self._budget.wait(source))


def _too_many_at_once() -> Throttled:
    return Throttled("Too many logins at once. Try again in a moment.", retry_after=1)
