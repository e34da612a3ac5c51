"""What a data set is refused for: each fault by its file, line and column, and nothing of it is loaded."""

import pytest
from django.core.management import CommandError

from orgs.credit_code import demo_code
from orgs.models import Organisation
from projects.models import Project

from .dataset_files import line, organisation, project, write
from .test_dataset import a_register, load

pytestmark = pytest.mark.django_db
STEP = {"id": 1, "project_id": "p1", "seq": 1, "title": "事项", "state": "未开始"}


@pytest.fixture
def register():
    a_register()


def refusal(folder, *options):
    """The lines of the refusal; nothing must have been loaded."""
    with pytest.raises(CommandError) as refused:
        load(folder, *options)
    assert refused.value.returncode == 1
    assert not Project.objects.filter(source__startswith="dataset").exists()
    assert not Organisation.objects.filter(note__startswith="registration_code").exists()
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("name", "cells", "column"),
    [
        ("organisations", {"id": ""}, "id"),
        ("organisations", {"name": ""}, "name"),
        ("organisations", {"name": " 试验"}, "name"),
        ("organisations", {"name": "试\u202e验"}, "name"),
        ("organisations", {"name": "试\n验"}, "name"),
        ("organisations", {"name": "长" * 201}, "name"),
        ("organisations", {"org_type": "公司"}, "org_type"),
        ("organisations", {"level": "村级"}, "level"),
        ("organisations", {"province": "beijng"}, "province"),
        ("organisations", {"province": ""}, "province"),
        ("organisations", {"uscc": "52990000000000001"}, "uscc"),
        ("organisations", {"uscc": demo_code(1, "service")[:17] + "I"}, "uscc"),
        ("organisations", {"uscc": demo_code(1, "foundation")}, "uscc"),
        ("organisations", {"uscc": demo_code(1, "service")[:16] + "00"}, "uscc"),
        ("organisations", {"registered_on": "2020-02-30"}, "registered_on"),
        ("organisations", {"registered_on": "2020.2.3"}, "registered_on"),
        ("organisations", {"registered_on": "0202-02-03"}, "registered_on"),
        ("projects", {"code": ""}, "code"),
        ("projects", {"code": "A/B"}, "code"),
        ("projects", {"year": "20"}, "year"),
        ("projects", {"year": "1989"}, "year"),
        ("projects", {"status": "进行"}, "status"),
        ("projects", {"county_code": "13062"}, "county_code"),
        ("projects", {"county_code": "999999"}, "county_code"),
        ("projects", {"field": "航天"}, "field"),
        ("projects", {"amount": "-1"}, "amount"),
        ("projects", {"amount": "1,200"}, "amount"),
        ("projects", {"amount": "1.005"}, "amount"),
        ("projects", {"amount": "NaN"}, "amount"),
        ("projects", {"lead_organisation_id": "o9"}, "lead_organisation_id"),
        ("projects", {"started_on": "2021-01-01", "finished_on": "2020-12-31"}, "finished_on"),
        ("project_organisations", {"role": "组织"}, "role"),
        ("project_organisations", {"project_id": "p9"}, "project_id"),
        ("project_organisations", {"organisation_id": "o9"}, "organisation_id"),
        ("funding_lines", {"kind": "支出"}, "kind"),
        ("funding_lines", {"form": "现金"}, "form"),
        ("funding_lines", {"amount": "12万"}, "amount"),
        ("funding_lines", {"project_id": "p9"}, "project_id"),
        ("funding_lines", {"organisation_id": "o9"}, "organisation_id"),
        ("funding_lines", {"occurred_on": "2021-13-01"}, "occurred_on"),
        ("outcomes", {"person_times": "1.5"}, "person_times"),
        ("outcomes", {"households": "-3"}, "households"),
        ("outcomes", {"project_id": "p9"}, "project_id"),
        ("checklist_items", {"seq": "first"}, "seq"),
        ("checklist_items", {"seq": "40000"}, "seq"),
        ("checklist_items", {"title": ""}, "title"),
        ("checklist_items", {"state": "也许"}, "state"),
        ("checklist_items", {"state": "未开始", "done_on": "2020-01-01"}, "done_on"),
        ("checklist_items", {"project_id": "p9"}, "project_id"),
    ],
)
def test_a_faulty_cell_is_named_by_file_line_and_column(register, tmp_path, name, cells, column):
    right = {
        "organisations": organisation(1),
        "projects": project(1, county_code="130624"),
        "project_organisations": {"id": 1, "project_id": "p1", "organisation_id": "o1", "role": "参与"},
        "funding_lines": line(1, "p1", "5.00"),
        "outcomes": {"id": 1, "project_id": "p1", "person_times": 5},
        "checklist_items": STEP,
    }
    write(tmp_path, **{file: [row | cells if file == name else row] for file, row in right.items()})
    (fault, _nothing) = refusal(tmp_path)
    assert fault.startswith(f"{name}.csv")
    assert column in fault
    assert "2" in fault.split(column)[0]
    write(tmp_path, **{file: [row] for file, row in right.items()})
    load(tmp_path)
    assert Project.objects.count() == 1, "without the fault the same rows load"


@pytest.mark.parametrize(
    ("name", "first", "second", "column"),
    [
        ("organisations", organisation(1), organisation(2) | {"id": "o1"}, "id"),
        ("organisations", organisation(1), organisation(4) | {"uscc": demo_code(1, "service")}, "uscc"),
        ("projects", project(2), project(3, code="SJ-2020-00002"), "code"),
        (
            "project_organisations",
            {"id": 1, "project_id": "p1", "organisation_id": "o9", "role": "参与"},
            {"id": 2, "project_id": "p1", "organisation_id": "o9", "role": "参与"},
            "role",
        ),
        ("funding_lines", line(1, "p1", "5.00"), line(1, "p1", "6.00"), "id"),
        ("checklist_items", STEP, STEP | {"id": 2}, "seq"),
    ],
)
def test_what_stands_there_twice_is_refused_at_the_second_place(register, tmp_path, name, first, second, column):
    rows = {"organisations": [organisation(9)], "projects": [project(1)]}
    rows[name] = [*rows.get(name, []), first, second]
    write(tmp_path, **rows)
    (fault, _nothing) = refusal(tmp_path)
    assert fault.startswith(f"{name}.csv")
    assert str(len(rows[name]) + 1) in fault
    assert column in fault


def test_a_data_set_is_not_loaded_twice(register, tmp_path):
    write(tmp_path, organisations=[organisation(1)], projects=[project(1)])
    load(tmp_path)
    with pytest.raises(CommandError) as refused:
        load(tmp_path)
    assert [fault.split(",")[0].split("，")[0] for fault in str(refused.value).splitlines()[:2]] == [
        "organisations.csv", "projects.csv"
    ]  # fmt: skip
    assert Project.objects.count() == 1


def test_lines_are_the_files_own_even_behind_cells_with_line_breaks(register, tmp_path):
    write(tmp_path, projects=[project(1, summary="一\n二\n三"), project(2, year="no")])
    (fault, _nothing) = refusal(tmp_path)
    assert "5" in fault.split("year")[0]


def test_many_faults_are_told_in_part_and_counted_in_all(register, tmp_path):
    write(tmp_path, projects=[project(number, status="?") for number in range(50)])
    lines = refusal(tmp_path)
    assert len(lines) == 22
    assert "30" in lines[20]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("id,project_id,category,person_times,households,colour\n", "colour"),
        ("id,project_id,category,person_times\n", "households"),
        ("id,id,project_id,category,person_times,households\n", "id"),
        ("", "households"),
    ],
)
def test_unknown_missing_and_repeated_columns_are_refused(register, tmp_path, text, word):
    write(tmp_path)
    (tmp_path / "outcomes.csv").write_text(text)
    assert any(line.startswith("outcomes.csv") and word in line for line in refusal(tmp_path))


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (b"1,p1,x,5\n", "3"),
        (b"1,p1,x,5,6,7\n", "3"),
        (b'1,p1,"x,5,6\n', "4"),  # a quotation that does not end is found at the end of the file
        (b"1,p1,\xff\xfe,5,6\n", "3"),
        (b"1,p1,a\x00b,5,6\n", "3"),
    ],
)
def test_a_file_that_is_no_csv_in_utf8_is_refused_with_the_line(register, tmp_path, row, line):
    write(tmp_path)
    header = b"id,project_id,category,person_times,households\n"
    (tmp_path / "outcomes.csv").write_bytes(header + b"0,p1,x,5,6\n" + row)
    (fault, _nothing) = refusal(tmp_path)
    assert fault.startswith("outcomes.csv")
    assert line in fault


def test_a_header_that_is_not_utf8_is_refused(register, tmp_path):
    write(tmp_path)
    (tmp_path / "outcomes.csv").write_bytes("编号".encode("gb18030"))
    assert refusal(tmp_path)[0].startswith("outcomes.csv")


def test_a_missing_file_or_folder_is_refused(register, tmp_path):
    write(tmp_path)
    (tmp_path / "outcomes.csv").unlink()
    assert refusal(tmp_path)[0].startswith("outcomes.csv")
    assert refusal(tmp_path / "nowhere")[0].startswith("organisations.csv")


def test_a_campaign_that_is_not_there_is_refused(register, tmp_path):
    write(tmp_path, projects=[project(1)])
    assert "nothing" in refusal(tmp_path, "--campaign", "nothing")[0]


def test_a_register_without_any_campaign_is_refused_with_what_to_do(tmp_path):
    write(tmp_path)
    assert "load_reference" in refusal(tmp_path)[0]


def test_codes_with_a_wrong_check_character_are_taken_only_when_that_is_asked_for(register, tmp_path):
    code = demo_code(1, "service")
    wrong = code[:17] + ("1" if code[17] != "1" else "2")
    write(tmp_path, organisations=[organisation(1, uscc=wrong)])
    refusal(tmp_path)
    load(tmp_path, "--unchecked-codes")
    assert Organisation.objects.get().code == wrong


def test_what_only_the_database_refuses_is_told_and_nothing_is_loaded(register, tmp_path, monkeypatch):
    monkeypatch.setattr("projects.dataset.loading._check", lambda cursor, check_codes: 0)
    write(tmp_path, projects=[project(1), project(2, code="SJ-2020-00001")])
    assert str(tmp_path) in refusal(tmp_path)[0]
