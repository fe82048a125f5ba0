"""How long lists of sentences take, in how many SQL statements, in how much memory.

    python benchmarks/sentences.py

Fills a store in a temporary folder with a report of 11,130 sentences and, beside it, 1,000,000 sentences in reports of
that size. First the whole report over HTTP, from a server of its own, as a client waits for it; then pages of 50 out of
everything, from the first to the last, and pages of one report, through the services. Prints one JSON object: seconds
(the best and the worst of several), statements, and the peak of memory that Python took meanwhile, in megabytes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server import BenchmarkServer
from sqlalchemy import event, insert

from tram_ext.api.review_responses import sentence_body
from tram_ext.domain.attack import AttackKind, AttackObject
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.users import Role, User
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings
from tram_ext.store import tables
from tram_ext.store.types import utc_now

LARGE = 11_130
EVERYTHING = 1_000_000
PAGE = 50
WORDS = "the loader decoded a second stage and wrote it beside the service that started it every hour".split()


def fill(services: Services, number: int) -> int:
    """Add reports of `LARGE` sentences until there are `number` more, every other sentence mapped; name the first."""
    with services.store.write() as work:
        work.attack.put([AttackObject("T1059", AttackKind.TECHNIQUE, "Command and Scripting Interpreter", "benchmark")])
        technique = work.attack.find("T1059")
        assert technique is not None
    first = 0
    with services.store.engine.begin() as connection:
        for begin in range(0, number, LARGE):
            size = min(LARGE, number - begin)
            now = utc_now()
            row = {"name": "Report", "text": "text", "ml_model": "none", "created_on": now, "updated_on": now}
            row["sentence_count"] = size
            report = connection.execute(insert(tables.reports).values(row)).inserted_primary_key
            assert report is not None
            first = first or report[0]
            texts = [" ".join(WORDS[(n + k) % len(WORDS)] for k in range(16)) + f" {n}." for n in range(size)]
            rows = [{"report_id": report[0], "text": text, "order": order} for order, text in enumerate(texts)]
            connection.execute(insert(tables.sentences), rows)
            connection.exec_driver_sql(
                "INSERT INTO mappings (report_id, sentence_id, attack_object_id, confidence, source, note, version) "
                "SELECT report_id, id, ?, 36.7, 'model', '', 1 FROM sentences WHERE report_id = ? AND id % 2 = 0",
                (technique.id, report[0]),
            )
    return int(first)


@contextmanager
def counted(services: Services) -> Iterator[list[str]]:
    """Note the statements that go to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(services.store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(services.store.engine, "before_cursor_execute", note)


def measured(services: Services, work: Callable[[], object], times: int = 5) -> dict[str, float]:
    """Return seconds, statements and memory of `work`."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    with counted(services) as seen:
        tracemalloc.start()
        work()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return {
        "seconds_best": round(min(seconds), 4),
        "seconds_worst": round(max(seconds), 4),
        "statements": len(seen),
        "peak_megabytes": round(peak / 2**20, 1),
    }


def over_http(folder: Path, report: int) -> dict[str, float]:
    """Ask a server over the data in `folder` for a whole report."""
    with BenchmarkServer("--TramExtension.default_model=nb", data_dir=folder) as server:
        server.wait_until_ready()
        connection = server.connection()
        path = f"/api/sentences/?report-id={report}"
        seconds = [server.seconds_of(connection, path) for _ in range(8)]
        connection.close()
    return {
        "seconds_first": round(seconds[0], 4),
        "seconds_best": round(min(seconds[1:]), 4),
        "seconds_worst": round(max(seconds[1:]), 4),
    }


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tram-benchmark-") as name:
        settings = Settings(data_dir=Path(name), db_url="")
        services = Services(settings)
        report = fill(services, LARGE)
        services.close()
        results: dict[str, Any] = {"whole_report_over_http": over_http(settings.data_dir, report)}

        services = Services(settings)
        fill(services, EVERYTHING - LARGE)
        me = User(1, "benchmark", Role.ADMIN, active=True, token_stamp="", created_on=utc_now())
        whole, everything = SentenceFilter(report_id=report), SentenceFilter()

        def page(wanted: SentenceFilter, offset: int) -> Callable[[], object]:
            return lambda: services.sentences.list(wanted, me, limit=PAGE, offset=offset)

        def as_json() -> str:
            found, _ = services.sentences.list(whole, me)
            return json.dumps([sentence_body(sentence) for sentence in found])

        total = services.sentences.list(everything, me, limit=1)[1]
        results["sentences_of_the_report"] = LARGE
        results["whole_report_as_json"] = measured(services, as_json)
        results["sentences_in_the_store"] = total
        offsets = {"first": 0, "at_a_quarter": total // 4, "in_the_middle": total // 2, "last": total - PAGE}
        results["pages_of_everything"] = {k: measured(services, page(everything, v), 9) for k, v in offsets.items()}
        results["last_page_of_the_report"] = measured(services, page(whole, LARGE - PAGE), 9)
        undecided = SentenceFilter(report_id=report, undecided=True, technique="T1059", least=30.0)
        results["filtered_page_of_the_report"] = measured(services, page(undecided, LARGE // 4), 9)
        services.close()
    sys.stdout.write(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
