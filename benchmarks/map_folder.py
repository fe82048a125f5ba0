"""Mapping a folder with one process and with several: the same files, how much faster, and where the time goes.

python benchmarks/map_folder.py --reports 1000 --jobs 1 2
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import json
import os
import pstats
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLES: Final = ROOT / "notebooks" / "samples"
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_FEWEST, _MOST = 8, 24
_SHOWN: Final = 15
_PROFILED: Final = 100


def write_reports(folder: Path, count: int) -> None:
    """Write short reports, the same each time, of sentences of the samples in an order of their own."""
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt")))
    sentences = [sentence for sentence in _SENTENCE_END.split(" ".join(text.split())) if len(sentence) > 20]  # noqa: PLR2004
    draw = random.Random(5)
    folder.mkdir()
    for number in range(count):
        chosen = draw.choices(sentences, k=draw.randint(_FEWEST, _MOST))
        (folder / f"{number:05}.txt").write_text(f"Report {number}\n\n" + "\n\n".join(chosen), encoding="utf-8")


def digest_of(folder: Path) -> str:
    """Hash the names and contents of all reports in a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(arguments: list[str], data: Path | None) -> float:
    """Call the command line, and return the seconds that it took."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} | ({"TRAM_DATA_DIR": str(data)} if data else {})
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "tram_ext.cli", *arguments], env=environment, check=True, stdout=sys.stderr)
    return time.perf_counter() - started


def profile(folder: Path, model: str, data: Path) -> dict[str, Any]:
    """Map reports in this process, and say which functions take the time and what share of it."""
    from tram_ext.documents import Limits
    from tram_ext.services.container import Services
    from tram_ext.services.folders.folder_work import map_bytes
    from tram_ext.services.settings import Settings

    services = Services(Settings(data_dir=data))
    file = services.predictions.file_of(model)
    services.close()
    paths = sorted(folder.iterdir())[: _PROFILED + 1]
    map_bytes(paths[0].read_bytes(), paths[0].name, Limits(), file)  # loads the model and the libraries, once a process
    profiler = cProfile.Profile()
    profiler.enable()
    for path in paths[1:]:
        map_bytes(path.read_bytes(), path.name, Limits(), file)
    profiler.disable()
    stats = pstats.Stats(profiler)
    whole: float = stats.total_tt  # type: ignore[attr-defined]
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])  # type: ignore[attr-defined]
    return {
        "reports": len(paths) - 1,
        "seconds_each": round(whole / max(1, len(paths) - 1), 5),
        "own_time_share": {
            f"{Path(file_name).name}:{name}": round(row[2] / whole, 3) for (file_name, _, name), row in rows[:_SHOWN]
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=1000, help="how many (%(default)s)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="processes of each run (%(default)s)")
    parser.add_argument("--model", default="default", help="the model that proposes (%(default)s)")
    parser.add_argument("--data-dir", type=Path, help="a workbench that is prepared already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, data = Path(scratch) / "reports", chosen.data_dir or Path(scratch) / "data"
        write_reports(folder, chosen.reports)
        first = min(folder.iterdir())
        run(["map", "--model", chosen.model, str(first)], data)  # prepares, where that was not done
        runs = {}
        for jobs in chosen.jobs:
            out = Path(scratch) / f"out-{jobs}"
            command = ["map", "--model", chosen.model, "--jobs", str(jobs), str(folder), "--output", str(out)]
            seconds = run(command, data)
            runs[jobs] = {
                "seconds": round(seconds, 2),
                "reports_per_second": round(chosen.reports / seconds, 1),
                "output": digest_of(out),
                "again_seconds": round(run(command, data), 2),
            }
        same = len({one["output"] for one in runs.values()}) == 1
        base = runs[chosen.jobs[0]]["seconds"]
        found = {
            "reports": chosen.reports,
            "cores": os.cpu_count(),
            "runs": runs,
            "speed_up": {jobs: round(base / one["seconds"], 2) for jobs, one in runs.items()},
            "same_output": same,
            "profile": profile(folder, chosen.model, data),
            "ok": same,
        }
    print(json.dumps(found, indent=2))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
