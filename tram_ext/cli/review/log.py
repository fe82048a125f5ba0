"""``log``: who did what, when."""

from __future__ import annotations

from typing import Any, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, common
from tram_ext.domain.errors import Invalid
from tram_ext.domain.review import LogEntry, LogFilter, parse_moment

_SHOWN: Final = 100
"""Rows where no limit is given."""

_LONGEST: Final = 40
"""Characters of a value in a table."""

_NAMES: Final = ("attack_id", "name", "text", "version", "role")
"""What tells best what something is that came or went."""


@click.command("log")
@click.option("--report", "report_id", metavar="ID", type=int, help="Only what was done in this report.")
@click.option("--user", metavar="NAME", help="Only what this person did.")
@click.option("--since", metavar="TIME", help="Only what was done then or later.")
@click.option("--until", metavar="TIME", help="Only what was done before.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=_SHOWN, show_default=True, help="At most so many rows."
)
@common
def log_command(
    options: Options, *, report_id: int | None, user: str | None, since: str | None, until: str | None, limit: int
) -> None:
    """Show what was done, the newest first: one row for each thing that changed.

    TIME is a day (2026-05-03) or a moment (2026-05-03T12:55:40Z), in UTC unless it names another zone. What concerned
    a report that was deleted since is still there.
    """
    try:
        begin, end = (parse_moment(said) if said else None for said in (since, until))
    except Invalid as error:
        raise click.UsageError(error.message) from error
    wanted = LogFilter(report_id=report_id, user=user, since=begin, until=end)
    with options.reading() as workbench:
        found, total = workbench.services.log.list(wanted, workbench.actor, limit=limit)
    if options.json:
        from tram_ext.api.review_responses import log_body

        output.write_json([log_body(entry) for entry in found])
        return
    if found:
        output.table(
            ["When (UTC)", "Who", "Report", "Action", "What", "Change"],
            [_row(entry) for entry in found],
            right=["Report"],
        )
    more = f" of {total:,}; --limit shows more" if total > len(found) else ""
    output.note(f"{text.counted(len(found), 'row')}{more}.")


def _row(entry: LogEntry) -> tuple[str, ...]:
    what = entry.target_kind if entry.target_id is None else f"{entry.target_kind} {entry.target_id}"
    report = "" if entry.report_id is None else str(entry.report_id)
    return (f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.user_name, report, entry.action, what, _change(entry))


def _change(entry: LogEntry) -> str:
    before, after = (state if isinstance(state, dict) else {} for state in (entry.before, entry.after))
    if before and after:
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return "; ".join(f"{name}: {_value(before.get(name))} → {_value(after.get(name))}" for name in names)
    state = after or before
    return next((_value(state[name]) for name in _NAMES if name in state), "")


def _value(value: Any) -> str:
    return "-" if value is None else text.shortened(" ".join(str(value).split()), _LONGEST)
