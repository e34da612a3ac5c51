"""Out and in again: what an exported ledger says, what was meant by it, and what somebody else did meanwhile."""

import datetime
import io
import threading
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils.translation import override

from projects.actions.publishing import publish_project
from projects.ledger import importing
from projects.ledger.importing import Order
from projects.ledger.layout import read_layout
from projects.ledger.report import report
from projects.models import Funding, Project, ProjectField, Result, Site
from registry.core.dates import format_instant
from registry.core.models import Change
from registry.core.moments import Moment
from registry.core.sheets.grid import NUMBER, Cell, Refused
from registry.core.trail import acting
from tests.counting import Statements
from tests.factories import (
    make_county_user,
    make_funding,
    make_org_user,
    make_organisation,
    make_project,
    make_result,
    make_user,
)

from .exported_ledgers import DAY, HEAD, UPPER, county, exported, field, greenhouse, laid, reread, stamp, wan
from .ledger_books import FULL, NATURAL, book, full, project


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def reference(db):
    call_command("load_reference", stdout=io.StringIO())


@pytest.fixture
def found(reference):
    return greenhouse()


def told(*rows, moment, by=None, head=HEAD, upper=UPPER, **order):
    """The rows of the report on a ledger that was exported at `moment`."""
    outcome = importing.check(laid(list(rows), moment, head=head, upper=upper), Order(**order), by=by)
    return report(outcome)["rows"]


def differing(row):
    return {one["key"]: (one["base"], one["there"], one["here"]) for one in row["differences"]}


def without(*keys):
    head = {key: word for key, word in HEAD.items() if key not in keys}
    return {"head": head, "upper": {key: word for key, word in UPPER.items() if key in head}}


# Reading what was exported


def test_a_ledger_that_comes_back_as_it_went_says_nothing(reference, tmp_path):
    """Inexact money and people, several lines, a village, two schemes, masked numbers and a plan that was kept."""
    one = greenhouse(name="账号6222020200112233445大棚", summary="一\n二，身份证130102199003078515")
    Site.objects.filter(project=one).update(address="骆驼湾村")
    for line, amount in (("pledged", "1234.56"), ("received", "0.01")):
        make_funding(one, amount, state=line, organisation=make_organisation(), qualifier="over", wording="余")
    make_funding(one, "5000.00", state="received", kind="goods", value_basis="declared")
    make_funding(one, "9999.00", state="received", enterprise=None, is_joint=True, voided_at=None)
    make_result(one, 35, unit="户", qualifier="over", wording="多")
    ended = greenhouse(stage="finished", actual_end=DAY(2020, 5, 1), name="水窖项目")
    row = exported(one, project="账号622****************大棚", note="一\n二，身份证130***************")
    row |= {
        "pledged": wan("1234.56", "余"), "received": wan("314999.01", "以上"), "officer": "张*",
        "households": Cell(NUMBER, Decimal(35), '0"多"'),
    }  # fmt: skip
    made = reread(laid([row, exported(ended)], stamp()), tmp_path / "台账.xlsx")
    outcome = report(importing.check(made))
    assert [(row["status"], row["warnings"]) for row in outcome["rows"]] == [("unchanged", [])] * 2


def test_the_moment_above_the_head_is_found(reference):
    (table,) = read_layout(laid([{"number": "A1"}], "48213-5207")).tables
    assert table.moment == Moment(48213, 5207)
    assert read_layout(book([project(1)], line="单位：万元 截至2020-12-31")).tables[0].moment is None


def test_only_the_number_is_required_of_an_exported_ledger(found):
    head = {"number": "项目编号", "project": "项目名称", "status": "状态"}
    rows = [{"number": found.number, "status": "暂停"}]
    (row,) = told(*rows, moment=stamp(), head=head, upper=None)
    assert differing(row) == {"status": ("实施中", "实施中", "暂停")}
    with pytest.raises(Refused) as refused:
        importing.check(laid(rows, head=head, upper=None))
    assert refused.value.code == "COLUMN_MISSING"
    with pytest.raises(Refused) as refused:
        importing.check(laid(rows, stamp(), **without("number")))
    assert "项目编号" in refused.value.message


def test_a_cell_that_is_blank_or_away_says_nothing(found):
    (row,) = told({"number": found.number, "note": " ", "end": "-", "people": "无"}, moment=stamp())
    assert (row["status"], row["errors"]) == ("unchanged", [])


def test_columns_for_reading_are_named_once_and_not_called_unknown(found):
    head = HEAD | {"step1": "签约", "step2": "到账", "own": "领导批示"}
    upper = UPPER | {"step1": "清单事项", "step2": "清单事项"}
    row = exported(found, step1="✓", step2="—", progress="已停工")
    outcome = importing.check(laid([row], stamp(), head=head, upper=upper))
    shown, unknown = (
        next(warning for warning in map(str, outcome.verdicts.warnings) if word in warning)
        for word in ("进展情况", "领导批示")
    )
    assert {"存在问题", "下步措施", "责任单位", "实施组织", "清单事项/签约", "清单事项/到账"} <= set(
        shown.rpartition(": ")[2].rstrip(".").split("、")
    )
    assert "清单事项" not in unknown
    (sheet,) = report(outcome)["sheets"]
    assert (sheet["unknown"], len(sheet["shown"]), sheet["moment"]) == (["领导批示"], 7, stamp())
    assert report(outcome)["rows"][0]["status"] == "unchanged"


def test_columns_that_were_taken_out_change_no_meaning(found):
    make_funding(found, "100.00", state="pledged", organisation=make_organisation())
    row = exported(found, pledged=wan("100.00"), progress="已完成")
    (told_row,) = told(row, moment=stamp(), **without("committed", "status"))
    assert told_row["status"] == "unchanged", "承诺 stays what was pledged, 进展情况 never becomes the status"


def test_a_row_that_names_no_project_is_a_new_one_and_needs_all_that_new_ones_need(found):
    rows = told(exported(found, number=""), exported(found, number="XM-1999-0001"), moment=stamp(), **without("county"))
    for row in rows:
        assert row["status"] == "reject"
        assert [error["field"] for error in row["errors"]] == ["统一社会信用代码", "受援县"]
    by_template = [error["message"] for error in rows[0]["errors"] if "template" in error["message"]]
    assert len(by_template) == 2


def test_a_new_row_is_taken_where_a_person_has_put_in_what_it_lacks(reference):
    row = {"project": "新项目", "org": project(1)["org"], "county": "阜平县", "committed": 5, "status": "已签约"}
    fixes = {"台账!5": {"code": project(1)["code"]}}
    (taken,) = told(row, moment=stamp(), fixes=fixes)
    assert (taken["status"], taken["values"]["committed_yuan"]) == ("accept", "50000.00")


def test_a_number_twice_in_the_file_is_told(found):
    first, second = told(exported(found), exported(found, note="另一行"), moment=stamp())
    assert (first["status"], second["status"]) == ("unchanged", "reject")
    assert second["errors"][0]["code"] == "twice"


@pytest.mark.parametrize(
    ("shown", "qualifier", "wording"),
    [
        ('#,##0.00"余"', "over", "余"), ('"约"#,##0.00', "about", "约"), ('#,##0.00"多"', "over", "多"),
        ('"超过"#,##0.00;-#,##0.00', "over", "超过"), ('#,##0.00"以上"', "at_least", "以上"),
        ('"≈"#,##0.00', "about", "约"), ('#,##0.00"余万元"', "over", "余"), ("#,##0.00", "exact", ""),
        ('#,##0.00"万元"', "exact", ""),
    ],
)  # fmt: skip
def test_the_word_for_precision_is_read_from_the_number_format(found, shown, qualifier, wording):
    row = exported(found, committed=Cell(NUMBER, Decimal("56"), shown), people=Cell(NUMBER, Decimal(90), shown))
    (line,) = read_layout(laid([row], stamp())).tables[0].lines
    outcome = importing.check(laid([row], stamp()))
    money, people = (outcome.verdicts.rows[0].entry[key] for key in ("committed", "people"))
    assert line.cells["committed"].format == shown
    assert (money.value, str(money.qualifier), money.wording) == (Decimal("560000"), qualifier, wording)
    assert (people.value, str(people.qualifier), people.wording) == (Decimal(90), qualifier, wording)


def test_a_nought_where_nothing_is_entered_says_nothing(found):
    row = exported(found, pledged=0, households=0)
    assert told(row, moment=stamp())[0]["status"] == "unchanged"


def test_what_a_person_says_of_a_head_goes_before_what_exports_mean_by_it(found):
    chosen = {"资金（万元）/承诺": "committed", "资金（万元）/签约": ""}
    (row,) = told(exported(found, pledged=81), moment=stamp(), chosen=chosen)
    assert differing(row) == {"committed": ("800000.00", "800000.00", "810000.00")}


def test_a_figure_that_was_inexact_differs_where_it_is_typed_anew_as_an_exact_one(found):
    Funding.objects.filter(state="committed").update(qualifier="about", wording="约")
    (same, exact) = (
        told(exported(found, committed=cell), moment=stamp())[0]
        for cell in (wan("800000", "约"), wan("800000"))
    )  # fmt: skip
    assert same["status"] == "unchanged"
    assert differing(exact) == {"committed": ("约 800000.00", "约 800000.00", "800000.00")}


# Three ways


def test_what_the_sender_changed_is_offered(found):
    moment = stamp()
    row = exported(
        found, project="大棚二期", county="阜平县、涞源县", domain="产业、教育", committed=90, received=35, people=150,
        households=4, end="2020-09-30", status="已完成", note="建设大棚两座", officer="李四",
    )  # fmt: skip
    make_user("bureau", name="李四")
    (told_row,) = told(row, moment=moment)
    assert told_row["status"] == "differs"
    assert differing(told_row) == {
        "committed": ("800000.00", "800000.00", "900000.00"), "received": ("300000.00", "300000.00", "350000.00"),
        "people": ("120", "120", "150"), "households": (None, None, "4"), "end": ("2020-06-30", "2020-06-30",
        "2020-09-30"), "status": ("实施中", "实施中", "已完成"), "project": ("大棚项目", "大棚项目", "大棚二期"),
        "county": ("阜平县", "阜平县", "阜平县、涞源县"), "domain": ("教育", "教育", "产业、教育"),
        "note": ("建设大棚", "建设大棚", "建设大棚两座"), "officer": ("张三", "张三", "李四"),
    }  # fmt: skip
    assert {one["conflict"] for one in told_row["differences"]} == {False}
    refused = {one["key"] for one in told_row["differences"] if one["refusal"]}
    assert {one["key"] for one in told_row["differences"] if not one["offered"]} == refused == {"people"}


def change_elsewhere(found, **entries):
    """What somebody else does at the desk; returns the instant."""
    with acting(by=make_user("bureau", name="王五"), action="desk.project.change"):
        Project.objects.filter(pk=found.pk).update(**entries)
    return Change.objects.latest("pk").at


def test_what_only_somebody_else_changed_is_told_and_stays(found):
    row, moment = exported(found), stamp()
    at = change_elsewhere(found, summary="建设大棚三座")
    (told_row,) = told(row, moment=moment)
    assert (told_row["status"], told_row.get("differences")) == ("unchanged", None)
    (warning,) = told_row["warnings"]
    assert all(word in warning for word in ("备注", "王五", "建设大棚三座", format_instant(at)))


def test_what_both_changed_otherwise_is_a_conflict_with_who_and_when(found):
    row, moment = exported(found, note="建设大棚两座", committed=90), stamp()
    at = change_elsewhere(found, summary="建设大棚三座")
    (told_row,) = told(row, moment=moment)
    note, money = (next(one for one in told_row["differences"] if one["key"] == key) for key in ("note", "committed"))
    assert note == {
        "field": "备注", "key": "note", "base": "建设大棚", "there": "建设大棚三座", "here": "建设大棚两座",
        "conflict": True, "by": "王五", "at": at.isoformat(), "offered": False, "refusal": None,
    }  # fmt: skip
    assert (money["conflict"], money["offered"], money["by"]) == (False, True, None)


def test_what_both_changed_alike_is_settled(found):
    row, moment = exported(found, note="建设大棚两座"), stamp()
    change_elsewhere(found, summary="建设大棚两座")
    (told_row,) = told(row, moment=moment)
    assert (told_row["status"], told_row["warnings"]) == ("unchanged", [])


def test_what_was_changed_and_changed_back_is_no_conflict(found):
    row, moment = exported(found, note="建设大棚两座"), stamp()
    change_elsewhere(found, summary="别的")
    change_elsewhere(found, summary="建设大棚")
    (told_row,) = told(row, moment=moment)
    assert [(one["conflict"], one["offered"]) for one in told_row["differences"]] == [(False, True)]


def test_the_name_of_who_was_faster_is_masked_where_people_are(reference):
    own = make_organisation(name="甲乙基金会")
    found = greenhouse(lead=own)
    row, moment = exported(found, received=40), stamp()
    with acting(by=make_user("bureau", name="王五"), action="funding.record"):
        make_funding(found, "50000.00", state="received", organisation=own)
    names = [
        [one["by"] for one in told(row, moment=moment, by=by)[0]["differences"]]
        for by in (make_org_user(own), make_user("bureau"), None)
    ]
    assert names == [["王*"], ["王五"], ["王五"]]


def test_a_change_without_a_person_is_the_systems_or_the_database_accounts(found):
    row, moment = exported(found, note="甲"), stamp()
    with acting(by=None, action="project.change"):
        Project.objects.filter(pk=found.pk).update(summary="乙")
    assert told(row, moment=moment)[0]["differences"][0]["by"] == "the system itself"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bangfu.action', '', true)")
        cursor.execute("UPDATE projects_project SET summary = '丙' WHERE id = %s", [found.pk])
    db_user = Change.objects.latest("pk").db_user
    assert db_user in told(row, moment=moment)[0]["differences"][0]["by"]


ELSEWHERE = {
    "county": (
        lambda one: (one.sites.all().delete(), Site.objects.create(project=one, division=county("130630"))),
        {"county": "涞源县"}, ("阜平县", "涞源县", "曲阳县"), "曲阳县",
    ),
    "domain": (
        lambda one: ProjectField.objects.create(project=one, field=field("health")), {"domain": "教育、健康"},
        ("教育", "教育、健康", "产业"), "产业",
    ),
    "received": (
        lambda one: make_funding(one, "10000.00", state="received"), {"received": 31},
        ("300000.00", "310000.00", "320000.00"), 32,
    ),
    "committed": (
        lambda one: Funding.objects.filter(project=one, state="committed").update(
            voided_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), void_reason="重复", voided_by=make_user()
        ),
        None, ("800000.00", None, "320000.00"), 32,
    ),
    "people": (
        lambda one: Result.objects.filter(project=one).update(actual=130), {"people": 130}, ("120", "130", "140"), 140,
    ),
    "end": (
        lambda one: Project.objects.filter(pk=one.pk).update(planned_end=DAY(2020, 7, 1)), {"end": DAY(2020, 7, 1)},
        ("2020-06-30", "2020-07-01", "2020-08-01"), DAY(2020, 8, 1),
    ),
    "status": (
        lambda one: Project.objects.filter(pk=one.pk).update(stage="signed"), {"status": "已签约"},
        ("实施中", "已签约", "已完成"), "已完成",
    ),
    "officer": (
        lambda one: Project.objects.filter(pk=one.pk).update(officer=make_user("bureau", name="赵六")),
        {"officer": "赵六"}, ("张三", "赵六", "孙七"), "孙七",
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", ELSEWHERE)
def test_every_column_is_rebuilt_from_the_trail(found, key):
    change, same, values, cell = ELSEWHERE[key]
    untouched, moment = exported(found), stamp()
    with acting(by=make_user("bureau", name="王五"), action="desk.change"):
        change(found)
    kept, conflict = told(untouched, moment=moment)[0], told(untouched | {key: cell}, moment=moment)[0]
    assert (kept["status"], len(kept["warnings"])) == ("unchanged", 1)
    (one,) = conflict["differences"]
    assert ((one["base"], one["there"], one["here"]), one["conflict"], one["by"]) == (values, True, "王五")
    if same:
        assert told(untouched | same, moment=moment)[0]["status"] == "unchanged"


def test_of_two_changes_of_one_kind_the_one_that_touched_the_cell_is_named(found):
    row, moment = exported(found, committed=90), stamp()
    for name, state, amount in (("王五", "committed", "700000.00"), ("赵六", "received", "200000.00")):
        with acting(by=make_user("bureau", name=name), action="desk.funding.change"):
            Funding.objects.filter(state=state).update(amount=Decimal(amount))
    change_elsewhere(found, summary="后来")
    (one,) = told(row, moment=moment)[0]["differences"]
    assert (one["key"], one["by"]) == ("committed", "王五")


def test_a_project_that_was_logged_after_the_export_is_a_conflict(reference):
    moment = stamp()
    found = greenhouse()
    (told_row,) = told(exported(found, note="别的"), moment=moment)
    assert [(one["key"], one["base"], one["conflict"], one["offered"]) for one in told_row["differences"]] == [
        ("note", None, True, False)
    ]


def test_nothing_of_a_ledger_without_a_moment_is_offered(reference):
    lead = make_organisation(name=full(1)["org"], code=full(1)["code"], kind="service")
    make_project(number=full(1)["number"], name="旧名", lead=lead)
    outcome = importing.check(book([full(1)], head=FULL))
    (verdict,) = outcome.verdicts.rows
    assert verdict.outcome == "differs"
    assert {(one.base, one.conflict, one.offered) for one in verdict.differences} == {(None, False, False)}


def test_sheets_of_two_exports_are_each_compared_with_their_own_moment(found):
    first = laid([exported(found, note="甲")], stamp()).sheets[0]
    change_elsewhere(found, summary="乙")
    other = greenhouse(name="另一项目", lead=make_organisation())
    late = laid([exported(other, note="丙")], stamp()).sheets[0]
    made = laid([], "1-1")
    made.sheets[:] = [first, type(late)("后来", late.rows, late.merges)]
    rows = report(importing.check(made))["rows"]
    assert [row["differences"][0]["conflict"] for row in rows] == [True, False]


def test_the_cost_does_not_grow_with_the_rows(reference):
    counts = []
    projects = [greenhouse(name=f"项目{n}", lead=make_organisation(), officer=None) for n in range(9)]
    rows, moment = [exported(one) for one in projects], stamp()
    for one in projects:
        change_elsewhere(one, summary="后来")
    for number in (2, 9):
        counted = Statements()
        with connection.execute_wrapper(counted):
            told(*rows[:number], moment=moment)
        counts.append(len(counted.asked))
    assert counts[0] == counts[1] <= 40


# Whose rows


def test_the_project_of_somebody_else_is_not_yours_and_nothing_of_it_is_told(found):
    stranger = make_org_user(make_organisation())
    (row,) = told(exported(found, note="甲"), moment=stamp(), by=stranger)
    assert (row["status"], [error["code"] for error in row["errors"]]) == ("reject", ["scope"])
    assert "建设大棚" not in str(row["errors"]) + str(row["warnings"])


@pytest.mark.parametrize("who", ["county", "organisation"])
def test_one_brings_in_the_rows_of_ones_own_projects(found, who):
    by = make_county_user(county()) if who == "county" else make_org_user(found.participations.get().organisation)
    (row,) = told(exported(found, note="甲"), moment=stamp(), by=by)
    assert (row["status"], row["errors"]) == ("differs", [])
    assert [(one["offered"], bool(one["refusal"])) for one in row["differences"]] == [(False, True)]


# A real clock of transactions


@pytest.mark.django_db(transaction=True)
def test_a_change_under_way_when_the_ledger_was_exported_counts_as_later():
    call_command("load_reference", stdout=io.StringIO())
    found = greenhouse()
    under_way, exported_by_now = threading.Barrier(2), threading.Barrier(2)

    def change():
        try:
            with transaction.atomic():
                change_elsewhere(found, summary="建设大棚三座")
                under_way.wait(30)
                exported_by_now.wait(30)
        finally:
            connections.close_all()

    somebody = threading.Thread(target=change)
    somebody.start()
    under_way.wait(30)
    doubts = dict.fromkeys(("notice", "results", "county", "sum"), "已核实")
    publish_project(project=greenhouse(name="另一项目"), by=make_user("bureau"), acknowledged=doubts)
    moment, row = Moment.now(), exported(found, note="建设大棚两座")
    exported_by_now.wait(30)
    somebody.join(30)
    assert Change.objects.get(action="desk.project.change").pk < moment.change, "its number is no later one"
    (told_row,) = told(row, moment=str(moment))
    (one,) = told_row["differences"]
    assert (one["there"], one["conflict"], one["by"], one["offered"]) == ("建设大棚三座", True, "王五", False)


def test_a_natural_ledger_is_read_as_ever(reference):
    outcome = importing.check(book([project(1) | {"officer": "张三"}], head=NATURAL | {"officer": "负责人"}))
    assert outcome.verdicts.summary["accepted"] == 1
    assert any("张三" in warning for warning in map(str, outcome.verdicts.warnings))
