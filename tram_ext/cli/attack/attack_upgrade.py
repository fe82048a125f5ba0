"""``attack upgrade``: load another version of ATT&CK and migrate the mappings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tram_ext.cli import files, output, text
from tram_ext.cli.options import Options, common
from tram_ext.domain.errors import TramError

if TYPE_CHECKING:
    from tram_ext.domain.attack_upgrades import Effect, Upgrade

_FATES: Final = ("revoked", "renamed", "retired")


@click.command("upgrade")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Show what it would do, and change nothing.")
@common
def upgrade_command(options: Options, *, path: Path, preview: bool) -> None:
    """Go over to the ATT&CK in a STIX bundle, and bring all mappings along.

    Mappings of a revoked technique name its successor then; of two on a sentence that become one, the surer stays.
    Techniques that the new version lacks are kept as retired. All of it is one step: 'jupyter tram undo' takes it back.
    """
    with options.reading() if preview else options.workbench() as workbench:
        upgrades = workbench.services.attack_upgrades
        work = upgrades.preview if preview else upgrades.upgrade
        try:
            files.check_readable(path)
            with output.progress_bar() as tell:
                workbench.load_attack(tell)
                tell(0.5, "reading the bundle")
                done = work(path, workbench.actor)
        except TramError as error:
            raise type(error)(files.named(path, error.message)) from error
    if options.json:
        output.write_json(_upgrade_json(done, preview=preview))
    else:
        _show(done, preview=preview)


def _show(done: Upgrade, *, preview: bool) -> None:
    before = done.before.version if done.before else "none"
    output.heading(f"{done.after.domain}: {before} → {done.after.version}")
    rows = [_row(effect) for fate in _FATES for effect in _of(done, fate)]
    if rows:
        columns = ["", "ID", "Technique", "Becomes", "Mappings", "Reports"]
        output.table(columns, rows, right=["Mappings", "Reports"])
    for fate in _FATES:
        found = _of(done, fate)
        mappings = text.counted(sum(effect.mappings for effect in found), "mapping")
        output.line(f"{text.counted(len(found), 'technique')} {fate}, with {mappings}.")
    output.line(f"{text.counted(done.added, 'object')} new, {done.changed:,} different.")
    if preview:
        output.note("Nothing was changed. Without --preview it is done.")
    else:
        output.note("Done. 'jupyter tram undo' takes it back.")


def _row(effect: Effect) -> tuple[str, ...]:
    becomes = {
        "revoked": f"{effect.new_id} {effect.new_name}",
        "renamed": effect.new_name,
        "retired": "kept, never trained on",
    }[effect.fate.value]
    counts = f"{effect.mappings:,}", f"{effect.reports:,}"
    return (effect.fate.value, effect.attack_id, effect.name, becomes, *counts)


def _upgrade_json(done: Upgrade, *, preview: bool) -> dict[str, Any]:
    return {
        "preview": preview,
        "before": asdict(done.before) if done.before else None,
        "after": asdict(done.after),
        **{fate: [_effect_json(effect) for effect in _of(done, fate)] for fate in _FATES},
        "added": done.added,
        "changed": done.changed,
    }


def _effect_json(effect: Effect) -> dict[str, Any]:
    return {name: value for name, value in asdict(effect).items() if name != "fate"}


def _of(done: Upgrade, fate: str) -> list[Effect]:
    return [effect for effect in done.effects if effect.fate.value == fate]
