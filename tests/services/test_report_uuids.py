"""UUIDs of reports: given once, kept for good, taken along to other workbenches."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC
from uuid import UUID, uuid4

import pytest

from tests import corpus
from tram_ext.domain.edits import ReportEdit
from tram_ext.domain.errors import Invalid
from tram_ext.domain.identifiers import derived_report_uuid, parse_uuid
from tram_ext.domain.reports import NewReport
from tram_ext.domain.review import LogFilter
from tram_ext.services.backups.restore import restore
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

MOMENT = "2021-05-03T12:55:40.433009Z"


@pytest.fixture
def elsewhere(world, tmp_path):
    """Return the services of another workbench."""
    folder = shutil.copytree(world, tmp_path / "elsewhere")
    opened = Services(Settings(data_dir=folder, db_url="", default_model="nb"))
    yield opened
    opened.close()


def exported(services, report, actor, name="json"):
    return services.exports.report(report.id, name, actor)[1].content


def stix_ids(services, report, actor):
    """Return the ids of all that a STIX export says, other than the bundle's own, by type."""
    objects = json.loads(exported(services, report, actor, "stix"))["objects"]
    return sorted((item["type"], item["id"]) for item in objects)


def imported(services, actor, value):
    return services.imports.import_report(value if isinstance(value, bytes) else json.dumps(value).encode(), actor)


def test_every_report_gets_its_own(services, ann, report):
    made = [services.reports.create(NewReport("a", "b", "nb"), ann) for _ in range(2)]
    found = {item.uuid for item in (report, *made)}
    assert len(found) == 3
    assert all(str(UUID(item)) == item for item in found)


def test_a_rename_changes_no_id(services, ann, report):
    before = stix_ids(services, report, ann)
    assert {kind for kind, _ in before} == {"identity", "attack-pattern", "relationship", "note", "report"}
    renamed = services.reports.change(report.id, ReportEdit(name="Six ways out"), ann)
    assert renamed.uuid == report.uuid
    assert stix_ids(services, renamed, ann) == before
    assert ("report", f"report--{report.uuid}") in before
    services.undo.undo(report.id, ann)
    assert stix_ids(services, report, ann) == before


def test_it_goes_along_to_another_workbench(services, elsewhere, ann, report):
    services.reports.change(report.id, ReportEdit(name="Renamed on the way"), ann)
    file = exported(services, report, ann)
    assert json.loads(file)["uuid"] == report.uuid
    there = imported(elsewhere, ann, file)
    assert (there.is_new, there.warnings, there.report.uuid) == (True, (), report.uuid)
    assert stix_ids(elsewhere, there.report, ann) == stix_ids(services, report, ann)
    back = json.loads(exported(elsewhere, there.report, ann))
    assert back["uuid"] == report.uuid


def test_the_same_content_is_the_report_that_is_there_whatever_its_uuid(services, elsewhere, ann, report):
    file = json.loads(exported(services, report, ann))
    there = imported(elsewhere, ann, file)
    without = {key: value for key, value in file.items() if key != "uuid"}
    for again in (file, without, file | {"uuid": str(uuid4())}, file | {"uuid": None}):
        found = imported(elsewhere, ann, again)
        assert (found.is_new, found.report, found.warnings) == (False, there.report, ())


def test_one_that_another_report_has_is_exchanged_for_a_new_one(services, elsewhere, ann, report):
    file = json.loads(exported(services, report, ann))
    first = imported(elsewhere, ann, file).report
    second = imported(elsewhere, ann, file | {"name": "Edited meanwhile"})
    assert second.is_new
    assert second.report.uuid not in (first.uuid, report.uuid)
    (warning,) = second.warnings
    assert f"Report {first.id}, 'Six ways in', has the UUID {first.uuid} of this file already" in warning
    assert second.report.uuid in warning
    assert not set(stix_ids(elsewhere, first, ann)) & {
        item for item in stix_ids(elsewhere, second.report, ann) if item[0] in ("report", "relationship", "note")
    }
    again = imported(elsewhere, ann, file | {"name": "Edited meanwhile"})
    assert (again.is_new, again.report.uuid) == (False, second.report.uuid)


def test_one_whose_report_was_deleted_is_free_again(services, ann, report):
    file = exported(services, report, ann)
    services.reports.delete(report.id, ann)
    (entry, *_), _ = services.log.list(LogFilter(report_id=report.id), ann)
    assert entry.before["uuid"] == report.uuid
    again = imported(services, ann, file)
    assert (again.is_new, again.report.uuid, again.warnings) == (True, report.uuid, ())


def test_a_file_without_one_gets_the_same_everywhere(services, elsewhere, ann):
    """Those of TRAM, and of 0.1.0, whose STIX ids followed from name and moment, too."""
    value = corpus.export("Old", created_on=MOMENT)
    here, there = imported(services, ann, value), imported(elsewhere, ann, value)
    assert here.report.uuid == there.report.uuid == derived_report_uuid("Old", here.report.created_on)
    assert stix_ids(services, here.report, ann) == stix_ids(elsewhere, there.report, ann)
    edited = imported(services, ann, value | {"ml_model": "another"})
    assert edited.is_new
    assert edited.report.uuid != here.report.uuid
    assert edited.warnings == (), "the file asked for none"


def test_what_ids_followed_from_until_now():
    from datetime import datetime

    moment = datetime(2024, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
    assert derived_report_uuid("Köpenick <1>", moment) == "2ff5233c-30f7-4485-bcd3-d6f844661344"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "x",
        7,
        True,
        [],
        "2ff5233c30f74485bcd3d6f844661344",
        "{2ff5233c-30f7-4485-bcd3-d6f844661344}",
        "urn:uuid:2ff5233c-30f7-4485-bcd3-d6f844661344",
        "2ff5233c-30f7-4485-bcd3-d6f84466134g",
        "2ff5233c-30f7-4485-bcd3-d6f844661344\n",
        "00000000-0000-0000-0000-000000000000",
        "٢ff5233c-30f7-4485-bcd3-d6f844661344",
    ],
)
def test_what_is_none_is_refused(services, ann, wrong):
    with pytest.raises(Invalid, match="is not a UUID such as") as refused:
        imported(services, ann, corpus.export(uuid=wrong))
    assert refused.value.fields.keys() == {"uuid"}
    assert services.reports.list(ann)[1] == 0


def test_capital_letters_are_the_same_one(services, ann):
    assert parse_uuid("2FF5233C-30F7-4485-BCD3-D6F844661344") == "2ff5233c-30f7-4485-bcd3-d6f844661344"
    given = str(uuid4())
    assert imported(services, ann, corpus.export(uuid=given.upper())).report.uuid == given
    assert imported(services, ann, corpus.export("Another", uuid=given)).warnings


def test_a_backup_keeps_it(services, settings, ann, report, tmp_path):
    before = stix_ids(services, report, ann)
    services.backups.back_up(tmp_path / "b.zip", ann)
    services.reports.delete(report.id, ann)
    services.close()
    restore(tmp_path / "b.zip", settings)
    again = Services(settings)
    try:
        assert stix_ids(again, again.reports.get(report.id, ann), ann) == before
    finally:
        again.close()


def test_what_is_mapped_and_not_kept_is_called_the_same_each_time():
    from datetime import datetime

    from tram_ext.exports import ExportBundle
    from tram_ext.services.reports.unsaved import render_unsaved

    moment = datetime(2024, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
    content = render_unsaved(NewReport("Köpenick <1>", "It came.", "nb"), "stix", ExportBundle(()), moment)
    assert re.findall(rb"report--[-0-9a-f]+", content) == [b"report--2ff5233c-30f7-4485-bcd3-d6f844661344"]
