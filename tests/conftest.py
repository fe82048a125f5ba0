"""What all tests share."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.earlier import unpack
from tests.server import running

_ROOT = Path(__file__).resolve().parents[1]

# A shell that starts pytest in the background, or under nohup, lets it ignore these, and what ignores them hands that on
# to its children: the servers and commands that are stopped by them here.
for _name in ("SIGINT", "SIGHUP"):
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _name == "SIGINT" else signal.SIG_DFL)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real reports and labels, or skip where it is absent."""
    folder = Path(os.environ.get("TRAM_REAL_DATA") or _ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the real data are not here: {folder} does not exist (set TRAM_REAL_DATA)")
    return folder


@pytest.fixture
def folder_of_0_1_0(tmp_path: Path) -> Path:
    """Return a copy of the data folder that 0.1.0 left, for a test to change."""
    return unpack("0.1.0", tmp_path / "0.1.0")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return how a Dask cluster of one worker process with two threads is called, on loopback."""
    from distributed import LocalCluster  # a second that few tests need

    opened = LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("dask")),
        silence_logs="ERROR",
    )
    yield f"dask://{opened.scheduler_address.removeprefix('tcp://')}"
    with contextlib.suppress(TimeoutError):  # now and then it never learns that its worker has ended
        opened.close(timeout=20)


@pytest.fixture(autouse=True)
def _servers_of_one_test_end_with_it() -> Iterator[None]:
    """End the servers that a test starts for itself: idle or preparing, they would slow down all that follow."""
    shared = list(running)  # those of wider fixtures, which are set up first
    yield
    for server in [server for server in running if not any(server is other for other in shared)]:
        server.kill()


def pytest_sessionfinish() -> None:
    """End the servers that are left: a fixture that failed, or was cut off, did not."""
    for server in list(running):
        server.kill()
