"""Training over a small corpus: what is learnt, what is left out, how it ends, who sees the result."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import signal
from dataclasses import replace
from importlib import metadata

import pytest
import skops.io

from tests import corpus
from tram_ext.domain.assertions import Assertion, Disposition
from tram_ext.domain.attack import AttackKind, AttackObject, AttackStatus
from tram_ext.domain.errors import Conflict, Forbidden, NotFound, Unavailable
from tram_ext.domain.models import TrainingRequest
from tram_ext.domain.reports import NewReport, NewSentence
from tram_ext.domain.tasks import TaskKind, TaskState
from tram_ext.domain.users import Role
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

TRAM_MODELS = ("dummy", "nb", "logreg", "nn_cls")
SAYS_POWERSHELL = "The PowerShell script ran an encoded PowerShell command."


def add_report(services, name, *sentences):
    data = corpus.export_bytes(name, text=name, sentences=list(sentences))
    return services.imports.import_report(data, next(u for u in services.users.list() if u.name == "ann")).report


def add_builtin(services, *pairs):
    """Put a built-in report of accepted (text, technique) into the store."""
    sentences = tuple(
        NewSentence(text, order, Disposition.ACCEPT, mappings=(Assertion(technique),), origin="G9001")
        for order, (text, technique) in enumerate(pairs)
    )
    with services.store.write() as work:
        rows = {item.attack_id: item.id for item in work.attack.list()}
        new = NewReport("Examples", "Examples", "humans", sentences)
        return work.reports.add(new, rows, created_by=None, builtin="examples")


@pytest.fixture(scope="module")
def learnt(world, tmp_path_factory):
    """Return services that have trained every model on the corpus, nb twice, with what was said meanwhile."""
    folder = tmp_path_factory.mktemp("learnt") / "data"
    shutil.copytree(world, folder)
    services = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    (ann,) = services.users.list()
    services.imports.import_report(corpus.export_bytes(), ann)
    said = []
    trained = [
        services.trainings.train(TrainingRequest(name), ann, lambda share, stage: said.append((share, stage)))
        for name in (*TRAM_MODELS, "linear", "nb")
    ]
    yield services, trained, said
    services.close()


@pytest.fixture
def trained(learnt, tmp_path):
    """Return a copy of what has trained, and two services over it, as in two processes."""
    folder = tmp_path / "trained"
    shutil.copytree(learnt[0].settings.data_dir, folder)
    settings = Settings(data_dir=folder, db_url="", default_model="nb")
    with contextlib.closing(Services(settings)) as one, contextlib.closing(Services(settings)) as other:
        yield one, other


@pytest.mark.parametrize("name", [*TRAM_MODELS, "linear"])
def test_every_model_learns_the_corpus(learnt, name):
    services, trained, _ = learnt
    version, training = next(pair for pair in trained if pair[0].model == name)
    assert (version.number, version.active, version.created_by) == (1, True, "ann")
    assert training.state is TaskState.DONE
    assert training.model_version_id == version.id
    assert 0 < training.elapsed_sec < 100
    assert version.card.counts["sentences"] == 36, "what awaits review is not learnt"
    assert set(corpus.TECHNIQUES) <= {score.attack_id for score in version.card.techniques}
    model = services.predictions.predictor(name).model
    assert set(corpus.TECHNIQUES) <= set(model.techniques)
    (proposals,) = model.propose([SAYS_POWERSHELL], 0.0)
    assert "T1059.001" in [proposal.attack_id for proposal in proposals]
    if name in {"nb", "logreg", "nn_cls"}:
        assert proposals[0].attack_id == "T1059.001"
    file = services.settings.models_dir / version.file_name
    assert file.stat().st_size == version.size
    assert file.stat().st_mode & 0o077 == 0


def test_progress_rises_from_0_to_1(learnt):
    _, _, said = learnt
    assert said[0] == (0.0, "reading")
    assert all(0 <= share <= 1 for share, _ in said)
    assert len({stage for _, stage in said}) > 2


def test_the_same_data_give_the_same_file_and_a_new_version(learnt):
    services, trained, _ = learnt
    one, other = (version for version, _ in trained if version.model == "nb")
    assert (one.sha256, one.card.data_sha256) == (other.sha256, other.card.data_sha256)
    assert (one.number, other.number) == (1, 2)
    with services.store.read() as work:
        assert [version.active for version in work.model_versions.list("nb")] == [True, False]


def test_rare_techniques_are_left_out_and_said(services, report, ben):
    add_report(services, "Rare", *(corpus.sentence(f"Rare DLL number {n}.", corpus.SUCCESSOR) for n in range(3)))
    version, _ = services.trainings.train(TrainingRequest("nb"), ben)
    assert version.card.counts["left_out_techniques"] == 1
    assert any("left out" in warning for warning in version.card.warnings)
    model = services.predictions.predictor("nb").model
    assert corpus.SUCCESSOR not in model.techniques
    with contextlib.closing(Services(replace(services.settings, ml_accept_threshold=3))) as other:
        other.trainings.train(TrainingRequest("nb"), ben)
    assert corpus.SUCCESSOR in services.predictions.predictor("nb").model.techniques, "the other's version counts here"


@pytest.mark.parametrize("dead", [corpus.UNKNOWN, corpus.DEPRECATED])
def test_retired_and_deprecated_techniques_are_never_trained(services, report, ben, dead):
    add_report(services, "Old", *(corpus.sentence(f"Protocol of volume number {n}.", dead) for n in range(9)))
    found = services.trainings.training_set(TrainingRequest("nb"))
    assert len(found.texts) == 36, "a sentence of a retired technique alone teaches nothing"
    assert dead not in {technique for labels in found.labels for technique in labels}


def test_reports_that_are_not_marked_are_not_trained(services, report, ben):
    other = add_report(services, "Other", *(corpus.sentence(f"Other DLL {n}.", corpus.SUCCESSOR) for n in range(6)))
    services.reports.set_use_for_training(other.id, ben, use=False)
    assert services.trainings.training_set(TrainingRequest("nb")).texts == tuple(
        text for texts in corpus.SENTENCES.values() for text in texts
    )
    assert len(services.trainings.training_set(TrainingRequest("nb", only=(other.id,))).texts) == 6
    assert len(services.trainings.training_set(TrainingRequest("nb", without=(other.id,))).texts) == 36
    services.reports.set_use_for_training(other.id, ben, use=True)
    assert len(services.trainings.training_set(TrainingRequest("nb")).texts) == 42


def test_the_builtin_report_is_left_out_for_trams_models(services, report):
    builtin = add_builtin(services, *((f"Group example {n}.", corpus.SUCCESSOR) for n in range(5)))
    for name in TRAM_MODELS:
        assert not any(services.trainings.training_set(TrainingRequest(name)).builtin)
    assert sum(services.trainings.training_set(TrainingRequest("linear")).builtin) == 5
    asked = services.trainings.training_set(TrainingRequest("nb", only=(report.id, builtin)))
    assert sum(asked.builtin) == 5, "whoever names it gets it"


def test_the_builtin_report_serves_where_nothing_else_is_accepted(services):
    add_builtin(services, *((f"Group example {n}.", corpus.SUCCESSOR) for n in range(5)))
    assert len(services.trainings.training_set(TrainingRequest("logreg")).texts) == 5


def test_groups_keep_documents_together(services, report):
    add_builtin(services, ("Group example.", corpus.SUCCESSOR))
    groups = services.trainings.training_set(TrainingRequest("linear")).groups
    assert set(groups) == {f"report {report.id}", "G9001"}


def test_profiles_and_defence_teach_none(services, report):
    kinds = (AttackKind.GROUP, AttackKind.SOFTWARE, AttackKind.CAMPAIGN, AttackKind.MITIGATION)
    objects = [
        AttackObject(f"X{i}", kind, f"Name {i}", "enterprise-attack", description=f"Of a {kind.value}.")
        for i, kind in enumerate(kinds)
    ]
    gone = AttackObject(
        "X9", AttackKind.GROUP, "Gone", "enterprise-attack", description="Old.", status=AttackStatus.REVOKED
    )
    with services.store.write() as work:
        work.attack.put([*objects, gone])
    attack = services.trainings.training_set(TrainingRequest("linear")).attack
    assert sorted(attack.negatives) == sorted(item.description for item in objects)


def test_nothing_to_train_on(services, ben):
    with pytest.raises(Conflict, match="nothing to train on"):
        services.trainings.train(TrainingRequest("nb"), ben)
    with services.store.read() as work:
        (training,) = work.tasks.list(TaskKind.TRAINING)
    assert training.state is TaskState.ERROR
    assert "nothing to train on" in training.message


def test_unknown_model_and_report(services, ben):
    with pytest.raises(NotFound, match="Model does not exist"):
        services.trainings.train(TrainingRequest("clippy"), ben)
    for request in (TrainingRequest("nb", only=(99,)), TrainingRequest("nb", without=(99,))):
        with pytest.raises(NotFound, match="There is no report 99"):
            services.trainings.train(request, ben)
    with services.store.read() as work:
        assert work.tasks.list(TaskKind.TRAINING) == []


def test_bert_without_its_folder_is_an_error_and_no_version(services, report, ben):
    with pytest.raises(Conflict, match=r"read from a folder, and none is named"):
        services.trainings.train(TrainingRequest("bert"), ben)
    with services.store.read() as work:
        assert work.model_versions.list("bert") == []
        (training,) = work.tasks.list(TaskKind.TRAINING)
    assert training.state is TaskState.ERROR
    with pytest.raises(Conflict, match="'bert' was not trained yet"):
        services.predictions.predictor("bert")


def test_a_training_of_a_process_that_is_gone_is_an_error_at_once(services, settings, report, ben, start_python):
    code = """
        import os, signal, sys
        from pathlib import Path
        from tram_ext.services.container import Services
        from tram_ext.services.settings import Settings
        from tram_ext.domain.models import TrainingRequest
        services = Services(Settings(data_dir=Path(sys.argv[1]), db_url="", default_model="nb"))
        print(services.trainings.begin(TrainingRequest("nb"), None), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    process = start_python(code, settings.data_dir)
    said, _ = process.communicate(timeout=30)
    training, version = services.trainings.get(int(said), ben)
    assert (training.state, version) == (TaskState.ERROR, None)


KILLED_WHILE_SAVING = """
    import os, signal, sys
    from pathlib import Path
    from tram_ext.domain.models import TrainingRequest
    from tram_ext.services.container import Services
    from tram_ext.services.settings import Settings

    def die(event, arguments):
        if event == sys.argv[2] and sys.argv[3] in str(arguments[0]):
            os.kill(os.getpid(), signal.SIGKILL)

    if __name__ == "__main__":
        services = Services(Settings(data_dir=Path(sys.argv[1]), db_url="", default_model="nb"))
        (ann,) = services.users.list()
        sys.addaudithook(die)
        services.trainings.train(TrainingRequest("nb"), ann)
    """


@pytest.mark.parametrize(
    ("event", "file"),
    [("open", ".nb-"), ("os.rename", ".skops"), ("os.rename", ".json")],
    ids=["before a byte", "before the model has its name", "before the store knows of it"],
)
def test_a_kill_while_a_model_is_saved_leaves_the_old_one(trained, start_python, event, file):
    one, other = trained
    before = one.predictions.active_version("nb")
    process = start_python(KILLED_WHILE_SAVING, one.settings.data_dir, event, file)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said
    found = other.predictions.predictor("nb")
    assert found.version == before
    assert found.propose([SAYS_POWERSHELL])[0]
    (ann,) = other.users.list()
    version, _ = other.trainings.train(TrainingRequest("nb"), ann)
    assert version.number == before.number + 1
    assert one.predictions.predictor("nb").version.number == version.number


@pytest.mark.parametrize(
    ("stamp", "said"),
    [({"state_format": 0}, "another version of this workbench"), ({"scikit-learn": "0.1.2"}, "scikit-learn 0.1.2")],
    ids=["older format", "other scikit-learn"],
)
def test_a_model_that_another_version_trained_is_refused_and_the_default_one_trained_anew(trained, stamp, said):
    one, other = trained
    version = one.predictions.active_version("nb")
    now = {"format": 1, "model": "nb", "state_format": 1, "scikit-learn": metadata.version("scikit-learn")}
    data = skops.io.dumps({"stamp": now | stamp, "state": {}})
    (one.settings.models_dir / version.file_name).write_bytes(data)
    with one.store.engine.connect().execution_options(tram_write=True) as connection, connection.begin():
        sha256 = hashlib.sha256(data).hexdigest()
        connection.exec_driver_sql(f"UPDATE model_versions SET sha256 = '{sha256}' WHERE id = {version.id}")
    with pytest.raises(Conflict, match=f"{re.escape(said)}.*jupyter tram train nb"):
        other.predictions.predictor("nb")
    other.preparation.ensure()
    assert other.predictions.predictor("nb").version.number == version.number + 1


def test_the_settings_say_which_encoder_and_classifier_serve(services, report):
    found = services.trainings.training_set(TrainingRequest("nb"))
    assert (found.encoder, found.classifier) == ("auto", "")
    settings = replace(services.settings, encoder="none", bert_folder="somewhere")
    with contextlib.closing(Services(settings)) as other:
        found = other.trainings.training_set(TrainingRequest("nb"))
        assert (found.encoder, found.classifier) == ("none", "somewhere")


def test_an_older_version_is_restored_in_every_process(trained):
    one, other = trained
    (ann,) = one.users.list()
    ben = one.users.add("ben", Role.ANALYST, "battery staple")
    first = other.predictions.predictor("default")
    assert other.predictions.predictor("nb") is first, "a model is loaded once"
    assert first.version.number == 2
    with pytest.raises(Forbidden):
        one.models.restore("nb", 1, ben)
    one.models.restore("nb", 1, ann)
    assert other.predictions.predictor("nb").version.number == 1
    with pytest.raises(NotFound):
        one.models.restore("nb", 3, ann)


@pytest.mark.parametrize("damage", ["changed", "cut", "gone", "replaced"])
def test_a_model_file_that_is_not_what_was_written_is_refused(trained, damage):
    one, other = trained
    path = one.settings.models_dir / one.predictions.predictor("nb").version.file_name
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        changed = data[:100] + bytes([data[100] ^ 1]) + data[101:]
        path.write_bytes({"changed": changed, "cut": data[:-1], "replaced": b"x"}[damage])
    with pytest.raises(Unavailable, match="Train it anew"):
        other.predictions.predictor("nb")
    assert one.predictions.predictor("nb").propose([SAYS_POWERSHELL])[0], "what is loaded works on"
