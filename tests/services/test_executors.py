"""Bulk work in processes and on a real Dask cluster: the same answers, errors and ends."""

from __future__ import annotations

import os
import time

import psutil
import pytest
from distributed import LocalCluster

from tests.services import child_work
from tram_ext.domain.errors import Conflict, Invalid, Unavailable, WorkFailed
from tram_ext.services.processes.dask_executor import DaskExecutor
from tram_ext.services.processes.executors import ProcessExecutor, executor_for, scheduler_address
from tram_ext.services.processes.model_file import ModelFile


@pytest.fixture(params=["processes", "dask"])
def place(request):
    """Name an executor of each kind."""
    return request.getfixturevalue("cluster") if request.param == "dask" else "processes"


@pytest.fixture
def executor(place):
    with executor_for(place, 2, seconds=30) as opened:
        yield opened


def test_runs_with_one_thread_in_processes_of_their_own(executor):
    assert executor.size == 2
    found = [executor.submit(os.getenv, "OMP_NUM_THREADS", default="") for _ in range(3)]
    assert [future.result() for future in found] == ["1"] * 3
    assert list(executor.map(abs, range(-4, 1))) == [4, 3, 2, 1, 0]
    assert executor.submit(os.getpid).result() != os.getpid()


def test_errors_come_back_as_they_were(executor):
    with pytest.raises(Conflict, match="too little") as caught:
        executor.submit(child_work.refuse, None).result()
    assert caught.value.code == "little"


def test_a_child_that_dies_takes_nobody_along(executor):
    with pytest.raises(WorkFailed, match="ended with exit status 3"):
        executor.submit(os._exit, 3).result()
    assert executor.submit(abs, -8).result() == 8


def test_what_takes_too_long_is_ended(place):
    with executor_for(place, 1, seconds=1) as executor, pytest.raises(WorkFailed, match="longer than 1 seconds"):
        executor.submit(time.sleep, 60).result()


def test_a_lent_model_file_is_found(executor, tmp_path):
    path = tmp_path / "nb-1.skops"
    path.write_bytes(b"weights")
    executor.lend(path)
    executor.lend(path)
    assert executor.submit(child_work.bytes_of, ModelFile("nb", path, "", None)).result() == b"weights"


def test_no_child_is_left(place):
    executor = executor_for(place, 1, seconds=60)
    process = psutil.Process(executor.submit(os.getpid).result())
    long = executor.submit(time.sleep, 60)
    executor.shutdown(cancel_futures=True)
    assert long.cancelled() or long.exception() is not None
    process.wait(10)


def test_a_process_executor_ends_what_it_does_when_told():
    executor = ProcessExecutor(1)
    executor.submit(abs, 1).result()
    running, waiting = executor.submit(time.sleep, 60), executor.submit(time.sleep, 60)
    while not running.running():
        time.sleep(0.01)
    started = time.monotonic()
    executor.shutdown(cancel_futures=True)
    assert time.monotonic() - started < 30
    assert running.exception() is not None
    assert waiting.cancelled()


def test_a_cluster_without_workers_and_one_that_is_not_there():
    with pytest.raises(Unavailable, match="does not answer"):
        DaskExecutor("tcp://127.0.0.1:1", patience=0.2)
    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="ERROR") as empty,
        pytest.raises(Unavailable, match="has no workers"),
    ):
        executor_for(empty.scheduler_address.replace("tcp", "dask"))


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("dask://127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("dask://localhost:8786", "tcp://localhost:8786"),
        ("dask://[::1]:8786", "tcp://[::1]:8786"),
        ("dask+tls://cluster.example:8786", "tls://cluster.example:8786"),
        ("dask+tcp://10.0.0.7:8786", "tcp://10.0.0.7:8786"),
    ],
)
def test_addresses(place, address):
    assert scheduler_address(place) == address


@pytest.mark.parametrize("place", ["dask://10.0.0.7:8786", "dask://localhost.example:8786", "dask://0.0.0.0:8786"])
def test_another_machine_needs_tls_or_the_word_of_the_administrator(place):
    with pytest.raises(Invalid, match=r"dask\+tls://"):
        scheduler_address(place)


@pytest.mark.parametrize(
    "place", ["dask", "dask://", "dask://host", "tcp://127.0.0.1:1", "dask://127.0.0.1:x", "threads", "dask://h:1/x"]
)
def test_what_names_no_executor(place):
    with pytest.raises(Invalid, match="names no executor"):
        executor_for(place)
