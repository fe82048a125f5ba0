"""The kernel side of a widget's requests: each is answered once, in a thread; repeated writes are idempotent.

The messages are described where the view makes them, in ``labextension/src/anywidget/commTransport.ts``.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeAlias

from tram_ext.domain import errors

Method: TypeAlias = Callable[..., Any]

_THREADS: Final = 4
"""Requests of a widget that are worked on at once; a view sends one write a sentence at a time."""

_SLOW_THREADS: Final = 1
_REMEMBERED: Final = 2_000

_KINDS: Final[tuple[tuple[type[errors.TramError], str], ...]] = (
    (errors.PreconditionFailed, "conflict"),
    (errors.Conflict, "conflict"),
    (errors.Unreachable, "offline"),
    (errors.Unavailable, "busy"),
    (errors.Throttled, "busy"),
    (errors.Forbidden, "forbidden"),
    (errors.NotAuthenticated, "forbidden"),
    (errors.NotFound, "missing"),
    (errors.Invalid, "invalid"),
    (errors.TooLarge, "invalid"),
    (errors.UnsupportedMediaType, "invalid"),
    (errors.NotAcceptable, "invalid"),
)
"""What an error of the domain is to a view; the first that fits."""

_log: Final = logging.getLogger(__name__)


class ChangedMeanwhile(errors.Conflict):
    """The sentence was changed since the view read it.

    Parameters
    ----------
    current : mapping or None
        The sentence as it is now; None where it is gone.
    """

    def __init__(self, message: str, current: Mapping[str, Any] | None) -> None:
        super().__init__(message)
        self.current = current


class Answers:
    """Answers by idempotency key: a repeated write is answered from here, not repeated.

    A write that is still under way keeps the second one waiting for the same answer. One that failed may be tried
    again: nothing was done, or, where nobody knows, the version that it names decides.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Future[Any]] = OrderedDict()

    def once(self, key: str, work: Callable[[], Any]) -> Any:
        """Call `work` unless it was done under this key; return its result."""
        with self._lock:
            known = self._known.get(key)
            mine: Future[Any] = Future()
            if known is None:
                self._known[key] = mine
        if known is not None:
            return known.result()
        try:
            result = work()
        except BaseException as error:
            with self._lock:
                del self._known[key]
            mine.set_exception(error)
            raise
        mine.set_result(result)
        self._forget()
        return result

    def _forget(self) -> None:
        with self._lock:
            for key in list(self._known)[: max(0, len(self._known) - _REMEMBERED)]:
                if self._known[key].done():
                    del self._known[key]


ANSWERS: Final = Answers()
"""Of the whole kernel: a cell that is run again makes another widget, and its view sends what the first could not."""


class Dispatcher:
    """Calls methods for a view.

    Parameters
    ----------
    methods : mapping of str to callable
        What a view may ask for, with parameters by name.
    send : callable
        Sends a message to all views of the widget; from any thread.
    slow : collection of str
        Methods that take seconds; they wait for one another, and nobody else waits for them.
    keyed : collection of str
        Methods that want to know the key of the write, too.
    answers : Answers
        What was done already.
    """

    def __init__(
        self,
        methods: Mapping[str, Method],
        send: Callable[[dict[str, Any]], None],
        *,
        slow: Collection[str] = (),
        keyed: Collection[str] = (),
        answers: Answers = ANSWERS,
    ) -> None:
        self._methods = methods
        self._send = send
        self._slow = frozenset(slow)
        self._keyed = frozenset(keyed)
        self._answers = answers
        self._quick_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tram-widget")
        self._slow_threads = ThreadPoolExecutor(_SLOW_THREADS, thread_name_prefix="tram-widget-slow")

    def receive(self, message: object) -> None:
        """Handle a message of a view and send an answer later; a message that is not a request is dropped."""
        if not isinstance(message, dict):
            return
        client, number, name = message.get("client"), message.get("id"), message.get("method")
        if not (isinstance(client, str) and isinstance(number, int) and isinstance(name, str)):
            return
        threads = self._slow_threads if name in self._slow else self._quick_threads
        try:
            threads.submit(self._answer, client, number, name, message.get("params") or {})
        except RuntimeError:  # the widget was closed: its view hears that from the comm
            return

    def close(self) -> None:
        """Accept no more requests; running ones are finished."""
        self._quick_threads.shutdown(wait=False, cancel_futures=True)
        self._slow_threads.shutdown(wait=False, cancel_futures=True)

    def _answer(self, client: str, number: int, name: str, params: object) -> None:
        reply: dict[str, Any] = {"client": client, "id": number}
        try:
            reply["result"] = self._call(name, params)
        except errors.TramError as error:
            reply["error"] = failure_of(error)
        except Exception:  # whatever it is, the view must not wait for ever; the log says what it was
            _log.exception("The widget's request %r failed.", name)
            reply["error"] = {"kind": "server", "message": "Something went wrong in the kernel; its log says what."}
        self._send(reply)

    def _call(self, name: str, params: object) -> Any:
        method = self._methods.get(name)
        if method is None or not isinstance(params, dict):
            raise errors.Invalid(
                f"The kernel does not know the request {name[:50]!r}. Is the page older than the kernel?"
            )
        key = params.get("key")
        if key is None:
            return method(**params)
        given = params if name in self._keyed else {word: value for word, value in params.items() if word != "key"}
        return self._answers.once(f"{name} {key}", lambda: method(**given))


def failure_of(error: errors.TramError) -> dict[str, Any]:
    """Return an error as sent to a view."""
    kind = next((word for sort, word in _KINDS if isinstance(error, sort)), "server")
    failure: dict[str, Any] = {"kind": kind, "message": error.message}
    if isinstance(error, ChangedMeanwhile):
        failure["current"] = error.current
    return failure
