"""Getting ready: once, whoever comes first, and again where it failed."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace

import pytest

from tram_ext.domain.errors import NotFound, Unavailable
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.tasks import TaskKind
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

PREPARING = """
    import sys
    from pathlib import Path
    from tram_ext.services.container import Services
    from tram_ext.services.settings import Settings
    if __name__ == "__main__":
        services = Services(Settings(data_dir=Path(sys.argv[1]), db_url="", default_model="nb"))
        services.preparation.ensure()
        version = services.predictions.predictor("default").version
        print(services.preparation.state.ready, version.number)
        services.close()
    """


@pytest.fixture
def unprepared(services, report):
    """Return settings of a data folder with ATT&CK and the corpus, and without a model."""
    return services.settings


def test_two_processes_at_once_prepare_once(services, unprepared, start_python, ann):
    processes = [start_python(PREPARING, unprepared.data_dir) for _ in range(2)]
    said = [process.communicate(timeout=90)[0] for process in processes]
    assert said == ["True 1\n"] * 2
    with services.store.read() as work:
        assert len(work.tasks.list(TaskKind.TRAINING)) == 1
    services.preparation.ensure()
    assert services.status.get(ann).default_model == ("nb", 1)

    # The file of the model is lost: the next who prepares trains it anew.
    shutil.rmtree(unprepared.models_dir)
    again = Services(unprepared)
    again.preparation.start()
    deadline = time.monotonic() + 60
    while not again.preparation.state.ready and time.monotonic() < deadline:
        assert again.preparation.state.error is None
        time.sleep(0.05)
    assert again.predictions.predictor("default").version.number == 2
    again.close()


def test_what_cannot_be_prepared_is_said(unprepared):
    other = Services(replace(unprepared, default_model="clippy"))
    with pytest.raises(NotFound, match="Model does not exist"):
        other.preparation.ensure()
    assert other.preparation.state.error == "Model does not exist"
    assert not other.preparation.state.ready
    other.close()


def test_closing_ends_the_preparation(unprepared):
    other = Services(unprepared)
    other.preparation.start()
    started = time.monotonic()
    other.close()
    assert time.monotonic() - started < 10
    assert not other.preparation.state.ready


def test_a_training_on_a_new_installation_waits_for_attack_and_not_for_the_default_model(tmp_path):
    services = Services(Settings(data_dir=tmp_path / "new", db_url="", default_model="linear"))
    services.preparation.start()
    while not services.preparation.state.stage:
        time.sleep(0.01)
    version, _ = services.trainings.train(TrainingRequest("dummy"), None)
    assert version.number == 1
    assert not services.preparation.state.ready
    services.close()


def test_whoever_waits_hears_that_it_failed(unprepared):
    """Training ends without a place for its file; it is tried once for whoever waits, and not over and over."""
    unprepared.models_dir.write_text("no folder")
    other = Services(unprepared)
    deadline = time.monotonic() + 60
    with pytest.raises(Unavailable, match="cannot be made"):
        other.preparation.wait(lambda: time.monotonic() > deadline)
    with other.store.read() as work:
        assert len(work.tasks.list(TaskKind.TRAINING)) == 1
    unprepared.models_dir.unlink()
    other.preparation.wait(lambda: time.monotonic() > deadline)
    assert other.predictions.predictor("default").version.number == 1
    other.close()
