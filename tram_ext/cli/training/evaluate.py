"""``evaluate``: cross-validate a model over folds and seeds; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.attack.matrix import Matrix, read_matrix
from tram_ext.cli.options import Options, common
from tram_ext.domain.models import TrainingRequest
from tram_ext.services.training.evaluation import PROTOCOLS, EvaluationRequest, Evaluations

_SHOWN: Final = 20
"""Techniques in the table; --format json has all."""

_MOST_CONFUSIONS: Final = 10
_TITLES: Final = {
    "f1_weighted": "F1 weighted",
    "f1_micro": "F1 micro",
    "f1_macro": "F1 macro",
    "ece": "Calibration error",
    "ece_by_chance": "What chance alone makes of it",
    "sentence_f1_micro": "Sentences, F1 micro",
    "sentence_f1_macro": "Sentences, F1 macro",
    "none_proposed": "Sentences without a technique that get one",
    "document_f1": "Reports, mean F1",
    "document_f1_micro": "Reports, F1 micro",
}


@click.command("evaluate")
@click.argument("name")
@click.option(
    "--protocol",
    type=click.Choice(list(PROTOCOLS)),
    default="tram",
    show_default=True,
    help="tram: a fifth held out, stratified; kfold: stratified folds; document: folds of whole reports.",
)
@click.option("--folds", type=click.IntRange(min=2), default=5, show_default=True, help="Of kfold and document.")
@click.option(
    "--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="Repeat with so many random splits."
)
@click.option("--learning-curve", is_flag=True, help="Measure with growing parts of the sentences, too.")
@click.option("--report", "only", multiple=True, type=int, metavar="ID", help="Use this report only; repeatable.")
@click.option("--exclude", "without", multiple=True, type=int, metavar="ID", help="Leave this report out; repeatable.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Fits at once. [default: all cores]")
@common
def evaluate_command(
    options: Options,
    *,
    name: str,
    protocol: str,
    folds: int,
    seeds: int,
    learning_curve: bool,
    only: tuple[int, ...],
    without: tuple[int, ...],
    jobs: int | None,
) -> None:
    """Measure the model NAME on the accepted sentences of all reports that are marked for training.

    The model is fitted anew for each split, and no version is made or changed. The figures are the same however many
    --jobs there are, and on a Dask cluster (--TramExtension.executor, or TRAM_EXECUTOR).
    """
    request = EvaluationRequest(TrainingRequest(name, only, without), protocol, folds, seeds, learning_curve)
    with options.reading() as workbench:
        workbench.require_model(name)
        services = workbench.services
        with output.progress_bar() as tell:
            workbench.load_attack(tell)
            evaluations = Evaluations(services.trainings, services.settings)
            found = evaluations.run(request, workbench.actor, jobs=jobs, on_progress=tell)
        matrix = read_matrix(services)
    if options.json:
        output.write_json(found)
    else:
        _show(found, matrix)


def _show(found: Mapping[str, Any], matrix: Matrix) -> None:
    output.facts([(_title(name), _with_spread(figure)) for name, figure in found["figures"].items()] + _leakage(found))
    output.line()
    _show_techniques(found, matrix)
    if found["confusions"]:
        output.line()
        output.table(
            ["Technique", "Taken for", "Times"],
            [
                (_named(row["truth"], matrix), _named(row["predicted"], matrix), f"{row['count']:,}")
                for row in found["confusions"][:_MOST_CONFUSIONS]
            ],
            right=["Times"],
        )
    output.line()
    output.table(
        ["Confidence", "Predictions", "Mean confidence", "Right"],
        [
            (
                f"{row['from']:.2f} to {row['to']:.2f}",
                f"{row['count']:,}",
                text.figure(row["confidence"]),
                text.figure(row["accuracy"]),
            )
            for row in found["calibration"]["bins"]
        ],
        right=["Predictions", "Mean confidence", "Right"],
    )
    if "learning_curve" in found:
        _show_curve(found["learning_curve"])
    if found["left_out"]:
        output.line()
        output.line(f"Left out, too few accepted sentences: {', '.join(sorted(found['left_out']))}.")


def _show_techniques(found: Mapping[str, Any], matrix: Matrix) -> None:
    ordered = sorted(found["techniques"], key=lambda row: (-row["support"], row["attack_id"]))
    output.table(
        ["ID", "Technique", "Precision", "Recall", "F1", "Held-out sentences"],
        [
            (
                row["attack_id"],
                matrix.full_name(row["attack_id"]),
                *(text.figure(row[figure]) for figure in ("precision", "recall", "f1")),
                f"{row['support']:,}",
            )
            for row in ordered[:_SHOWN]
        ],
        right=["Precision", "Recall", "F1", "Held-out sentences"],
    )
    if len(ordered) > _SHOWN:
        output.line(f"and {text.counted(len(ordered) - _SHOWN, 'more technique')}; --format json has them.")


def _show_curve(points: list[dict[str, Any]]) -> None:
    figures = ("f1_weighted", "f1_micro", "f1_macro")
    output.line()
    output.table(
        ["Sentences learnt from", *(_title(figure) for figure in figures)],
        [(f"{point['sentences']:,}", *(_with_spread(point[figure]) for figure in figures)) for point in points],
        right=["Sentences learnt from", *(_title(figure) for figure in figures)],
    )


def _leakage(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    leaked = found["leakage"]
    exact, near, asked = (f"{leaked[name]:,}" for name in ("exact", "near", "test"))
    said = f"{exact} of {asked} held-out sentences stand in the training part, {near} more nearly"
    return [("Leakage", said)]


def _title(figure: str) -> str:
    return _TITLES.get(figure) or figure.replace("top_", "Among the first ")


def _with_spread(figure: Mapping[str, Any]) -> str:
    mean = text.figure(figure["mean"])
    return mean if figure["spread"] is None else f"{mean} ± {text.figure(figure['spread'])}"


def _named(attack_id: str, matrix: Matrix) -> str:
    return f"{attack_id} {matrix.full_name(attack_id)}"
