"""What the workbench says of itself: how much is the users', and what waits or runs."""

from __future__ import annotations

from tests import corpus
from tests.learning.test_tasks import change_leases
from tests.services.test_training import add_builtin
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.status import Amounts, Undertaking
from tram_ext.domain.tasks import TaskKind


def test_the_built_in_examples_are_counted_apart(services, ann):
    before = services.status.amounts(ann)
    add_builtin(services, *((f"Group example {n}.", corpus.SUCCESSOR) for n in range(5)))
    assert services.status.amounts(ann) == Amounts(0, 0, before.builtin_reports + 1, before.builtin_sentences + 5)
    report = services.imports.import_report(corpus.export_bytes(), ann).report
    found = services.status.amounts(ann)
    assert (found.reports, found.sentences) == (1, report.total_sentences)
    assert found.builtin_sentences == before.builtin_sentences + 5


def test_tasks_of_every_kind_are_in_progress_until_they_end(services, report, ann, vic):
    request = TrainingRequest("nb")
    begun = {
        TaskKind.LABEL_CHECK: services.label_checks.begin(request, ann),
        TaskKind.TRAINING: services.trainings.begin(request, ann),
        TaskKind.LEARNING_CURVE: services.learning_curves.begin(request, ann),
    }
    with services.store.write() as work:
        work.tasks.renew(begun[TaskKind.TRAINING], lease=60, progress=0.32, stage="fitting")
    found = services.status.work_in_progress(vic)
    assert (found.jobs, [(task.kind, task.id) for task in found.tasks]) == (0, list(begun.items()))
    assert found.tasks[1] == Undertaking(TaskKind.TRAINING, begun[TaskKind.TRAINING], "nb", 0.32, "fitting")
    services.trainings.run(begun[TaskKind.TRAINING], request, ann)
    assert len(services.status.work_in_progress(ann).tasks) == 2
    change_leases(services, "lease_expires = 1")
    assert services.status.work_in_progress(ann).tasks == ()
