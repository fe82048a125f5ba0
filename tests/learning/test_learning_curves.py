from __future__ import annotations

import pytest

from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import TaskState

REQUEST = TrainingRequest("nb")


def begin(services, actor, request=REQUEST):
    return services.learning_curves.begin(request, actor)


def run(services, ann, request=REQUEST, **options):
    return services.learning_curves.run(begin(services, ann, request), request, ann, **options)


def test_a_curve_is_measured_and_kept(services, ann):
    versions = services.models.versions("nb", ann)
    said = []
    curve = run(services, ann, on_progress=lambda share, stage: said.append((share, stage)))
    assert curve.task.state is TaskState.DONE
    assert curve.task.elapsed_sec > 0
    assert curve.sentences == 36
    counts = [point.sentences for point in curve.points]
    assert counts == sorted(set(counts))
    assert curve.points[-1].share == 1.0
    assert all(0 <= point.f1_micro <= 1 for point in curve.points)
    assert said[0] == (0.0, "reading")
    assert said[-1][0] == 1.0
    assert services.learning_curves.get(curve.task.id, ann) == curve
    assert services.models.versions("nb", ann) == versions, "no version is made"


def test_the_last_point_is_what_the_card_says(services, ann):
    curve = run(services, ann)
    card = services.models.versions("nb", ann)[0].card
    assert curve.points[-1].f1_micro == pytest.approx(card.f1_micro)
    assert curve.points[-1].f1_weighted == pytest.approx(card.f1_weighted)


def test_curves_are_listed_by_model_and_are_no_trainings(services, ann):
    first, second = run(services, ann), run(services, ann)
    other = run(services, ann, TrainingRequest("dummy"))
    assert services.learning_curves.list(ann, model="nb") == [second, first]
    assert services.learning_curves.list(ann, limit=1) == [other]
    assert services.learning_curves.list(ann, model="default") == [], "default is linear, which was not measured"
    keys = {first.task.id, second.task.id, other.task.id}
    assert keys.isdisjoint(training.id for training, _ in services.trainings.list(ann))
    with pytest.raises(NotFound):
        services.learning_curves.list(ann, model="oracle")


def test_too_little_is_an_error_that_is_kept(services, ann):
    report = next(report for report in services.reports.list(ann)[0] if report.name == "Under review")
    curve_id = begin(services, ann, TrainingRequest("nb", only=(report.id,)))
    with pytest.raises(Conflict):
        services.learning_curves.run(curve_id, TrainingRequest("nb", only=(report.id,)), ann)
    curve = services.learning_curves.get(curve_id, ann)
    assert curve.task.state is TaskState.ERROR
    assert "nothing to train on" in curve.task.message
    assert curve.points == ()
