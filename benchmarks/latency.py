"""How quick the server answers while a model trains: p50 and p99 of Jupyter's own status and of TRAM's.

    python benchmarks/latency.py EXPORT.json

Starts a server of its own on a free port of the loopback address, imports the export, measures both routes at rest,
then again while ``nn_cls`` and ``logreg`` train in turn, for at most 60 seconds and 8,000 requests. Prints one JSON
object, in milliseconds.
"""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from server import BenchmarkServer

ROUTES = ("/api/status", "/api/tram/status")
_MOST_REQUESTS = 8_000
_MOST_SECONDS = 60.0
_PAUSE = 0.01
_AT_REST = 300


def measure(server: BenchmarkServer, go_on: Callable[[], bool]) -> dict[str, list[float]]:
    """Ask the routes in turn, each over its own open connection, as long as `go_on` says so."""
    found: dict[str, list[float]] = {route: [] for route in ROUTES}
    connections = {route: server.connection() for route in ROUTES}
    deadline = time.monotonic() + _MOST_SECONDS
    while go_on() and time.monotonic() < deadline and sum(map(len, found.values())) < _MOST_REQUESTS:
        for route, connection in connections.items():
            found[route].append(server.seconds_of(connection, route))
        time.sleep(_PAUSE)
    for connection in connections.values():
        connection.close()
    return found


def summary(seconds: list[float]) -> dict[str, float]:
    """Return count, percentiles by nearest rank, and the worst, in milliseconds."""
    ordered = sorted(seconds)

    def percentile(share: float) -> float:
        return round(1000 * ordered[math.ceil(share * len(ordered)) - 1], 2)

    return {"requests": len(ordered), "p50": percentile(0.5), "p99": percentile(0.99), "worst": percentile(1.0)}


def main(path: str) -> None:
    with BenchmarkServer() as server:
        server.wait_until_ready()
        server.post("/api/report-mappings/", Path(path).read_bytes())
        counted = iter(range(_AT_REST))
        at_rest = measure(server, lambda: next(counted, None) is not None)
        ended = threading.Event()
        trained: list[str] = []

        def train() -> None:
            try:
                for model in ("nn_cls", "logreg"):
                    server.post(f"/api/train-model/{model}")
                    trained.append(model)
            finally:
                ended.set()

        training = threading.Thread(target=train)
        training.start()
        during = measure(server, lambda: not ended.is_set())
        training.join()
    result = {
        "file": Path(path).name,
        "trained": trained,
        "milliseconds": {
            route: {"at_rest": summary(at_rest[route]), "while_training": summary(during[route])} for route in ROUTES
        },
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - one argument
        sys.exit(__doc__)
    main(sys.argv[1])
