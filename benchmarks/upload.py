"""From upload to Done over HTTP, warm: median seconds of each FILE, beside TRAM's measured on the same reports.

python benchmarks/upload.py REPORT.pdf REPORT.docx REPORT.html
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Final

from server import BenchmarkServer

TRAM_SECONDS: Final = {".pdf": 6.7, ".docx": 5.0, ".html": 4.8}
"""From upload to report of CISA's advisory AA20-302A in a running TRAM 2, as this project's plan records it."""

FLOOR: Final = 8.0
_LOOK: Final = 0.005


def seconds_of(server: BenchmarkServer, name: str, data: bytes) -> float:
    """Upload, wait until it is done, and return how long that took."""
    started = time.perf_counter()
    number = server.upload(name, data)
    while (job := server.job(number))["status"] in ("Queued", "Running"):
        time.sleep(_LOOK)
    taken = time.perf_counter() - started
    if job["status"] != "Done":
        raise RuntimeError(f"{name} ended as {job['status']}: {job['message']}")
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=9, help="how often each file is uploaded (%(default)s)")
    parser.add_argument("--model", default="linear", help="the default model (%(default)s)")
    chosen = parser.parse_args()
    found = {}
    with BenchmarkServer(f"--TramExtension.default_model={chosen.model}") as server:
        server.wait_until_ready()
        for path in chosen.files:
            data = path.read_bytes()
            seconds_of(server, f"warm {path.name}", data)
            runs = [seconds_of(server, f"{run} {path.name}", data) for run in range(chosen.runs)]
            median, tram = statistics.median(runs), TRAM_SECONDS.get(path.suffix.lower())
            found[path.name] = {
                "seconds": round(median, 3),
                "worst": round(max(runs), 3),
                "tram_seconds": tram,
                "times_faster": None if tram is None else round(tram / median, 1),
            }
    ratios = [one["times_faster"] for one in found.values() if one["times_faster"] is not None]
    ok = all(ratio >= FLOOR for ratio in ratios)
    print(json.dumps({"model": chosen.model, "runs": chosen.runs, "files": found, "floor": FLOOR, "ok": ok}, indent=2))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
