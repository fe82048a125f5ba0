"""Limits on the process that reads: they end one document, and the next one is read as if nothing had been."""

from __future__ import annotations

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from tram_ext.documents import Limits
from tram_ext.documents.child import _stall_watch, limit_this_process, parse_limited
from tram_ext.domain.documents import ParsedDocument
from tram_ext.domain.errors import Invalid, TooLarge

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of processes are measured in /proc")

_MB = 2**20
_REPORT = b"<html><body><p>Slate Otter sends lures. It then drops a loader.</p></body></html>"


@pytest.fixture(scope="module")
def child():
    """Return an executor of one warm, spawned process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


def _read(data: bytes | Path, name: str, limits: Limits) -> ParsedDocument:
    return parse_limited(data, name, limits)


def _spin(limits: Limits) -> None:
    with limit_this_process(limits):
        while True:
            pass


def _soft_limits() -> tuple[int, int]:
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]


def test_a_document_comes_back_from_a_child(child, tmp_path):
    path = tmp_path / "report"
    path.write_bytes(_REPORT)

    document = child.submit(_read, path, "report.html", Limits()).result(60)

    assert document.sentence_texts() == ["Slate Otter sends lures.", "It then drops a loader."]


def test_too_much_memory_is_an_error_in_words_and_the_child_lives_on(child):
    before = child.submit(_soft_limits).result(60)
    hungry = Limits(memory_bytes=100 * _MB, characters=10**9)

    with pytest.raises(TooLarge, match=r"more than 100 MB of memory"):
        child.submit(_read, b"a word. " * 12_000_000, "big.txt", hungry).result(60)

    assert child.submit(_soft_limits).result(60) == before
    assert len(child.submit(_read, _REPORT, "report.html", Limits()).result(60).sentences) == 2


def test_too_much_time_is_an_error_in_words_and_the_clock_starts_anew(child):
    for _ in range(2):
        with pytest.raises(TooLarge, match=r"more than 0.5 seconds"):
            child.submit(_spin, Limits(seconds=0.5)).result(60)

    assert len(child.submit(_read, _REPORT, "report.html", Limits()).result(60).sentences) == 2


def test_the_errors_of_reading_pass_through(child):
    with pytest.raises(Invalid, match=r"The file is empty\."):
        child.submit(_read, b"", "report.html", Limits()).result(60)


def _hang(limits: Limits) -> None:
    with _stall_watch(limits):
        time.sleep(60)


@pytest.mark.timeout(50)
def test_a_library_that_never_returns_ends_its_process():
    stuck = Limits(seconds=0.2, ocr_seconds=0.2)
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor,
        pytest.raises(BrokenProcessPool),
    ):
        executor.submit(_hang, stuck).result(40)
