"""``train``: train a new version of a model on accepted sentences."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.errors import Cancelled
from tram_ext.domain.models import ModelVersion
from tram_ext.domain.tasks import Task, TaskKind

if TYPE_CHECKING:
    from tram_ext.domain.models import TrainingRequest

_POLL: Final = 0.1


@click.command("train")
@click.argument("name")
@click.option("--report", "only", multiple=True, type=int, metavar="ID", help="Train on this report only; repeatable.")
@click.option("--exclude", "without", multiple=True, type=int, metavar="ID", help="Leave this report out; repeatable.")
@common
def train_command(options: Options, name: str, only: tuple[int, ...], without: tuple[int, ...]) -> None:
    """Train the model NAME on the accepted sentences of all reports that are marked for training.

    'default' is the model that proposes by default; 'jupyter tram models list' shows all. The new version proposes from
    then on, in every process; 'jupyter tram models restore' goes back. Ctrl+C cancels, and nothing changes.
    """
    from tram_ext.domain.models import TrainingRequest

    with options.workbench() as workbench:
        workbench.require_model(name)
        with output.progress_bar() as tell:
            workbench.load_attack(tell)
            version, training = _train(workbench, TrainingRequest(name, only, without), tell)
        if options.json:
            output.write_json(_as_json(version, training))
        else:
            _show(version, training)


def _train(workbench: Workbench, request: TrainingRequest, tell: output.Progress) -> tuple[ModelVersion, Task]:
    """Train in a thread, so that Ctrl+C can request its cancellation."""
    trainings, actor = workbench.services.trainings, workbench.actor
    training_id = trainings.begin(request, actor)
    with ThreadPoolExecutor(1, "tram-train") as thread:
        running = thread.submit(trainings.run, training_id, request, actor, tell)
        try:
            while not wait([running], timeout=_POLL).done:
                pass
        except KeyboardInterrupt:
            workbench.services.tasks.cancel(TaskKind.TRAINING, training_id, actor)
        try:
            version = running.result()
        except Cancelled as error:
            raise click.Abort from error
    training, _ = trainings.get(training_id, actor)
    return version, training


def _as_json(version: ModelVersion, training: Task) -> dict[str, object]:
    return {
        "training": training.id,
        "model": version.model,
        "version": version.number,
        "elapsed_sec": training.elapsed_sec,
        "f1_weighted": version.card.f1_weighted,
        "f1_micro": version.card.f1_micro,
        "f1_macro": version.card.f1_macro,
        "counts": version.card.counts,
        "warnings": list(version.card.warnings),
    }


def _show(version: ModelVersion, training: Task) -> None:
    card = version.card
    output.line(
        f"{version.model} version {version.number}: trained on {text.counted(card.counts['sentences'], 'sentence')} "
        f"and {text.counted(card.counts['techniques'], 'technique')} in {training.elapsed_sec or 0.0:.1f} s."
    )
    output.facts(
        [
            ("F1 weighted", text.figure(card.f1_weighted)),
            ("F1 micro", text.figure(card.f1_micro)),
            ("F1 macro", text.figure(card.f1_macro)),
        ]
    )
    for warning in card.warnings:
        output.warn(warning)
