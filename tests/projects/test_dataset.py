"""`load_dataset`: a data set of a known outcome gives exactly that; a faulty one is refused by its place."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command

from counties.models import Division
from orgs.credit_code import demo_code
from orgs.models import Organisation
from projects.models import Funding, Participation, Project, ProjectField, ProjectStep, Result, Site
from registry.core.models import Change, User
from tests.factories import (
    make_authority,
    make_campaign,
    make_designation,
    make_division,
    make_field,
    make_organisation,
    make_project,
)

from .dataset_files import calibrated, line, organisation, project, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    """A register with a campaign, a field and a county."""
    make_campaign(code="relief", starts_on=datetime.date(2018, 3, 1))
    make_field(code="education", name="教育", name_en="Education")
    make_division(code="130624", name="阜平县")


def load(folder, *options):
    out = io.StringIO()
    call_command("load_dataset", str(folder), *options, stdout=out)
    return out.getvalue()


def refusal(folder, *options):
    """The lines of the refusal; nothing must have been loaded."""
    with pytest.raises(CommandError) as refused:
        load(folder, *options)
    assert refused.value.returncode == 1
    assert not Project.objects.filter(source__startswith="dataset").exists()
    assert not Organisation.objects.filter(note__startswith="registration_code").exists()
    return str(refused.value).splitlines()


def figures(*options):
    out = io.StringIO()
    call_command("figures", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def values(found):
    return {figure["code"]: figure["value"] for figure in found["figures"]}


# The calibrated data set


def test_a_data_set_of_the_articles_size_gives_the_articles_figures(tmp_path):
    call_command("load_reference", stdout=io.StringIO())
    counties = Division.objects.designated().values_list("code", flat=True)
    assert len(counties) == 62
    calibrated(
        tmp_path, projects=5367, organisations=6300, counties=counties, fen=218_800_000_000, person_times=2_800_000,
        steps=1,
    )  # fmt: skip
    load(tmp_path)
    found = figures("--by", "year,field")
    assert values(found) == {
        "organisations": "6300", "projects": "5367", "funds": "2188000000.00", "counties": "62",
        "beneficiaries": "2800000", "people": "0", "households": "16101", "mobilised": "0.00",
        "pledged": "816699946.33",
    }  # fmt: skip
    assert values(figures("--campaign", "poverty-relief-2018")) == values(found)
    for part in found["slices"]:
        assert sum(int(row["figures"]["projects"]["value"]) for row in part["rows"]) == 5367
    assert [row["field"]["value"] for row in found["slices"][1]["rows"]] == [
        "education", "health", "industry", "relocation"
    ]  # fmt: skip


# What becomes of the rows


def test_everything_a_row_says_is_kept(register, tmp_path):
    authority = make_authority(level="province")
    write(
        tmp_path,
        organisations=[organisation(1, org_type="社会服务机构", registration_code="130000", legal_representative="甲某",
                                    registered_on="2001-05-06")],
        projects=[project(1, county_code="130624", lead_organisation_id="o1", status="已完工", finished_on="2020-09-30",
                          summary="第一行\n第二行")],
        funding_lines=[line(1, "p1", "1200.50", form="物资折价", organisation_id="o1", occurred_on="2020-04-05",
                            voucher_no="V-1")],
        outcomes=[{"id": 1, "project_id": "p1", "category": "受益学生", "person_times": 120, "households": 8}],
        checklist_items=[{"id": 1, "project_id": "p1", "seq": 3, "title": "签订协议", "state": "已销号",
                          "due_on": "2020-04-01", "done_on": "2020-03-20"}],
    )  # fmt: skip
    assert "poverty" not in load(tmp_path)
    found, one = Organisation.objects.get(), Project.objects.get()
    assert (found.kind, found.level, found.origin, found.authority) == ("service", "province", "hebei", authority)
    assert (found.code, found.status, found.pinyin[:8]) == (demo_code(1, "service"), "active", "shiyanzu")
    assert (found.legal_representative, found.registered_on) == ("甲某", datetime.date(2001, 5, 6))
    assert (one.number, one.stage, one.year, one.visibility) == ("SJ-2020-00001", "finished", 2020, "internal")
    assert (one.actual_end, one.summary) == (datetime.date(2020, 9, 30), "第一行\n第二行")
    assert one.initials.startswith("sybf")
    assert Site.objects.get().division.code == "130624"
    assert (ProjectField.objects.get().field.code, ProjectField.objects.get().is_primary) == ("education", True)
    assert (Participation.objects.get().organisation, Participation.objects.get().role) == (found, "lead")
    funding = Funding.objects.get()
    assert (str(funding.amount), funding.state, funding.kind, funding.value_basis) == (
        "1200.50", "received", "goods", "declared"
    )  # fmt: skip
    assert (funding.organisation, funding.voucher, funding.is_joint) == (found, "V-1", False)
    assert {(result.indicator, result.unit, int(result.actual), result.status) for result in Result.objects.all()} == {
        ("受益学生", "人次", 120, "approved"), ("受益学生", "户", 8, "approved")
    }  # fmt: skip
    step = ProjectStep.objects.get()
    assert (step.position, step.title, step.status) == (3, "签订协议", "verified")
    assert step.done_by_id != step.verified_by_id
    assert step.verified_at.isoformat() == "2020-03-19T16:00:00+00:00"


@pytest.mark.parametrize(
    ("status", "started", "stage", "left"),
    [
        ("已签约", "", "signed", ""),
        ("实施中", "2020-03-01", "under_way", ""),
        ("已完工", "2020-03-01", "finished", ""),
        ("已验收", "2020-03-01", "accepted", ""),
        ("已终止", "2020-03-01", "terminated", "under_way"),
        ("已终止", "", "terminated", "signed"),
    ],
)
def test_a_status_becomes_a_stage(register, tmp_path, status, started, stage, left):
    write(tmp_path, projects=[project(1, status=status, started_on=started)])
    load(tmp_path)
    found = Project.objects.get()
    assert (found.stage, found.left_stage) == (stage, left)


@pytest.mark.parametrize(
    ("level", "province", "expected"),
    [
        ("国家级", "", ("national", "national")),
        ("national", "北京", ("national", "national")),
        ("省级", "北京市", ("province", "beijing")),
        ("市级", "天津", ("prefecture", "tianjin")),
        ("county", "河北省", ("county", "hebei")),
        ("省级", "山东省", ("province", "other")),
        ("省级", "内蒙古自治区", ("province", "other")),
    ],
)
def test_level_and_province_become_level_and_origin(register, tmp_path, level, province, expected):
    write(tmp_path, organisations=[organisation(1, level=level, province=province)])
    load(tmp_path)
    found = Organisation.objects.get()
    assert (found.level, found.origin) == expected


@pytest.mark.parametrize("kind", ["认捐", "承诺", "到位"])
def test_a_line_without_an_organisation_is_joint(register, tmp_path, kind):
    write(tmp_path, projects=[project(1)], funding_lines=[line(1, "p1", "", kind, "服务折价")])
    load(tmp_path)
    found = Funding.objects.get()
    assert (found.is_joint, found.amount, found.value_basis, found.kind) == (True, None, "none", "service")
    assert found.state == {"认捐": "pledged", "承诺": "committed", "到位": "received"}[kind]


def test_an_amount_without_any_line_is_a_joint_commitment(register, tmp_path):
    write(
        tmp_path,
        projects=[project(1, amount="500.00"), project(2, amount="700.00"), project(3, amount="0"), project(4)],
        funding_lines=[line(1, "p2", "300.00", "认捐")],
    )
    assert "1" in load(tmp_path).splitlines()[-2], "the amount that no line bears out is told"
    found = Funding.objects.get(state="committed")
    assert (found.project.number, str(found.amount), found.kind, found.is_joint) == (
        "SJ-2020-00001", "500.00", "not_stated", True
    )  # fmt: skip


def test_the_lead_of_both_files_is_one_party(register, tmp_path):
    write(
        tmp_path,
        organisations=[organisation(number) for number in (1, 2)],
        projects=[project(1, lead_organisation_id="o1")],
        project_organisations=[
            {"id": number, "project_id": "p1", "organisation_id": found, "role": role}
            for number, (found, role) in enumerate([("o2", "牵头"), ("o1", "牵头"), ("o1", "资助"), ("o2", "参与")])
        ],
    )
    load(tmp_path)
    parties = Participation.objects.order_by("id").values_list("organisation__name", "role")
    assert list(parties) == [
        ("试验组织1号", "lead"), ("试验组织2号", "lead"), ("试验组织1号", "funder"), ("试验组织2号", "joint")
    ]  # fmt: skip


def test_an_outcome_without_numbers_is_a_draft(register, tmp_path):
    write(tmp_path, projects=[project(1)], outcomes=[{"id": 1, "project_id": "p1", "category": "大棚"}])
    load(tmp_path)
    assert (Result.objects.get().status, Result.objects.get().actual) == ("draft", None)


def test_a_registration_number_that_names_no_authority_is_kept_in_the_note(register, tmp_path):
    write(tmp_path, organisations=[organisation(1, registration_code="冀民证字第1号")])
    load(tmp_path)
    assert Organisation.objects.get().note == "registration_code: 冀民证字第1号"


@pytest.mark.parametrize(("year", "name"), [(2018, "桥东区"), (2022, "襄都区")])
def test_a_county_code_means_the_unit_of_the_projects_year(register, tmp_path, year, name):
    today = make_division(code="130502", name="襄都区", valid_from=2020)
    make_division(code="130502", name="桥东区", valid_from=1983, valid_to=2020, home=today)
    write(tmp_path, projects=[project(1, county_code="130502", year=year)])
    load(tmp_path)
    assert Site.objects.get().division.name == name


def test_a_field_is_found_by_code_and_by_its_names_in_the_scheme_of_the_campaign(register, tmp_path):
    make_field(code="industry", name="产业")
    make_field(code="industry-revival", name="产业", scheme="revitalisation")
    words = ("education", "教育", "教育扶贫", "Education", "产业", "")
    write(tmp_path, projects=[project(number, field=word) for number, word in enumerate(words)])
    load(tmp_path)
    fields = ProjectField.objects.order_by("project__number").values_list("field__code", flat=True)
    assert list(fields) == ["education"] * 4 + ["industry"]


def test_without_a_campaign_named_the_one_that_knows_the_fields_and_had_begun_is_taken(register, tmp_path):
    make_campaign(code="revival", scheme="revitalisation", starts_on=datetime.date(2021, 1, 1))
    make_campaign(code="later", starts_on=datetime.date(2023, 1, 1))
    make_field(code="talent", name="人才", scheme="revitalisation")
    for number, (field, year, code) in enumerate(
        [("教育", 2021, "relief"), ("教育", 2023, "later"), ("人才", 2022, "revival"), ("", 2017, "relief")]
    ):
        write(tmp_path, projects=[project(number, field=field, year=year)])
        load(tmp_path)
        assert Project.objects.get(number=f"SJ-2020-{number:05d}").campaign.code == code
    write(tmp_path, projects=[project(9)])
    load(tmp_path, "--campaign", "later")
    assert Project.objects.get(number="SJ-2020-00009").campaign.code == "later"


def test_projects_are_published_only_when_that_is_asked_for(register, tmp_path):
    write(tmp_path, projects=[project(1)])
    load(tmp_path, "--publish")
    assert Project.objects.get().visibility == "published"


def test_the_trail_knows_what_was_loaded_and_the_accounts_are_closed(register, tmp_path):
    write(tmp_path, projects=[project(1)], outcomes=[{"id": 1, "project_id": "p1", "person_times": 5}])
    load(tmp_path)
    changes = Change.objects.filter(action="dataset.load", operation="I")
    assert set(changes.values_list("table_name", flat=True)) == {
        "core_user", "projects_project", "projects_projectfield", "projects_result"
    }  # fmt: skip
    account = User.objects.get(username="dataset")
    assert (account.is_active, account.has_usable_password()) == (False, False)


def test_a_filled_register_keeps_what_it_has(register, tmp_path):
    make_project(lead=make_organisation(), county=make_designation().division, stage="under_way")
    write(tmp_path, organisations=[organisation(1)], projects=[project(1, lead_organisation_id="o1")])
    load(tmp_path)
    assert values(figures())["projects"] == "2"


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_is_passed_over(register, tmp_path):
    write(tmp_path)
    header = "year,name,code,id,county_code,field,status,amount,lead_organisation_id,started_on,finished_on,summary"
    text = f"{header}\r\n2020,“试验”\\n项目,N1,p1,,,实施中,,,,,\r\n"
    (tmp_path / "projects.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    load(tmp_path)
    assert (Project.objects.get().number, Project.objects.get().name) == ("N1", "“试验”\\n项目")


# Refusals

STEP = {"id": 1, "project_id": "p1", "seq": 1, "title": "事项", "state": "未开始"}


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
