"""Reads skops files that hold only plain values, arrays and sparse matrices, without importing scikit-learn.

skops imports all of scikit-learn, which takes longer than everything else a prediction does. What this reader does not
support it leaves to skops and its list of trusted types, and it never looks up a class by a name from a file.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

_PROTOCOL: Final = 2


class NotPlain(Exception):
    """The file holds other types, or is no skops file."""


def read(data: bytes) -> Any:
    """Return the content of the file.

    Raises
    ------
    NotPlain
        Where skops has to read the file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            schema = json.loads(archive.read("schema.json"))
            if schema.get("protocol") != _PROTOCOL:
                raise NotPlain(f"protocol {schema.get('protocol')}")
            return _value(schema, archive)
    except NotPlain:
        raise
    except Exception as error:  # skops meets the same error, and its caller reports it
        raise NotPlain(str(error)) from error


def _value(node: dict[str, Any], archive: zipfile.ZipFile) -> Any:
    kind = (node["__loader__"], node["__module__"], node["__class__"])
    if kind == ("DictNode", "builtins", "dict"):
        if any(key["__class__"] != "str" or key["__loader__"] != "TypeNode" for key in node["key_types"]["content"]):
            raise NotPlain("keys that are no strings")
        return {key: _value(child, archive) for key, child in node["content"].items()}
    if kind == ("ListNode", "builtins", "list"):
        return [_value(child, archive) for child in node["content"]]
    if kind == ("TupleNode", "builtins", "tuple"):
        return tuple(_value(child, archive) for child in node["content"])
    if kind == ("JsonNode", "builtins", "str") and node["is_json"] is True:
        return json.loads(node["content"])
    if kind == ("NdArrayNode", "numpy", "ndarray") and node["type"] == "numpy":
        return np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
    if kind[0] == "SparseMatrixNode" and node["type"] == "scipy":
        return sp.load_npz(io.BytesIO(archive.read(node["file"])))
    raise NotPlain(f"{kind[1]}.{kind[2]}")
