"""Writes and reads model files: skops with an explicit list of trusted types and a version stamp, without code."""

from __future__ import annotations

import io
import json
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tram_ext.domain.errors import Conflict, Invalid, NotFound
from tram_ext.ml.model import SentenceModel
from tram_ext.ml.plain import NotPlain, read
from tram_ext.ml.registry import model_class

FORMAT: Final = 1
"""Version of the file layout; the model's state has a format of its own, named by its class."""

TRUSTED: Final = (
    "scipy.sparse._csc.csc_matrix",
    "scipy.sparse._csr.csr_array",
    "scipy.sparse._csr.csr_matrix",
)
"""Types trusted in addition to skops' defaults (plain values, numpy arrays, scikit-learn's estimators)."""

_MEMBER_DATE: Final = (1980, 1, 1, 0, 0, 0)
_RETRAIN: Final = "Train the model again: jupyter tram train {name}"


def dump(model: SentenceModel, name: str) -> bytes:
    """Serialise `model`; the same model gives the same bytes.

    Parameters
    ----------
    name : str
        The model's name in the registry, which is written to the file.
    """
    import skops.io

    content = {"stamp": _stamp(name, type(model)), "state": model.state()}
    return _canonical(skops.io.dumps(content))


def load(data: bytes | Path, name: str) -> SentenceModel:
    """Load a model that `dump` wrote.

    Parameters
    ----------
    data : bytes or Path
        The content of the file, or its path.
    name : str
        The name of the model that is expected.

    Raises
    ------
    Invalid
        Where it is no model file, is damaged, or holds types that are not trusted.
    Conflict
        Where it holds another model, or was written by another version of this package or of scikit-learn.
    NotFound
        Where the file or a model of that name does not exist.
    """
    cls = model_class(name)
    where = f"The model file {data.name}" if isinstance(data, Path) else f"The file of the model {name!r}"
    content = _read(_bytes(data), where, _RETRAIN.format(name=name))
    _check_stamp(content["stamp"], name, _stamp(name, cls), where)
    try:
        return cls.from_state(content["state"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Invalid(f"{where} lacks a part of the model ({error!r}). {_RETRAIN.format(name=name)}") from error


def _stamp(name: str, cls: type[SentenceModel]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model": name,
        "state_format": getattr(cls, "state_format", 1),
        "scikit-learn": version("scikit-learn"),
    }


def _check_stamp(stamp: dict[str, Any], name: str, expected: dict[str, Any], where: str) -> None:
    retrain = _RETRAIN.format(name=name)
    if stamp.get("format") != FORMAT:
        raise Conflict(f"{where} has format {stamp.get('format')}, and this version reads format {FORMAT}. {retrain}")
    if stamp.get("model") != name:
        raise Conflict(f"{where} holds the model {stamp.get('model')!r}, not {name!r}.")
    if (found := stamp.get("state_format", 1)) != expected["state_format"]:
        raise Conflict(
            f"{where} was trained by another version of this workbench: it holds {name!r} in format {found}, and "
            f"this version reads format {expected['state_format']}. {retrain}"
        )
    if stamp.get("scikit-learn") != expected["scikit-learn"]:
        raise Conflict(
            f"{where} was trained with scikit-learn {stamp.get('scikit-learn')}, and {expected['scikit-learn']} is "
            f"installed, which may read it differently. {retrain}"
        )


def _bytes(data: bytes | Path) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"The model file {data.name} is not there. Train the model again.") from error
    except OSError as error:
        raise Invalid(f"The model file {data.name} cannot be read: {error.strerror}.") from error


def _read(data: bytes, where: str, retrain: str) -> dict[str, Any]:
    try:
        content = read(data)
    except NotPlain:
        content = _read_with_skops(data, where, retrain)
    if not (isinstance(content, dict) and isinstance(content.get("stamp"), dict) and "state" in content):
        raise Invalid(f"{where} is a skops file, and not one of a model of this workbench. {retrain}")
    return content


def _read_with_skops(data: bytes, where: str, retrain: str) -> Any:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.loads(data, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:
        foreign = sorted(set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED))
        raise Invalid(
            f"{where} is refused: it holds types that no model file needs ({', '.join(foreign)}). "
            f"It was not written by this workbench. {retrain}"
        ) from error
    except Exception as error:  # a damaged zip, schema or array raises any kind of error in skops
        raise Invalid(f"{where} is damaged or no model file ({type(error).__name__}: {error}). {retrain}") from error


def _canonical(data: bytes) -> bytes:
    """Make a skops file reproducible: objects are numbered by order, not by memory address, and dates are removed."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        schema = json.loads(source.read("schema.json"))
        numbers: dict[str, str] = {}
        renumbered = _renumber(schema, numbers)
        members = {
            numbers[Path(member).stem] + Path(member).suffix: source.read(member)
            for member in source.namelist()
            if member != "schema.json"
        }
    members["schema.json"] = json.dumps(renumbered, separators=(",", ":")).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in sorted(members):
            archive.writestr(_member(member), members[member])
    return target.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MEMBER_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _renumber(node: Any, numbers: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_renumber(item, numbers) for item in node]
    if not isinstance(node, dict):
        return node
    renumbered: dict[str, Any] = {}
    for key, value in node.items():
        if key == "__id__" and isinstance(value, int):
            renumbered[key] = int(numbers.setdefault(str(value), str(len(numbers) + 1)))
        elif key == "file" and isinstance(value, str):
            path = Path(value)
            renumbered[key] = numbers.setdefault(path.stem, str(len(numbers) + 1)) + path.suffix
        else:
            renumbered[key] = _renumber(value, numbers)
    return renumbered
