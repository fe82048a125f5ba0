"""``attack``: the loaded version of ATT&CK."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tram_ext.cli import files, output, text
from tram_ext.cli.attack.attack_upgrade import upgrade_command
from tram_ext.cli.attack.matrix import read_matrix
from tram_ext.cli.options import Options, common
from tram_ext.cli.shapes import attack_json
from tram_ext.domain.attack import AttackKind, AttackObject, AttackStatus

if TYPE_CHECKING:
    from tram_ext.services.container import Services


@click.group("attack")
def attack_group() -> None:
    """Load ATT&CK, and look things up in it."""


attack_group.add_command(upgrade_command)


@attack_group.command("load")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def load_command(options: Options, paths: tuple[Path, ...]) -> None:
    """Load STIX 2.0 or 2.1 bundles of ATT&CK: Enterprise, Mobile, ICS, PRE-ATT&CK.

    Objects with the same id are brought up to date, those of other bundles stay. What is not understood is skipped and
    counted. Exit code 1 when a file was refused; the others are loaded nevertheless.
    """
    with options.workbench() as workbench:
        with output.progress_bar() as tell:
            # First, because it is loaded into an empty workbench only, and the default model learns from it.
            workbench.load_attack(tell)

        def work(path: Path) -> dict[str, Any]:
            loaded = workbench.services.attack.load_file(path, workbench.actor)
            release = loaded.release
            if not options.json:
                output.line(
                    f"{path}: {release.domain} {release.version}, {loaded.added:,} objects added, "
                    f"{loaded.changed:,} changed."
                )
            if loaded.skipped:
                kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(loaded.skipped.items()))
                output.note(f"Skipped, because not of use here: {kinds}.")
            return {
                "file": str(path),
                "domain": release.domain,
                "version": release.version,
                "added": loaded.added,
                "changed": loaded.changed,
                "skipped": loaded.skipped,
            }

        files.each(paths, work, as_json=options.json)


@attack_group.command("list")
@click.option("--all", "everything", is_flag=True, help="Revoked and deprecated techniques, too.")
@click.option("--search", metavar="TEXT", default="", help="Only techniques whose id or name has TEXT in it.")
@common
def list_command(options: Options, everything: bool, search: str) -> None:
    """List the techniques."""
    with options.reading(or_empty=True) as workbench:
        with output.progress_bar() as tell:
            workbench.load_attack(tell)
        found, _ = workbench.services.attack.techniques(everything=everything)
        matrix = read_matrix(workbench.services)
    wanted = search.casefold()
    shown = [
        item
        for item in found
        if wanted in item.attack_id.casefold() or wanted in matrix.full_name(item.attack_id).casefold()
    ]
    if options.json:
        output.write_json([attack_json(item) for item in shown])
        return
    rows: list[tuple[str, ...]] = [
        (item.attack_id, matrix.full_name(item.attack_id), ", ".join(matrix.tactics_of(item.attack_id)), _status(item))
        for item in shown
    ]
    columns = ["ID", "Technique", "Tactics", "Status"]
    if all(item.status is AttackStatus.ACTIVE for item in shown):
        columns, rows = columns[:3], [row[:3] for row in rows]
    if rows:
        output.table(columns, rows)
    output.note(f"{text.counted(len(shown), 'technique')}.")


@attack_group.command("show")
@click.argument("attack_id", metavar="ID")
@common
def show_command(options: Options, attack_id: str) -> None:
    """Show a technique, tactic, group or piece of software by its ATT&CK id; a revoked one with its successor."""
    with options.reading(or_empty=True) as workbench:
        with output.progress_bar() as tell:
            workbench.load_attack(tell)
        item = workbench.services.attack.find(attack_id)
        successor = _successor(workbench.services, item)
        matrix = read_matrix(workbench.services)
    if options.json:
        output.write_json({**attack_json(item), "successor": attack_json(successor) if successor else None})
        return
    is_technique = item.kind is AttackKind.TECHNIQUE
    name = matrix.full_name(item.attack_id) if is_technique else item.name
    facts = [("ID", item.attack_id), (item.kind.value.capitalize(), name)]
    if is_technique and item.tactics:
        facts.append(("Tactics", ", ".join(matrix.tactics_of(item.attack_id))))
    if item.aliases:
        facts.append(("Also called", ", ".join(item.aliases)))
    facts.append(("Domain", item.domain))
    facts.append(("Status", _status(item)))
    if successor:
        facts.append(("Use instead", f"{successor.attack_id} {matrix.full_name(successor.attack_id)}"))
    if children := matrix.children_of(item.attack_id):
        facts.append(("Sub-techniques", "\n".join(f"{child.attack_id} {child.name}" for child in children)))
    if item.description:
        facts.append(("Excerpt" if item.is_excerpt else "Description", f"{item.description}{' …' * item.is_excerpt}"))
    if item.url:
        facts.append(("In full" if item.is_excerpt else "Link", item.url))
    output.facts(facts)


def _status(item: AttackObject) -> str:
    if item.revoked_by:
        return f"revoked by {item.revoked_by}"
    return item.status.value


def _successor(services: Services, item: AttackObject) -> AttackObject | None:
    """Follow the successors to the last of them; ATT&CK revokes some more than once."""
    seen = {item.attack_id}
    last = item
    while last.revoked_by and last.revoked_by not in seen:
        seen.add(last.revoked_by)
        last = services.attack.find(last.revoked_by)
    return None if last is item else last
