"""Converts evaluations and model cards to pandas data frames, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def figures(evaluation: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each figure of an evaluation: mean, standard deviation and the value of each seed."""
    import pandas as pd

    seeds = [f"seed {seed}" for seed in evaluation["seeds"]]
    rows = {
        name: {"mean": found["mean"], "spread": found["spread"], **dict(zip(seeds, found["values"], strict=True))}
        for name, found in evaluation["figures"].items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", dtype=float).rename_axis("figure")


def techniques(measured: Mapping[str, Any]) -> pd.DataFrame:
    """Return precision, recall, F1 and support by technique, largest support first.

    Parameters
    ----------
    measured : mapping
        An evaluation, or a model card.
    """
    import pandas as pd

    columns = ["attack_id", "precision", "recall", "f1", "support"]
    table = pd.DataFrame(list(measured["techniques"]), columns=columns).set_index("attack_id")
    return table.sort_values(["support", "attack_id"], ascending=[False, True])


def confusions(measured: Mapping[str, Any]) -> pd.DataFrame:
    """Return the confusions of techniques with their counts, most frequent first."""
    import pandas as pd

    return pd.DataFrame(_detail(measured, "confusions") or [], columns=["truth", "predicted", "count"])


def reliability(measured: Mapping[str, Any]) -> pd.DataFrame:
    """Return count, mean confidence and accuracy of each bin of confidence."""
    import pandas as pd

    calibration = _detail(measured, "calibration") or {"bins": []}
    return pd.DataFrame(calibration["bins"], columns=["from", "to", "count", "confidence", "accuracy"])


def learning_curve(points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each share of the sentences: their number, mean and standard deviation of each F1."""
    import pandas as pd

    rows = [
        {"share": point["share"], "sentences": point["sentences"]}
        | {f"{name}_{kind}": point[name][kind] for name in _F1 for kind in ("mean", "spread")}
        for point in points
    ]
    columns = ["share", "sentences", *(f"{name}_{kind}" for name in _F1 for kind in ("mean", "spread"))]
    return pd.DataFrame(rows, columns=columns, dtype=float).astype({"sentences": int}).set_index("share")


_F1 = ("f1_weighted", "f1_micro", "f1_macro")


def _detail(measured: Mapping[str, Any], name: str) -> Any:
    """Return a part that evaluations have at the top level, and model cards in their details."""
    return measured[name] if name in measured else measured.get("details", {}).get(name)
