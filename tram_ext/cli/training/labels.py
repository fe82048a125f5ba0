"""``next`` and ``check-labels``: sentences to review next, and labels to check."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.errors import Cancelled
from tram_ext.domain.tasks import TaskKind

if TYPE_CHECKING:
    from tram_ext.domain.learning import LabelCheck, LabelDoubt
    from tram_ext.domain.models import TrainingRequest

_POLL: Final = 0.1
_LONGEST: Final = 300
_NONE: Final = "no technique"


@click.command("next")
@click.option("--report", "report_id", type=int, metavar="ID", help="Only sentences of this report.")
@click.option("--model", metavar="NAME", help="The model that is to learn. [default: the one that mapped the report]")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many sentences.")
@common
def next_command(options: Options, report_id: int | None, model: str | None, limit: int) -> None:
    """List the sentences whose review teaches a model most: where it wavers, and no two that say the same.

    Among the sentences that await review; nothing is changed.
    """
    from tram_ext.domain.review import SentenceFilter

    with options.reading() as workbench:
        if report_id is not None:
            workbench.services.reports.get(report_id, workbench.actor)
        wanted = SentenceFilter(report_id=report_id)
        found, total = workbench.services.usefulness.list(wanted, workbench.actor, limit=limit, model=model)
    if options.json:
        from tram_ext.api.learning_responses import useful_sentence_body

        output.write_json([{**useful_sentence_body(each), "text": each.sentence.text} for each in found])
        return
    if found:
        rows = [
            (
                str(each.sentence.id),
                str(each.sentence.report_id),
                f"{each.use:.2f}",
                text.shortened(text.one_line(each.sentence.text), _LONGEST),
                ", ".join(mapping.attack_id for mapping in each.sentence.mappings),
            )
            for each in found
        ]
        output.table(["ID", "Report", "Use", "Sentence", "Proposed"], rows, right=["ID", "Report", "Use"])
    output.note(f"{text.counted(total, 'sentence')} to review.")


@click.command("check-labels")
@click.option("--model", metavar="NAME", default="default", show_default=True, help="The model that checks.")
@click.option("--report", "only", multiple=True, type=int, metavar="ID", help="Check this report only; repeatable.")
@click.option("--exclude", "without", multiple=True, type=int, metavar="ID", help="Leave this report out; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Doubts that are shown.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Folds at once. [default: 1, or a configured cluster]")
@common
def check_command(
    options: Options, *, model: str, only: tuple[int, ...], without: tuple[int, ...], limit: int, jobs: int | None
) -> None:
    """Find accepted sentences whose technique may be wrong.

    A model is trained five times, each time without a fifth of the accepted sentences, and asked about these. Listed
    are the labels it doubts, the most doubtful first, with what it would say instead. Nothing is changed.
    """
    from tram_ext.domain.models import TrainingRequest

    with options.workbench() as workbench:
        workbench.require_model(model)
        with output.progress_bar() as tell:
            check = _check(workbench, TrainingRequest(model, only, without), jobs, tell)
        found = workbench.services.label_checks.get(check.task.id, workbench.actor, limit=limit)
    if options.json:
        from tram_ext.api.learning_responses import label_check_body

        output.write_json(label_check_body(found))
        return
    for doubt in found.doubts:
        _show(doubt)
    output.note(f"{text.counted(found.found, 'doubt')} about {text.counted(found.checked, 'accepted sentence')}.")


def _check(workbench: Workbench, request: TrainingRequest, jobs: int | None, tell: output.Progress) -> LabelCheck:
    """Run the check in a thread, so that Ctrl+C can request its cancellation."""
    from tram_ext.services.processes.executors import executor_for

    checks, actor = workbench.services.label_checks, workbench.actor
    place = workbench.services.settings.executor
    executor = executor_for(place, jobs, preload=["tram_ext.ml.preload"]) if jobs or place else None
    check_id = checks.begin(request, actor)
    with ThreadPoolExecutor(1, "tram-check") as thread:
        running = thread.submit(checks.run, check_id, request, actor, tell, executor)
        try:
            while not wait([running], timeout=_POLL).done:
                pass
        except KeyboardInterrupt:
            workbench.services.tasks.cancel(TaskKind.LABEL_CHECK, check_id, actor)
            if executor is not None:
                executor.shutdown(wait=False, cancel_futures=True)
        try:
            return running.result()
        except Cancelled as error:
            raise click.Abort from error
        finally:
            if executor is not None:
                executor.shutdown()


def _show(doubt: LabelDoubt) -> None:
    sentence = doubt.sentence
    label, instead = (
        f"{technique or _NONE} ({confidence:.1f} %)"
        for technique, confidence in (
            (doubt.technique, doubt.confidence),
            (doubt.instead, doubt.instead_confidence),
        )
    )
    output.heading(f"{label} → {instead}")
    output.line(f"  {text.shortened(text.one_line(sentence.text), _LONGEST)}")
    output.line(f"  sentence {sentence.id} of report {sentence.report_id}, {text.one_line(doubt.report_name)}")
    if doubt.twin is not None:
        labels = ", ".join(doubt.twin.techniques) or _NONE
        said = text.shortened(text.one_line(doubt.twin.text), _LONGEST)
        output.line(f"  but sentence {doubt.twin.sentence_id} has {labels}: {said}")
    output.line()
