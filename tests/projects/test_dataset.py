"""`load_dataset`: a data set of a known outcome gives exactly that; a faulty one is refused by its place."""

import datetime
import io
import json

import pytest
from django.core.management import call_command

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


def a_register():
    """A register with a campaign, a field and a county."""
    make_campaign(code="relief", starts_on=datetime.date(2018, 3, 1))
    make_field(code="education", name="教育", name_en="Education")
    make_division(code="130624", name="阜平县")


@pytest.fixture
def register():
    a_register()


def load(folder, *options):
    out = io.StringIO()
    call_command("load_dataset", str(folder), *options, stdout=out)
    return out.getvalue()


def figures(*options):
    out = io.StringIO()
    call_command("figures", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def values(found):
    return {figure["code"]: figure["value"] for figure in found["figures"]}


# The calibrated data set


def test_a_data_set_of_the_articles_size_gives_the_articles_figures(reference, tmp_path):
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
