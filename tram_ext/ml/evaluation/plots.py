"""Plots evaluations and model cards in notebooks; needs matplotlib (the extra ``plots``).

Every function draws into the given axes, or into new ones, and returns them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tram_ext.domain.errors import Unavailable
from tram_ext.ml.evaluation import tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def reliability(measured: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Plot accuracy by confidence; a calibrated model is on the diagonal."""
    ax = ax or _axes()
    table = tables.reliability(measured)
    ax.plot([0, 1], [0, 1], linestyle="--", color="grey", label="calibrated")
    ax.bar(table["from"], table["accuracy"], width=table["to"] - table["from"], align="edge", alpha=0.4)
    ax.plot(table["confidence"], table["accuracy"], marker="o", label="model")
    ax.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), title="Reliability")
    ax.legend()
    return ax


def techniques(measured: Mapping[str, Any], most: int = 20, ax: Axes | None = None) -> Axes:
    """Plot F1 and support of the techniques with the most held-out sentences."""
    ax = ax or _axes()
    table = tables.techniques(measured).head(most)[::-1]
    bars = ax.barh(list(table.index), table["f1"])
    ax.bar_label(bars, labels=[f" {support:,}" for support in table["support"]])
    ax.set(xlabel="F1 (with the number of held-out sentences)", xlim=(0, 1.1), title="Techniques")
    return ax


def confusions(measured: Mapping[str, Any], most: int = 15, ax: Axes | None = None) -> Axes:
    """Plot the most frequent confusions of techniques."""
    ax = ax or _axes()
    table = tables.confusions(measured).head(most)[::-1]
    ax.barh([f"{row.truth} as {row.predicted}" for row in table.itertuples()], table["count"])
    ax.set(xlabel="sentences", title="Confusions")
    return ax


def learning_curve(points: Sequence[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Plot F1 by the number of training sentences, with its standard deviation over the seeds."""
    ax = ax or _axes()
    table = tables.learning_curve(points)
    for name in ("f1_weighted", "f1_micro", "f1_macro"):
        spread = table[f"{name}_spread"].fillna(0)
        label = name.replace("f1_", "F1 ")
        ax.errorbar(table["sentences"], table[f"{name}_mean"], yerr=spread, marker="o", capsize=3, label=label)
    ax.set(xlabel="sentences learnt from", ylabel="F1", ylim=(0, 1), title="Learning curve")
    ax.legend()
    return ax


def _axes() -> Axes:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise Unavailable("Plots need matplotlib: pip install 'tram-ext[plots]'.") from error
    return plt.figure(layout="constrained").add_subplot()
