"""Time to show pages of a PDF beside its sentences: ``python benchmarks/pages.py [REPORT.pdf]``.

Prints, as JSON, how long the first page takes (a child process starts and imports pdfium), the next ones, one that was
asked for before, and the boxes of a page's sentences; over HTTP from a server on this machine, at 1,000 pixels.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.queue.client import Client
from tests.server import Server

SAMPLE = Path(__file__).resolve().parents[1] / "notebooks" / "samples" / "slate-otter.pdf"


def timed(server: Server, path: str, who: dict[str, str]) -> tuple[float, int]:
    begin = time.perf_counter()
    answer = server.get(path, **who)
    assert answer.status == HTTPStatus.OK, answer.data[:200]
    return 1000 * (time.perf_counter() - begin), len(answer.data)


def main() -> None:
    """Measure, and print."""
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "server", default_model="linear").start()
        try:
            who = {"Authorization": f"token {server.token}"}
            client = Client(server, who)
            number = client.until(client.queue(document.name, document.read_bytes()), "Done", seconds=300)["report_id"]
            base = f"/api/tram/reports/{number}"
            first, _ = timed(server, f"{base}/page?number=1", who)
            count = len(server.get(f"{base}/pages", **who).json["sizes"])
            pages = range(2, min(count, 20) + 1)
            others = [timed(server, f"{base}/page?number={page}", who) for page in pages]
            again, _ = timed(server, f"{base}/page?number=1", who)
            boxes = [timed(server, f"{base}/page-boxes?number={page}", who)[0] for page in range(1, min(count, 20) + 1)]
        finally:
            server.kill()
    report = {
        "document": document.name,
        "pages": count,
        "first_ms": round(first, 1),
        "next_ms": {"median": round(statistics.median(ms for ms, _ in others), 1), "worst": round(max(others)[0], 1)},
        "again_ms": round(again, 1),
        "boxes_ms": {"median": round(statistics.median(boxes), 1), "worst": round(max(boxes), 1)},
        "image_kb": round(statistics.mean(size for _, size in others) / 1024, 1),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
