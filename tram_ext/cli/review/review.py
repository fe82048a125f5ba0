"""``review``: list and decide the unreviewed sentences of a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from tram_ext.cli import output, text
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.attack import is_technique_id
from tram_ext.domain.edits import Step
from tram_ext.domain.errors import NotFound
from tram_ext.domain.review import SentenceFilter

if TYPE_CHECKING:
    from tram_ext.domain.reports import Mapping, Sentence

_LONGEST: Final = 300
_PLACE: Final = re.compile(r"(\d{1,18}):(\S+)")
_PART: Final = re.compile(r"(\d{1,18}):(\d{1,18}):(\S+)")


def _places(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Parse ``SENTENCE:TECHNIQUE``."""
    found = []
    for value in given:
        parts = _PLACE.fullmatch(value.strip())
        if parts is None or not is_technique_id(parts[2].upper()):
            raise click.BadParameter(f"{value!r} is not of the form 12:T1059.003.")
        found.append((int(parts[1]), parts[2].upper()))
    return tuple(found)


def _parts(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[tuple[int, int, str], ...]:
    """Parse ``START:END:TECHNIQUE``."""
    found = []
    for value in given:
        parts = _PART.fullmatch(value.strip())
        if parts is None or not is_technique_id(parts[3].upper()):
            raise click.BadParameter(f"{value!r} is not of the form 1200:1260:T1059.003.")
        found.append((int(parts[1]), int(parts[2]), parts[3].upper()))
    return tuple(found)


def _techniques(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    """Check technique ids."""
    found = tuple(value.strip().upper() for value in given)
    for value in found:
        if not is_technique_id(value):
            raise click.BadParameter(f"{value!r} is not a technique id such as T1059.003.")
    return found


@dataclass(frozen=True)
class _Wish:
    """The requested decisions, in their order."""

    extract: Sequence[tuple[int, int, str]]
    add: Sequence[tuple[int, str]]
    remove: Sequence[tuple[int, str]]
    judge: Sequence[tuple[Disposition, Sequence[tuple[int, str]]]]
    throughout: Sequence[tuple[Disposition, Sequence[str]]]
    decide: Sequence[tuple[Disposition | None, Sequence[int]]]
    above: float | None
    unmapped: bool
    dismiss: Sequence[int]

    @property
    def is_empty(self) -> bool:
        return (
            not (self.extract or self.add or self.remove or self.unmapped or self.dismiss)
            and self.above is None
            and not any(chosen for _, chosen in (*self.decide, *self.judge, *self.throughout))
        )


@click.command("review")
@click.argument("report_id", metavar="REPORT", type=int)
@click.option("--accept", metavar="SENTENCE", multiple=True, type=int, help="Accept this sentence; repeatable.")
@click.option("--reject", metavar="SENTENCE", multiple=True, type=int, help="Reject this sentence; repeatable.")
@click.option("--clear", metavar="SENTENCE", multiple=True, type=int, help="Let it await review again; repeatable.")
@click.option(
    "--extract",
    metavar="START:END:TECHNIQUE",
    multiple=True,
    callback=_parts,
    help="Make a sentence of a part of the text, in characters; repeatable.",
)
@click.option(
    "--add", metavar="SENTENCE:TECHNIQUE", multiple=True, callback=_places, help="Put a technique on it; repeatable."
)
@click.option(
    "--remove", metavar="SENTENCE:TECHNIQUE", multiple=True, callback=_places, help="Take a technique off; repeatable."
)
@click.option(
    "--accept-technique",
    metavar="SENTENCE:TECHNIQUE",
    multiple=True,
    callback=_places,
    help="Accept one technique of it; repeatable.",
)
@click.option(
    "--reject-technique",
    metavar="SENTENCE:TECHNIQUE",
    multiple=True,
    callback=_places,
    help="Reject one technique of it; repeatable.",
)
@click.option(
    "--accept-throughout",
    metavar="TECHNIQUE",
    multiple=True,
    callback=_techniques,
    help="Accept a technique wherever it awaits a decision; repeatable.",
)
@click.option(
    "--reject-throughout",
    metavar="TECHNIQUE",
    multiple=True,
    callback=_techniques,
    help="Reject a technique wherever it awaits a decision; repeatable.",
)
@click.option(
    "--dismiss-section",
    metavar="SENTENCE",
    multiple=True,
    type=int,
    help="Say that the section around this sentence shows no technique; repeatable.",
)
@click.option(
    "--accept-above",
    "above",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Accept what awaits review and whose every technique is at least so sure.",
)
@click.option("--accept-unmapped", "unmapped", is_flag=True, help="Accept what awaits review without a technique.")
@click.option("--all", "everything", is_flag=True, help="Show what is decided, too.")
@common
def review_command(
    options: Options,
    *,
    report_id: int,
    accept: tuple[int, ...],
    reject: tuple[int, ...],
    clear: tuple[int, ...],
    extract: tuple[tuple[int, int, str], ...],
    add: tuple[tuple[int, str], ...],
    remove: tuple[tuple[int, str], ...],
    accept_technique: tuple[tuple[int, str], ...],
    reject_technique: tuple[tuple[int, str], ...],
    accept_throughout: tuple[str, ...],
    reject_throughout: tuple[str, ...],
    dismiss_section: tuple[int, ...],
    above: float | None,
    unmapped: bool,
    everything: bool,
) -> None:
    """Decide about the sentences of REPORT; without a decision, show those that await one.

    Sentences are made of parts of the text first. Then techniques are put on and taken off, then accepted and rejected,
    then sentences are accepted, rejected and cleared, then the rest in bulk. Each of these is an action of its own,
    which 'jupyter tram undo --report REPORT' takes back.
    """
    decide = ((Disposition.ACCEPT, accept), (Disposition.REJECT, reject), (None, clear))
    judge = ((Disposition.ACCEPT, accept_technique), (Disposition.REJECT, reject_technique))
    throughout = ((Disposition.ACCEPT, accept_throughout), (Disposition.REJECT, reject_throughout))
    wish = _Wish(extract, add, remove, judge, throughout, decide, above, unmapped, dismiss_section)
    with options.reading() if wish.is_empty else options.workbench() as workbench:
        workbench.report(report_id)
        changed = _do(workbench, report_id, wish)
        wanted = SentenceFilter(report_id=report_id, undecided=not everything)
        found, _ = workbench.services.sentences.list(wanted, workbench.actor)
    if options.json:
        from tram_ext.api.review_responses import sentence_body

        output.write_json({"changed": changed, "sentences": [sentence_body(sentence) for sentence in found]})
        return
    if wish.is_empty or everything:
        _show(found)
    else:
        output.line(f"{text.counted(changed, 'sentence')} changed.")
    waiting = sum(sentence.disposition is None for sentence in found)
    output.note(f"{text.counted(waiting, 'sentence')} to review.")


def _do(workbench: Workbench, report_id: int, wish: _Wish) -> int:
    """Apply the requested decisions, and return the number of changed sentences."""
    services, actor = workbench.services, workbench.actor
    changed = _do_techniques(workbench, report_id, wish)
    for disposition, numbers in wish.decide:
        if numbers:
            changed += services.bulk.decide(report_id, numbers, disposition, actor).changed
    for sentence_id in wish.dismiss:
        changed += services.bulk.dismiss_section(report_id, sentence_id, actor).changed
    if wish.above is not None:
        changed += services.bulk.accept_above(report_id, wish.above, actor).changed
    if wish.unmapped:
        changed += services.bulk.accept_unmapped(report_id, actor).changed
    return changed


def _do_techniques(workbench: Workbench, report_id: int, wish: _Wish) -> int:
    services, actor, changed = workbench.services, workbench.actor, 0
    for start, end, technique in wish.extract:
        services.excerpts.extract(report_id, start, end, technique, actor)
        changed += 1
    for sentence_id, technique in wish.add:
        _, is_new = services.mappings.add(report_id, sentence_id, Assertion(technique), actor)
        changed += is_new
    for sentence_id, technique in wish.remove:
        services.mappings.delete(_mapping(workbench, sentence_id, technique).id, actor)
        changed += 1
    for decision, places in wish.judge:
        for sentence_id, technique in places:
            if services.sentences.get(sentence_id, actor).report_id != report_id:
                raise NotFound(f"Sentence {sentence_id} is not in report {report_id}.")
            services.steps.take(sentence_id, Step("judge", decision, technique), actor)
            changed += 1
    for decision, techniques in wish.throughout:
        if techniques:
            changed += services.bulk.decide_techniques(report_id, techniques, decision, actor).changed
    return changed


def _mapping(workbench: Workbench, sentence_id: int, technique: str) -> Mapping:
    there, _ = workbench.services.mappings.list(sentence_id, workbench.actor)
    for mapping in there:
        if mapping.attack_id == technique:
            return mapping
    raise NotFound(f"Sentence {sentence_id} does not bear {technique}.")


def _technique(mapping: Mapping) -> str:
    decided = f" {mapping.disposition.value}ed" if mapping.disposition else ""
    return f"{mapping.attack_id} {mapping.confidence:.0f} %{decided}"


def _show(found: Sequence[Sentence]) -> None:
    if not found:
        return
    rows = [
        (
            str(sentence.id),
            text.shortened(text.one_line(sentence.text), _LONGEST),
            "\n".join(_technique(mapping) for mapping in sentence.all_mappings),
            sentence.disposition.value if sentence.disposition else "",
        )
        for sentence in found
    ]
    output.table(["ID", "Sentence", "Techniques", "Decision"], rows, right=["ID"])
