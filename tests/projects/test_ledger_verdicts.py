"""What becomes of a row by what the register knows: counties, organisations, duplicates, whose it is."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from counties.models import Division
from orgs.credit_code import demo_code
from projects.ledger import importing
from projects.ledger.report import report
from projects.models import Project
from tests.factories import (
    make_authority,
    make_county_user,
    make_funding,
    make_org_user,
    make_organisation,
    make_participation,
    make_project,
    make_user,
)

from .ledger_books import FULL, NATURAL, bad_rows, book, cell, full, project, realistic
from .ledger_rows import fields, row, rows, suggested

pytestmark = pytest.mark.usefixtures("reference")
UNMARKED = {"note": "", "kind": ""}


# A row as a whole


def test_a_good_row_is_accepted_with_its_values_as_they_are_stored():
    told = row(org="  甲乙基金会　", code=demo_code(7, "foundation").lower(), type="基金会", county="阜平",
               domain="教育扶贫", fund="80", kind="1.5", people="120人次", start="2019年3月", end="2019.12.31",
               status="完成", note="=1+1",
               contact="甲某", phone="０３１１ 1234567", registry="河北省民政厅")  # fmt: skip
    assert (told["status"], told["errors"]) == ("accept", [])
    assert told["values"] == {
        "project": "试验帮扶项目1号", "org": "甲乙基金会", "code": demo_code(7, "foundation"), "type": "基金会",
        "type_code": "foundation", "registry": "河北省民政厅", "county": "阜平县",
        "counties": ["130624"], "domain": "教育",
        "fund_yuan": "800000.00", "kind_yuan": "15000.00", "people": "120", "households": None, "start": "2019-03-01",
        "end": "2019-12-31", "status": "已完成", "status_code": "finished", "contact": "甲某", "phone": "03111234567",
        "note": "=1+1", "number": None, "qualifiers": {},
    }  # fmt: skip


def test_all_faults_of_a_row_are_told_at_once_each_with_its_cell():
    told = row(project="", code="123", county="外县", fund="若干", start="3/1/2019", people="半")
    assert told["status"] == "reject"
    assert {error["field"]: error["cell"] for error in told["errors"]} == {
        "项目名称": "B2", "统一社会信用代码": "D2", "受援县": "G2", "资金": "I2", "开始日期": "L2", "受益人次": "K2",
    }  # fmt: skip


def test_a_realistic_ledger_has_193_good_and_seven_bad_rows():
    told = report(importing.check(realistic()))
    assert told["summary"] == {"accepted": 193, "rejected": 7, "skipped": 0, "unchanged": 0, "differs": 0}
    assert [fields(one) for one in told["rows"] if one["errors"]] == [[column] for _row, column in bad_rows()]


def test_reasons_are_told_in_both_languages():
    outcome = importing.check(book([project(1, county="康宝县")]))
    told = {}
    for language in ("zh-hans", "en"):
        with override(language):
            told[language] = report(outcome)["rows"][0]["errors"][0]["message"]
    assert "“康宝县”" in told["zh-hans"]
    assert told["en"].startswith("“康宝县” is no county of the province")


def test_the_end_may_not_lie_before_the_start():
    assert fields(row(start="2019-03-02", end="2019-03-01")) == ["结束日期"]


def test_what_is_not_stated_is_null():
    told = row(fund="/", people="-", start="无", end="", status="", contact="/", domain="")
    assert told["status"] == "accept"
    values = told["values"]
    assert [values[key] for key in ("fund_yuan", "people", "start", "end", "status", "contact", "domain")] == [None] * 7


def test_a_merged_amount_rejects_every_row_under_it():
    told = rows(project(1), project(2, fund=""), project(3), merges=[("fund", 0, 1)])
    assert [fields(one) for one in told] == [["资金"], ["资金"], []]


def test_removed_characters_are_told():
    told = row(org="甲\u200b乙基金会", code=f"{demo_code(1, 'service')}\ufeff")
    assert told["values"]["org"] == "甲乙基金会"
    assert sum("U+200B" in warning or "U+FEFF" in warning for warning in told["warnings"]) == 2


# Words


@pytest.mark.parametrize(
    ("word", "stage"),
    [("已完成", "finished"), ("完成", "finished"), ("实施中", "under_way"), ("已签约", "signed"), ("对接中",
     "matched"),
     ("已验收", "accepted"), ("", None)],
)  # fmt: skip
def test_status_words(word, stage):
    assert row(status=word)["values"]["status_code"] == stage


def test_an_unknown_status_is_rejected_with_those_that_are_known():
    told = row(status="已完城")
    assert fields(told) == ["状态"]
    assert "对接中" in told["errors"][0]["message"]
    assert suggested(told) == ["已完成"]


@pytest.mark.parametrize("word", ["易地搬迁扶贫", "易地扶贫搬迁", "易地搬迁"])
def test_words_for_one_field_are_one(word):
    assert row(domain=word)["values"]["domain"] == "易地搬迁"


def test_several_fields_are_kept_and_an_unknown_one_is_told():
    told = row(domain="教育、健康、星际")
    assert told["values"]["domain"] == "教育、健康"
    assert any("星际" in warning for warning in told["warnings"])


# Duplicates


def test_a_row_twice_in_the_file_is_skipped_and_another_amount_is_shown():
    first = project(1, fund=10)
    told = rows(first, first | {"project": "试验 帮扶项目1号"}, first | {"fund": 11}, first | {"start": "2018-01-01"})
    assert [one["status"] for one in told] == ["accept", "skipped", "differs", "accept"]
    assert [one.get("same_as_row") for one in told] == [None, 2, 2, None]
    assert told[2]["differences"] == [{"field": "资金", "there": "100000.00", "here": "110000.00"}]


def test_a_rejected_row_does_not_stand_in_the_way_of_its_correction():
    assert [one["status"] for one in rows(project(1, fund="若干"), project(1))] == ["reject", "accept"]


def registered(**details):
    """A project of the register that row 1 names."""
    lead = make_organisation(name=project(1)["org"], kind="service", code=project(1)["code"])
    found = make_project(
        lead=lead, county=Division.objects.get(code="130624", valid_to=None), name="试验帮扶项目 1号",
        stage="under_way", actual_start=project(1)["start"], planned_end=datetime.date(2020, 2, 20), **details,
    )  # fmt: skip
    make_funding(found, "117500.00", state="committed", organisation=lead)
    return found


def test_a_project_that_the_register_knows_is_not_added_again():
    found = registered()
    (told,) = rows(project(1, people=""))
    assert (told["status"], told["project"]) == ("unchanged", found.number)


def test_other_figures_than_the_registers_are_shown_never_overwritten():
    registered()
    (told,) = rows(project(1, people=3, fund=20, status="已完成"))
    assert told["status"] == "differs"
    assert {one["field"]: (one["there"], one["here"]) for one in told["differences"]} == {
        "资金": ("117500.00", "200000.00"), "受益人次": (None, "3"), "状态": ("实施中", "已完成"),
    }  # fmt: skip
    importing.commit(book([project(1, people=3, fund=20)]), by=None, digest="x")
    assert str(Project.objects.get().funding.get().amount) == "117500.00"


def test_a_former_county_and_that_of_today_are_one_place():
    lead = make_organisation(name=project(1)["org"], kind="service", code=project(1)["code"])
    make_project(lead=lead, county=Division.objects.get(code="130881", valid_to=None), name=project(1)["project"],
                 stage="under_way", actual_start=project(1)["start"])  # fmt: skip
    assert row(county="平泉县", fund="", people="", end="")["status"] == "unchanged"


def test_the_number_finds_the_project_and_shows_what_it_says_otherwise():
    found = registered(number="TZ-1")
    (told,) = rows(
        project(1, people="") | {"number": "TZ-1", "project": "新名称"}, head=NATURAL | {"number": "项目编号"}
    )
    assert (told["status"], told["project"]) == ("differs", found.number)
    assert told["differences"] == [{"field": "项目名称", "there": found.name, "here": "新名称"}]


def test_a_number_twice_for_two_projects_rejects_the_later_row():
    head = NATURAL | {"number": "项目编号"}
    told = rows(
        project(1) | {"number": "A1"}, project(2) | {"number": "A1"}, project(3) | {"number": "A 2/"}, head=head
    )
    assert [fields(one) for one in told] == [[], ["项目编号"], ["项目编号"]]


# The full ledger


def test_the_full_ledger_is_read():
    (told,) = rows(full(1), head=FULL)
    values = told["values"]
    assert told["status"] == "accept"
    assert [values[f"{key}_yuan"] for key in ("fund", "pledged", "committed", "received")] == [
        "100000.00", "300000.00", "200000.00", "100000.00"
    ]  # fmt: skip
    assert (values["number"], values["counties"]) == ("TZ-2020-00001", ["130723"])


def test_a_county_code_is_that_of_its_year_and_agrees_with_the_name():
    assert rows(full(1, county_code=130526, start="2019-01-01"), head=FULL)[0]["values"]["county"] == "任县"
    assert fields(rows(full(1, county_code="999999"), head=FULL)[0]) == ["县代码"]
    head = FULL | {"county": "受援县"}
    assert fields(rows(full(1) | {"county": "威县"}, head=head)[0]) == ["县代码"]


def test_partners_are_named_by_codes_that_the_register_or_the_file_knows():
    partner = full(2)["code"]
    assert fields(rows(full(1, joint=partner), head=FULL)[0]) == ["参与组织统一社会信用代码"]
    assert [one["status"] for one in rows(full(1, joint=partner), full(2), head=FULL)] == ["accept", "accept"]


def test_more_received_than_committed_is_told():
    with override("en"):
        told = [rows(full(1, received=received), head=FULL)[0]["warnings"] for received in (200_000, 200_001)]
    assert [any("More was received" in warning for warning in warnings) for warnings in told] == [False, True]


# Totals


@pytest.mark.parametrize(
    ("stated", "is_told"), [(30, False), ("30.00", False), (31, True), ("三十", True), ("", False)]
)
def test_a_total_unlike_the_sum_of_its_rows_is_told(stated, is_told):
    made = book([project(1, fund=10), project(2, fund=20)], below=[{"seq": "合计", "fund": stated}])
    with override("en"):
        warnings = list(map(str, importing.check(made).verdicts.warnings))
    assert any("300,000" in warning or "cannot be read" in warning for warning in warnings) is is_told


def test_subtotals_are_those_of_their_rows_and_the_total_is_of_all():
    rows = [project(1, fund=10), {"seq": "小计", "fund": 10}, project(2, fund=20), project(3, fund=5),
            {"seq": "小计", "fund": 25}, {"seq": "总计", "fund": 35}]  # fmt: skip
    told = list(map(str, importing.check(book(rows)).verdicts.warnings))
    assert not any("350,000" in warning or "250,000" in warning for warning in told)


# Whose rows


def test_a_county_brings_in_its_own_rows_only():
    officer = make_county_user(Division.objects.get(code="130624", valid_to=None))
    told = rows(project(1), project(2), by=officer)
    assert [(one["status"], fields(one)) for one in told] == [("accept", []), ("reject", ["受援县"])]


def test_an_organisation_brings_in_its_own_rows_only():
    own = make_organisation(name=project(1)["org"], kind="service", code=project(1)["code"])
    told = rows(project(1), project(2), by=make_org_user(own))
    assert [(one["status"], fields(one)) for one in told] == [("accept", []), ("reject", ["统一社会信用代码"])]


def test_a_number_of_somebody_elses_project_tells_nothing_but_that_it_is_taken():
    own = make_organisation(name=project(1)["org"], kind="service", code=project(1)["code"])
    make_project(number="XM-FREMD", name="别人的项目", lead=make_organisation())
    told = rows(project(1) | {"number": "XM-FREMD"}, head=NATURAL | {"number": "项目编号"}, by=make_org_user(own))
    assert fields(told[0]) == ["项目编号"]
    assert "别人的项目" not in str(told)


@pytest.mark.parametrize("role", ["auditor", "system_admin"])
def test_who_does_not_write_imports_nothing(role):
    with pytest.raises(PermissionDenied):
        importing.check(book([project(1)]), by=make_user(role))


# Cost


def test_the_queries_do_not_grow_with_the_rows():
    make_authority()
    counts = []
    for number in (2, 40):
        made = book([project(n, code="坏") for n in range(100)] + [project(n) for n in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            importing.check(made)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_an_organisation_that_only_takes_part_does_not_make_a_duplicate():
    found = registered()
    other = make_organisation(name=project(2)["org"], kind="foundation", code=project(2)["code"])
    make_participation(found, organisation=other, role="joint")
    told = row(org=project(2)["org"], code=project(2)["code"], type="")
    assert told["status"] == "accept"


def test_an_unreadable_cell_never_breaks_the_reading():
    for key in NATURAL:
        for value in ("\x00", "\ud800", "\u202e", "9" * 400, "⑩", True, datetime.date(1900, 1, 1), 1e300, -1e300):
            assert row(**{key: cell(value)})["status"] in ("accept", "reject")
