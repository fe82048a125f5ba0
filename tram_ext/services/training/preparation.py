"""Getting a fresh installation ready: ATT&CK, its procedure examples, the default model."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from typing import Final

from tram_ext.domain.errors import Cancelled, Conflict, TramError, Unavailable
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.status import PreparationState
from tram_ext.services.attack.attack import Attack
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.services.processes.pool import ChildPool, ShuttingDown
from tram_ext.services.settings import Settings
from tram_ext.services.training.tasks import Tasks
from tram_ext.services.training.training import CHILD_NEEDS, PREPARATION, Trainings
from tram_ext.store.database import Store

LEASE_SECONDS: Final = 20.0
_ATTACK_SHARE: Final = 0.15
_POLL: Final = 0.25


class Preparation:
    """Prepares once, whichever process comes first; the others wait for it."""

    def __init__(self, store: Store, settings: Settings, attack: Attack, predictions: Predictions) -> None:
        self._store = store
        self._settings = settings
        self._attack = attack
        self._predictions = predictions
        self._owner = f"{os.getpid()}:{secrets.token_hex(4)}"
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._children: ChildPool | None = None
        self._closing = threading.Event()
        self.state = PreparationState()

    def start(self) -> None:
        """Prepare in the background, unless it is done or under way."""
        with self._lock:
            if self.state.ready or self._is_running() or self._closing.is_set():
                return
            self._thread = threading.Thread(target=self._quietly, daemon=True, name="tram-preparation")
            self._thread.start()

    def wait(self, cancelled: Callable[[], bool]) -> None:
        """Prepare in the background where needed, and return when everything is usable.

        Raises
        ------
        Cancelled
            `cancelled` answered True, or the workbench is shutting down.
        Unavailable
            Why it cannot be.
        """
        self.start()
        while not self.state.ready:
            if self._closing.is_set():
                raise ShuttingDown
            if cancelled():
                raise Cancelled("Cancelled.")
            if not self._is_running():
                if self.state.error is not None:  # who waits later has it tried again
                    raise Unavailable(self.state.error)
                self.start()
            self._closing.wait(_POLL)

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """End what is under way, and wait until its thread has noticed."""
        self._closing.set()
        with self._lock:
            children = self._children
        if children is not None:
            children.close()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def ensure(self, on_progress: Callable[[float, str], None] | None = None) -> None:
        """Prepare now, and return when everything is usable.

        Raises
        ------
        TramError
            Why it cannot be.
        """

        def tell(share: float, stage: str) -> None:
            self.state = PreparationState(stage=stage, progress=share)
            if on_progress is not None:
                on_progress(share, stage)

        try:
            while not self._is_ready():
                with self._lease() as is_ours:
                    if is_ours:
                        self._prepare(tell)
                        break
                    tell(self.state.progress, "waiting for another process that prepares")
                if self._closing.wait(_POLL):
                    raise ShuttingDown
        except TramError as error:
            self.state = PreparationState(error=error.message)
            raise
        except BaseException:
            self.state = PreparationState(error="An unexpected error; the log has it.")
            raise
        self.state = PreparationState(ready=True, progress=1.0)

    def _quietly(self) -> None:
        with contextlib.suppress(TramError):  # the state has it, for whoever asks
            self.ensure()

    def _is_ready(self) -> bool:
        if not self._attack.is_loaded():
            return False
        try:
            self._predictions.predictor("default")
        except (Conflict, Unavailable):  # not trained, or by another version: train it anew
            return False
        return True

    def _prepare(self, tell: Callable[[float, str], None]) -> None:
        """Load ATT&CK and train, in a child of its own that ends with it: nobody's training waits for this one."""
        with self._lock:
            if self._closing.is_set():
                raise ShuttingDown
            self._children = children = ChildPool(1, preload=CHILD_NEEDS)
        try:
            children.warm_up()  # while ATT&CK is loaded
            self._load_and_train(
                Trainings(self._store, self._settings, Tasks(self._store, self._settings), children), tell
            )
        finally:
            children.close()

    def _load_and_train(self, trainings: Trainings, tell: Callable[[float, str], None]) -> None:
        if not self._attack.is_loaded():
            tell(0.0, "loading ATT&CK")
            self._attack.load_default()
        tell(_ATTACK_SHARE, "training the default model")
        if not self._is_ready():
            trainings.train(
                TrainingRequest("default"),
                None,
                lambda share, stage: tell(
                    _ATTACK_SHARE + (1 - _ATTACK_SHARE) * share, f"training the default model: {stage}"
                ),
            )
        self._predictions.predictor("default")

    @contextlib.contextmanager
    def _lease(self) -> Iterator[bool]:
        """Hold the right to prepare while the block runs; yields whether it is ours."""
        if not self._take():
            yield False
            return
        done = threading.Event()

        def renew() -> None:
            while not done.wait(LEASE_SECONDS / 4):
                self._take()

        keeper = threading.Thread(target=renew, daemon=True, name="tram-preparation-lease")
        keeper.start()
        try:
            yield True
        finally:
            done.set()
            keeper.join()
            with self._store.write() as work:
                work.leases.give_back(PREPARATION, self._owner)

    def _take(self) -> bool:
        with self._store.write() as work:
            return work.leases.take(PREPARATION, self._owner, LEASE_SECONDS)
