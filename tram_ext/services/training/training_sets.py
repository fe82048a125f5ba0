"""What a training would learn from, before anybody trains: sentences by technique, and what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tram_ext.domain.learning import LeftOutReport, TechniqueSupport, TrainingPreview
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork

if TYPE_CHECKING:
    from tram_ext.store.training_data import AcceptedSentence

_NOT_MARKED: Final = "It is not marked for training."
_NOT_ASKED: Final = "It was not asked for."
_LEFT_OUT: Final = "It was asked to be left out."
_BUILTIN: Final = "This model learns from ATT&CK's own examples only where nobody has accepted sentences."
_RARE: Final = "It has fewer than {fewest} accepted sentences."


class TrainingSets:
    """Looks at what trainings take; the rules are those of :class:`tram_ext.services.training.training.Trainings`."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def preview(self, request: TrainingRequest, actor: User) -> TrainingPreview:
        """Count what a training would learn from.

        Raises
        ------
        NotFound
            There is no such model.
        """
        from tram_ext.ml import registry

        require(actor, Permission.READ)
        name = self._settings.resolve_model(request.model)
        learner = registry.model_class(name)
        with self._store.read() as work:
            accepted = work.training_data.accepted(request.only, request.without)
            left_out = _left_out(work, request)
            used = taken(accepted, request, learns_from_builtin=learner.learns_from_builtin)
            ids = {technique for sentence in used for technique in sentence.techniques}
            names = {attack_id: name for attack_id, (_, name) in work.attack.named(ids).items()}
            skipped = {sentence.report_id for sentence in accepted} - {sentence.report_id for sentence in used}
            reports = {report.id: report for report in work.reports.list()}
        left_out += [LeftOutReport(key, reports[key].name, _BUILTIN) for key in sorted(skipped)]
        fewest = 0 if learner.learns_from_builtin else self._settings.ml_accept_threshold
        return TrainingPreview(
            model=name,
            sentences=len(used),
            without_technique=sum(not sentence.techniques for sentence in used),
            builtin=sum(sentence.builtin is not None for sentence in used),
            reports=len({sentence.report_id for sentence in used}),
            techniques=_techniques(used, names, fewest),
            left_out=tuple(sorted(left_out, key=lambda report: report.id)),
        )


def taken(
    accepted: Sequence[AcceptedSentence], request: TrainingRequest, *, learns_from_builtin: bool
) -> Sequence[AcceptedSentence]:
    """Leave ATT&CK's own examples out where people have accepted techniques and the model does without."""
    own = [sentence for sentence in accepted if sentence.builtin is None]
    if any(sentence.techniques for sentence in own) and not learns_from_builtin and not request.only:
        return own
    return accepted


def _left_out(work: UnitOfWork, request: TrainingRequest) -> list[LeftOutReport]:
    found = []
    for report in work.reports.list():
        if report.id in request.without:
            found.append(LeftOutReport(report.id, report.name, _LEFT_OUT))
        elif request.only and report.id not in request.only:
            found.append(LeftOutReport(report.id, report.name, _NOT_ASKED))
        elif not request.only and not report.use_for_training:
            found.append(LeftOutReport(report.id, report.name, _NOT_MARKED))
    return found


def _techniques(used: Sequence[AcceptedSentence], names: dict[str, str], fewest: int) -> tuple[TechniqueSupport, ...]:
    support = Counter(technique for sentence in used for technique in sentence.techniques)
    builtin = Counter(technique for sentence in used if sentence.builtin for technique in sentence.techniques)
    return tuple(
        TechniqueSupport(
            attack_id=attack_id,
            name=names.get(attack_id, attack_id),
            sentences=count,
            builtin=builtin[attack_id],
            left_out=_RARE.format(fewest=fewest) if count < fewest else "",
        )
        for attack_id, count in sorted(support.items(), key=lambda item: (-item[1], item[0]))
    )
