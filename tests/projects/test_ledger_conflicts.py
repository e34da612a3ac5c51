"""Three ways: what stood in a cell when the ledger was exported, what stands there now, and what the sender wrote."""

import datetime
import threading
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction

from projects.actions.publishing import publish_project
from projects.ledger import importing
from projects.ledger.report import report
from projects.models import Funding, Project, ProjectField, Result, Site
from registry.core.dates import format_instant
from registry.core.models import Change
from registry.core.moments import Moment
from registry.core.trail import acting
from tests.counting import Statements
from tests.factories import (
    make_funding,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)

from .exported_ledgers import DAY, county, exported, field, greenhouse, laid, stamp
from .ledger_books import FULL, NATURAL, book, full, project
from .ledger_returns import differing, told

pytestmark = pytest.mark.usefixtures("english")


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


# A real clock of transactions


@pytest.mark.django_db(transaction=True)
def test_a_change_under_way_when_the_ledger_was_exported_counts_as_later(reference):
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
