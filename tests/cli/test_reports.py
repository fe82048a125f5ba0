from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

from tests.cli.conftest import Run
from tram_ext.domain.models import TrainingRequest
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings


def test_lists_reports(run: Run) -> None:
    answer = run("reports", "list")
    assert "Training report" in answer.out
    assert re.search(r"ATT&CK 18.1 procedure examples .* built in\n", answer.out)
    assert answer.err == "1 report, beside the built-in examples.\n"
    builtin, training = run("reports", "list", "--format", "json").json
    assert builtin["builtin"]
    assert (training["accepted_sentences"], training["use_for_training"]) == (40, True)


def test_what_is_in_progress_is_said_by_the_list_and_by_the_doctor(run: Run, folder: Path) -> None:
    with contextlib.closing(Services(Settings(data_dir=folder, default_model="nb"))) as services:
        ann = services.users.at_the_command_line()
        services.trainings.begin(TrainingRequest("linear"), ann)
        curve = services.learning_curves.begin(TrainingRequest("nb"), ann)
        with services.store.write() as work:
            work.tasks.renew(curve, lease=60, progress=0.32, stage="fitting")
        listed = run("reports", "list")
        assert listed.err.splitlines()[1:] == [
            "In progress: training of linear, 0%.",
            "In progress: learning curve of nb, 32%, fitting.",
        ]
        found = run("doctor", "--format", "json").json["content"]
        assert found["in progress"] == "training of linear, 0%; learning curve of nb, 32%, fitting"


def test_shows_a_report(run: Run) -> None:
    answer = run("reports", "show", "2")
    assert "Training report" in answer.out
    assert "Accepted" in answer.out
    assert run("reports", "show", "1").out.count("the workbench itself") == 1


def test_a_report_can_be_left_out_of_training(run: Run) -> None:
    assert "is left out from the next training on" in run("reports", "use", "2", "--no-training").out
    assert run("reports", "show", "2", "--format", "json").json["use_for_training"] is False
    assert "is trained on from the next training on" in run("reports", "use", "2").out
    assert run("reports", "show", "2", "--format", "json").json["use_for_training"] is True


def test_deletes_when_told_to(run: Run) -> None:
    unsure = run("reports", "delete", "2")
    assert unsure.code == 2
    assert "Add --yes" in unsure.err
    assert run("reports", "delete", "2", "--yes").code == 0
    gone = run("reports", "show", "2")
    assert gone.code == 1
    assert "There is no report 2. 'jupyter tram reports list' shows what there is." in gone.err


def test_a_deleted_built_in_report_stays_deleted(run: Run) -> None:
    assert run("reports", "delete", "1", "--yes", "--format", "json").json == {"deleted": 1}
    assert run("attack", "list", "--search", "T1059").code == 0
    assert [report["id"] for report in run("reports", "list", "--format", "json").json] == [2]


def test_a_number_is_asked_for(run: Run) -> None:
    assert run("reports", "show", "two").code == 2


def test_uuids_are_shown_kept_and_never_given_twice(run: Run, tmp_path: Path) -> None:
    listed = {report["id"]: report["uuid"] for report in run("reports", "list", "--format", "json").json}
    assert len(set(listed.values())) == len(listed)
    assert listed[2] in run("reports", "show", "2").out
    exported = tmp_path / "export.json"
    assert run("export", "2", "--format", "json", "--output", exported).code == 0
    value = json.loads(exported.read_text())
    assert value["uuid"] == listed[2]
    exported.write_text(json.dumps(value | {"name": "Edited elsewhere"}))
    answer = run("import", exported)
    assert answer.code == 0
    assert f"has the UUID {listed[2]} of this file already" in answer.err
    again = {report["id"]: report["uuid"] for report in run("reports", "list", "--format", "json").json}
    assert listed.items() <= again.items()
    exported.write_text(json.dumps(value | {"uuid": "nonsense"}))
    refused = run("import", exported)
    assert refused.code == 1
    assert "'nonsense' is not a UUID such as" in refused.err
