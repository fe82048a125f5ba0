"""``models``: model versions and their cards."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.attack.matrix import Matrix, read_matrix
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.cli.shapes import version_json
from tram_ext.domain.models import ModelCard, ModelVersion

if TYPE_CHECKING:
    from tram_ext.services.training.models import Comparison, ModelEntry

_SHOWN: Final = 20
"""Techniques in a card's table, unless all are asked for."""

_FIGURES: Final = {
    "f1_weighted": "F1 weighted",
    "f1_micro": "F1 micro",
    "f1_macro": "F1 macro",
    "ece": "Calibration error",
    "leakage_exact": "Test sentences in training",
    "leakage_near": "Test sentences nearly so",
    "seconds": "Seconds to train",
}


@click.group("models")
def models_group() -> None:
    """List models, show how good they are, compare them, go back to an older version."""


@models_group.command("list")
@common
def list_command(options: Options) -> None:
    """List the models that can be trained."""
    with options.reading() as workbench:
        entries = workbench.services.models.list(workbench.actor)
    if options.json:
        output.write_json(
            [
                {
                    "model": entry.name,
                    "is_default": entry.is_default,
                    "versions": entry.versions,
                    "active": version_json(entry.active) if entry.active else None,
                }
                for entry in entries
            ]
        )
        return
    output.table(
        ["Model", "Version", "F1 weighted", "F1 micro", "F1 macro", "Sentences", "Techniques", "Trained"],
        [_row(entry) for entry in entries],
        right=["Version", "F1 weighted", "F1 micro", "F1 macro", "Sentences", "Techniques"],
    )


@models_group.command("show")
@click.argument("name")
@click.option("--version", "number", type=int, metavar="N", help="Another version than the one that proposes.")
@click.option("--all", "everything", is_flag=True, help="All techniques in the table.")
@common
def show_command(options: Options, name: str, number: int | None, everything: bool) -> None:
    """Show the model card of NAME: figures, counts, techniques, warnings, what was left out."""
    with options.reading() as workbench:
        workbench.require_model(name)
        version = workbench.services.models.version(name, number, workbench.actor)
        if options.json:
            output.write_json({**version_json(version), "card": asdict(version.card)})
            return
        others = _versions(workbench, version.model)
        matrix = read_matrix(workbench.services)
    output.facts(_facts(version, others))
    output.line()
    _show_techniques(version.card, matrix, everything=everything)
    if left_out := version.card.details.get("left_out"):
        output.line()
        output.line(f"Left out, too few accepted sentences: {', '.join(sorted(left_out))}.")
    for warning in version.card.warnings:
        output.line(f"Note: {warning}")


@models_group.command("restore")
@click.argument("name")
@click.argument("number", metavar="N", type=int)
@common
def restore_command(options: Options, name: str, number: int) -> None:
    """Let version N of the model NAME propose again, in every process."""
    with options.workbench() as workbench:
        workbench.require_model(name)
        workbench.services.models.restore(name, number, workbench.actor)
        version = workbench.services.models.version(name, number, workbench.actor)
    if options.json:
        output.write_json(version_json(version))
    else:
        output.line(f"Version {version.number} of {version.model} proposes from now on.")


@models_group.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--all", "everything", is_flag=True, help="All techniques in the table.")
@common
def compare_command(options: Options, a: str, b: str, everything: bool) -> None:
    """Set two versions side by side: MODEL is its active version, MODEL:N another, as in 'compare linear:1 linear'."""
    with options.reading() as workbench:
        found = workbench.services.models.compare(a, b, workbench.actor)
        if options.json:
            from tram_ext.api.learning_responses import comparison_body

            output.write_json(comparison_body(found.a, found.b, found.differences))
            return
        matrix = read_matrix(workbench.services)
    _show_comparison(found, matrix, everything=everything)


def _show_comparison(found: Comparison, matrix: Matrix, *, everything: bool) -> None:
    names = [f"{version.model} {version.number}" for version in (found.a, found.b)]
    columns = [*names, "Change"]
    differences = found.differences
    figures = [(_FIGURES[name], *_changed(row)) for name, row in differences["figures"].items()]
    counts = [(name.replace("_", " ").capitalize(), *_counted(row)) for name, row in differences["counts"].items()]
    output.table(["", *columns], [*figures, *counts], right=columns)
    if not differences["same_data"]:
        output.line("They were trained on different sentences, and measured on different ones: compare with care.")
    moved = [row for row in differences["techniques"] if everything or row["change"]]
    shown = moved if everything else moved[:_SHOWN]
    if shown:
        output.line()
        rows = [(row["attack_id"], matrix.full_name(row["attack_id"]), *_changed(row)) for row in shown]
        output.table(["ID", "Technique, by F1", *columns], rows, right=columns)
    if len(shown) < len(moved):
        output.line(f"and {text.counted(len(moved) - len(shown), 'more technique')}; --all shows them.")
    for name, only in zip(names, (differences["only_a"], differences["only_b"]), strict=True):
        if only:
            output.line(f"Measured for {name} only: {', '.join(only)}.")


def _changed(row: dict[str, float | None]) -> tuple[str, str, str]:
    change = row["change"]
    return text.figure(row["a"]), text.figure(row["b"]), "-" if change is None else f"{change:+.3f}"


def _counted(row: dict[str, float | None]) -> tuple[str, str, str]:
    a, b = ("-" if value is None else f"{value:,.0f}" for value in (row["a"], row["b"]))
    return a, b, "-" if row["change"] is None else f"{row['change']:+,.0f}"


def _row(entry: ModelEntry) -> tuple[str, ...]:
    name = f"{entry.name} (default)" if entry.is_default else entry.name
    if entry.active is None:
        return (name, "", "", "", "", "", "", "never")
    card = entry.active.card
    figures = (text.figure(value) for value in (card.f1_weighted, card.f1_micro, card.f1_macro))
    counts = (f"{card.counts.get(key, 0):,}" for key in ("sentences", "techniques"))
    return (name, str(entry.active.number), *figures, *counts, f"{entry.active.created_on:%Y-%m-%d %H:%M}")


def _versions(workbench: Workbench, model: str) -> list[ModelVersion]:
    """Return all versions of a model, newest first; they are numbered from 1 and never deleted."""
    models, actor = workbench.services.models, workbench.actor
    count = next(entry.versions for entry in models.list(actor) if entry.name == model)
    return [models.version(model, number, actor) for number in range(count, 0, -1)]


def _facts(version: ModelVersion, others: list[ModelVersion]) -> list[tuple[str, str]]:
    card = version.card
    state = "proposes" if version.active else "an older one"
    return [
        ("Model", version.model),
        ("Version", f"{version.number}, {state}"),
        ("Trained", f"{version.created_on:%Y-%m-%d %H:%M:%S} UTC by {version.created_by or 'the workbench itself'}"),
        ("F1 weighted", text.figure(card.f1_weighted)),
        ("F1 micro", text.figure(card.f1_micro)),
        ("F1 macro", text.figure(card.f1_macro)),
        *((key.replace("_", " ").capitalize(), f"{number:,}") for key, number in card.counts.items()),
        ("Seconds", ", ".join(f"{key} {seconds:.1f}" for key, seconds in card.seconds.items())),
        ("Made with", ", ".join(f"{library} {number}" for library, number in card.libraries.items())),
        ("Data", f"sha256 {card.data_sha256}"),
        ("File", f"{version.file_name}, {text.size(version.size)}"),
        ("All versions", ", ".join(f"{other.number} ({other.created_on:%Y-%m-%d})" for other in others)),
    ]


def _show_techniques(card: ModelCard, matrix: Matrix, *, everything: bool) -> None:
    if not card.techniques:
        output.line("Nothing was held out to measure the techniques on.")
        return
    ordered = sorted(card.techniques, key=lambda score: (-score.support, score.attack_id))
    shown = ordered if everything else ordered[:_SHOWN]
    output.table(
        ["ID", "Technique", "Precision", "Recall", "F1", "Held-out sentences"],
        [
            (
                score.attack_id,
                matrix.full_name(score.attack_id),
                text.figure(score.precision),
                text.figure(score.recall),
                text.figure(score.f1),
                f"{score.support:,}",
            )
            for score in shown
        ],
        right=["Precision", "Recall", "F1", "Held-out sentences"],
    )
    if len(shown) < len(ordered):
        output.line(f"and {text.counted(len(ordered) - len(shown), 'more technique')}; --all shows them.")
