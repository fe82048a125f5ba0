"""A PDF of 1,500 pages through the server: seconds, progress, memory, and how fast it is cancelled."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from typing import Any, Final

import psutil
from server import BenchmarkServer

SECONDS: Final = 60.0
MEGABYTES: Final = 600.0
CANCEL_SECONDS: Final = 2.0
_LOOK: Final = 0.05
_LINES: Final = 42

_SUBJECTS: Final = (
    "The operators|A second implant|The loader|One affiliate|The backdoor|An early build|The dropper".split("|")
)
_VERBS: Final = "copied itself to|read credentials from|sent a beacon to|scheduled a task on|encrypted files on".split(
    "|"
)
_OBJECTS: Final = "the domain controller|a backup server|three file shares|the mail gateway|a jump host".split("|")
_TAILS: Final = (
    "before anybody noticed|over HTTPS with a forged header|with an encoded PowerShell command|in the third week|"
    "and removed its own traces|through a renamed copy of a signed tool|while the night shift changed"
).split("|")


def prose(choice: random.Random) -> str:
    """Return a sentence."""
    parts = (choice.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _TAILS))
    return " ".join(parts) + "."


def page(number: int, pages: int, choice: random.Random) -> bytes:
    """Return what is drawn on a page: a header, lines of prose as they wrap, a footer."""
    text = ""
    lines: list[str] = []
    while len(lines) < _LINES:
        while len(text) < 120:  # noqa: PLR2004 - more than a line, so that the next one can be cut off
            text += prose(choice) + " "
        cut = text.rfind(" ", 0, 92)
        lines.append(text[:cut])
        text = text[cut + 1 :]
    drawn = [(60, 765, 8, "A fictional annual report - for nobody"), (280, 25, 8, f"Page {number} of {pages}")]
    drawn += [(60, 730 - 16 * row, 10, line) for row, line in enumerate(lines)]
    return b"".join(b"BT /F %d Tf %d %d Td (%s) Tj ET\n" % (s, x, y, line.encode()) for x, y, s, line in drawn)


def big_pdf(pages: int) -> bytes:
    """Return a PDF of prose, the same at every call."""
    choice = random.Random(1500)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for number in range(1, pages + 1):
        drawn = page(number, pages, choice)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(kids))
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(file)


def megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def mapped(server: BenchmarkServer, data: bytes) -> dict[str, Any]:
    """Map the file, and return how that went."""
    process = psutil.Process(server.process)
    seen: list[float] = []
    peak = {"server": megabytes(process), "child": 0.0}
    idle = peak["server"]
    started = time.perf_counter()
    number = server.upload("big.pdf", data)
    while (job := server.job(number))["status"] in ("Queued", "Running"):
        seen.append(job["progress"])
        peak["server"] = max(peak["server"], megabytes(process))
        peak["child"] = max(peak["child"], *map(megabytes, process.children(recursive=True)))
        time.sleep(_LOOK)
    seconds = time.perf_counter() - started
    report = server.get(f"/api/reports/{job['report_id']}") if job["report_id"] else {}
    return {
        "status": job["status"],
        "message": job["message"],
        "seconds": round(seconds, 2),
        "sentences": report.get("total_sentences"),
        "progress_values": len(set(seen)),
        "progress_only_grows": seen == sorted(seen),
        "progress": [round(value, 2) for value in sorted(set(seen))[:: max(1, len(set(seen)) // 10)]],
        "server_idle_mb": round(idle),
        "peak_server_mb": round(peak["server"]),
        "peak_child_mb": round(peak["child"]),
    }


def cancelled(server: BenchmarkServer, data: bytes) -> float:
    """Upload again, cancel in the middle, and return the seconds until it is cancelled."""
    number = server.upload("cancelled.pdf", data)
    while not server.job(number)["progress"]:
        time.sleep(_LOOK)
    started = time.perf_counter()
    server.cancel(number)
    while (job := server.job(number))["status"] == "Running":
        time.sleep(0.01)
    if job["status"] != "Cancelled":
        raise RuntimeError(f"the job ended as {job['status']}")
    return time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--model", default="linear", help="the default model (%(default)s)")
    chosen = parser.parse_args()
    data = big_pdf(chosen.pages)
    with BenchmarkServer(f"--TramExtension.default_model={chosen.model}") as server:
        server.wait_until_ready()
        found = mapped(server, data)
        cancel_seconds = cancelled(server, data)
    ok = (
        found["status"] == "Done"
        and found["seconds"] < SECONDS
        and found["progress_values"] > 5  # noqa: PLR2004 - it moves
        and max(found["peak_server_mb"], found["peak_child_mb"]) < MEGABYTES
        and cancel_seconds < CANCEL_SECONDS
    )
    said = {"pages": chosen.pages, "megabytes": round(len(data) / 2**20, 1), "model": chosen.model, **found}
    print(json.dumps({**said, "cancel_seconds": round(cancel_seconds, 2), "ok": ok}, indent=2))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
