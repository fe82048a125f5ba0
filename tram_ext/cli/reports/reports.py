"""``reports``: list, show and delete reports, and choose those used for training."""

from __future__ import annotations

import click

from tram_ext.cli import output, text
from tram_ext.cli.confirmation import confirm
from tram_ext.cli.documents.upload import add_command
from tram_ext.cli.options import Options, common
from tram_ext.cli.shapes import report_json
from tram_ext.cli.undertakings import in_progress


@click.group("reports")
def reports_group() -> None:
    """Add, list, show and delete reports, and say which are trained on."""


reports_group.add_command(add_command)


@reports_group.command("list")
@common
def list_command(options: Options) -> None:
    """List all reports, and the work in progress."""
    with options.reading() as workbench:
        found, _ = workbench.services.reports.list(workbench.actor)
        under_way = workbench.services.status.work_in_progress(workbench.actor)
    if options.json:
        output.write_json([report_json(report) for report in found])
        return
    if found:
        output.table(
            ["ID", "Name", "Sentences", "Accepted", "To review", "Trained on", "Made"],
            [
                (
                    str(report.id),
                    report.name,
                    f"{report.total_sentences:,}",
                    f"{report.accepted_sentences:,}",
                    f"{report.reviewing_sentences:,}",
                    "yes" if report.use_for_training else "no",
                    "built in" if report.builtin else f"{report.created_on:%Y-%m-%d}",
                )
                for report in found
            ],
            right=["ID", "Sentences", "Accepted", "To review"],
        )
    own = sum(report.builtin is None for report in found)
    examples = "" if own == len(found) else ", beside the built-in examples"
    output.note(f"{text.counted(own, 'report')}{examples}.")
    for line in in_progress(under_way):
        output.note(f"In progress: {line}.")


@reports_group.command("show")
@click.argument("report_id", metavar="ID", type=int)
@common
def show_command(options: Options, report_id: int) -> None:
    """Show a report."""
    with options.reading() as workbench:
        report = workbench.report(report_id)
    if options.json:
        output.write_json(report_json(report))
        return
    rejected = report.total_sentences - report.accepted_sentences - report.reviewing_sentences
    output.facts(
        [
            ("Report", str(report.id)),
            ("UUID", report.uuid),
            ("Name", report.name),
            ("By", "the workbench itself" if report.builtin else report.byline),
            ("Model", report.ml_model),
            ("Status", report.status),
            ("Sentences", f"{report.total_sentences:,}"),
            ("  accepted", f"{report.accepted_sentences:,}"),
            ("  to review", f"{report.reviewing_sentences:,}"),
            ("  rejected", f"{rejected:,}"),
            ("Trained on", "yes" if report.use_for_training else "no"),
        ]
    )


@reports_group.command("delete")
@click.argument("report_id", metavar="ID", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common
def delete_command(options: Options, report_id: int, yes: bool) -> None:
    """Delete a report with its sentences and mappings, for good; a built-in one does not come back."""
    with options.workbench() as workbench:
        report = workbench.report(report_id)
        if not yes:
            sentences = text.counted(report.total_sentences, "sentence")
            confirm(f"Delete report {report.id}, {report.name!r}, with {sentences}?")
        workbench.services.reports.delete(report_id, workbench.actor)
    if options.json:
        output.write_json({"deleted": report_id})
    else:
        output.line(f"Deleted report {report.id}, {report.name!r}. Models that learned from it stay as they are.")


@reports_group.command("use")
@click.argument("report_id", metavar="ID", type=int)
@click.option("--training/--no-training", default=True, show_default=True, help="Whether models learn from it.")
@common
def use_command(options: Options, report_id: int, training: bool) -> None:
    """Say whether a report's accepted sentences are trained on."""
    with options.workbench() as workbench:
        workbench.report(report_id)
        workbench.services.reports.set_use_for_training(report_id, workbench.actor, use=training)
        report = workbench.report(report_id)
    if options.json:
        output.write_json(report_json(report))
    else:
        what = "is trained on" if training else "is left out"
        output.line(f"Report {report.id}, {report.name!r}, {what} from the next training on.")
