"""What an exported ledger changes: only what a person has chosen, by the rules and permissions of the pages."""

import io
import threading
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from counties.models import Division
from orgs.credit_code import demo_code
from projects.actions.corrections import change_details, correct_funding, correct_result, record_result
from projects.ledger import importing
from projects.ledger.importing import Order
from projects.ledger.report import report
from projects.models import (
    Campaign,
    Field,
    Funding,
    Participation,
    Project,
    ProjectField,
    ProjectStep,
    Result,
    Scheme,
    Site,
)
from registry.core.models import Change
from registry.core.quantity import Money, Quantity
from registry.core.sheets.grid import NUMBER, Cell
from registry.core.trail import acting
from tests.factories import (
    make_authority,
    make_county_user,
    make_enterprise,
    make_funding,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_user,
)

from .exported_ledgers import DAY, HEAD, UPPER, county, exported, greenhouse, laid, stamp, wan
from .ledger_books import FULL, NATURAL, book, full, project

pytestmark = pytest.mark.django_db
TABLES = (Change, Project, ProjectField, Site, Participation, Funding, Result, ProjectStep)
PLACE = "台账!5"


@pytest.fixture(autouse=True)
def reference():
    call_command("load_reference", stdout=io.StringIO())
    with override("en"):
        yield


@pytest.fixture
def officer():
    return make_user("bureau", name="李四")


@pytest.fixture
def found():
    return greenhouse()


def check(*rows, by=None, head=HEAD, upper=UPPER, moment=None, **order):
    made = laid(list(rows), moment or stamp(), head=head, upper=upper)
    return importing.check(made, Order(**order), by=by)


def differences(outcome):
    return {one.key: one for verdict in outcome.verdicts.rows for one in verdict.differences}


def refusal(outcome, key):
    return str(differences(outcome)[key].refusal or "")


def update(*cells, place=PLACE):
    return {place: {"act": "update", "cells": list(cells)}}


def commit(row, *cells, by=None, head=HEAD, upper=UPPER, **order):
    """Write the chosen cells of one row."""
    made = laid([row], order.pop("moment", None) or stamp(), head=head, upper=upper)
    order = Order(**{"picks": update(*cells)} | order)
    return importing.commit(made, order, by=by, digest="x", batch="b58", name="台账.xlsx")


def state():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


@contextmanager
def nothing_written():
    before = state()
    yield
    assert state() == before


# Nothing by itself


def test_a_check_writes_nothing_whatever_it_tries(found, officer):
    row = exported(
        found, project="大棚二期", county="涞源县", domain="产业", committed=90, received=200, people=150,
        households=4, end="2018-09-30", status="办结", note="建设大棚两座", officer="无此人",
    )  # fmt: skip
    for picks in ({}, update("committed", "status", "county", "households")):
        with nothing_written():
            outcome = check(row, by=officer, picks=picks)
        assert len(differences(outcome)) == 11


def test_without_a_decision_nothing_is_written(found, officer):
    with nothing_written():
        outcome = importing.commit(laid([exported(found, note="别的")], stamp()), by=officer, digest="x")
    assert outcome.verdicts.summary["differs"] == 1
    assert "updated" not in outcome.written.counts


def test_check_and_commit_give_the_same_verdicts(found, officer):
    row = exported(found, note="别的", people=150, received=40, status="办结", officer="无此人")
    order = Order(picks=update("note", "received"))
    made = laid([row], stamp())
    said, done = importing.check(made, order, by=officer), importing.commit(made, order, by=officer, digest="x")
    assert report(said)["rows"] == report(done)["rows"]
    assert (done.written.updated, done.written.counts["updated"]) == ([found.pk], 1)


def test_only_the_chosen_cells_are_written(found, officer):
    commit(exported(found, note="别的", committed=90, end="2020-09-30"), "note", by=officer)
    found.refresh_from_db()
    assert (found.summary, found.planned_end) == ("别的", DAY(2020, 6, 30))
    assert found.funding.get(state="committed").amount == Decimal(800000)


def test_the_trail_names_person_batch_and_ledger(found, officer):
    last = Change.objects.latest("pk").pk
    row = exported(found, note="别的", committed=90, received=40, county="涞源县", domain="健康", households=4,
                   status="已完成", end="2020-05-01")  # fmt: skip
    commit(row, "note", "committed", "received", "county", "domain", "households", "status", "end", by=officer)
    changes = Change.objects.filter(pk__gt=last)
    assert set(changes.values_list("actor_id", "batch_id", "reason")) == {(officer.pk, "b58", "台账导入 台账.xlsx")}
    assert set(changes.values_list("action", flat=True)) == {
        "project.change", "project.fields", "project.sites", "project.finished", "funding.correct", "result.record"
    }  # fmt: skip
    found.refresh_from_db()
    assert (found.stage, found.status_reason) == ("finished", "台账导入 台账.xlsx")


# The project's own


def test_name_note_and_officer_are_changed(found, officer):
    commit(exported(found, project="水窖", note="建水窖", officer="李四"), "project", "note", "officer", by=officer)
    found.refresh_from_db()
    assert (found.name, found.initials, found.summary, found.officer) == ("水窖", "sj", "建水窖", officer)


@pytest.mark.parametrize(
    ("stage", "status", "days"),
    [
        ("signed", "", {"planned_end": DAY(2020, 9, 30), "actual_end": None}),
        ("under_way", "", {"planned_end": DAY(2020, 9, 30), "actual_end": None}),
        ("under_way", "已完成", {"planned_end": DAY(2020, 6, 30), "actual_end": DAY(2020, 9, 30)}),
        ("finished", "", {"planned_end": DAY(2020, 6, 30), "actual_end": DAY(2020, 9, 30)}),
    ],
)
def test_the_end_is_a_fact_once_the_stage_says_so(officer, stage, status, days):
    found = greenhouse(stage=stage)
    commit(exported(found, end="2020-09-30", status=status), "end", "status", by=officer)
    found.refresh_from_db()
    assert {name: getattr(found, name) for name in days} == days


def test_an_end_that_was_meant_for_a_refused_move_is_a_plan(found, officer):
    row = exported(found, end="2020-09-30", status="已验收")
    outcome = check(row, by=officer)
    assert (bool(refusal(outcome, "status")), refusal(outcome, "end")) == (True, "")
    commit(row, "end", by=officer)
    found.refresh_from_db()
    assert (found.planned_end, found.actual_end) == (DAY(2020, 9, 30), None)


def test_an_end_before_the_start_is_refused(officer):
    found = greenhouse(planned_start=DAY(2019, 3, 1))
    outcome = check(exported(found, end="2019-01-01", note="别的"), by=officer)
    assert "before the start" in refusal(outcome, "end")
    assert not refusal(outcome, "note"), "what stands beside it is taken"


@pytest.mark.parametrize(("name", "count"), [("无此人", 0), ("李四", 2)])
def test_an_officer_that_nobody_or_several_are_called_is_refused(found, officer, name, count):
    make_user("bureau", name="李四")
    assert name in refusal(check(exported(found, officer=name), by=officer), "officer")


def test_county_staff_cannot_be_made_the_officer(found, officer):
    staff = make_user("county", name="县员")
    assert "县员" in refusal(check(exported(found, officer="县员"), by=officer), "officer")
    with pytest.raises(ValidationError, match="县员"):
        change_details(project=found, by=officer, officer=staff)


def test_places_are_changed_and_a_village_in_a_county_that_stays_is_kept(found, officer):
    site = found.sites.get()
    Site.objects.filter(pk=site.pk).update(address="骆驼湾村")
    commit(exported(found, county="阜平县、涞源县"), "county", by=officer)
    assert list(found.sites.order_by("pk").values_list("division__name", "address")) == [
        ("阜平县", "骆驼湾村"), ("涞源县", "")
    ]  # fmt: skip
    commit(exported(found, county="涞源县"), "county", by=officer)
    assert [site.division.name for site in found.sites.all()] == ["涞源县"]


@pytest.mark.parametrize(("code", "scheme"), [("poverty-relief-2018", "relief"), ("rural-revitalisation-2021", None)])
def test_fields_are_changed_and_each_scheme_keeps_a_primary_one(officer, code, scheme):
    """产业 is a field of both schemes: the campaign's own is meant."""
    found = greenhouse(campaign=Campaign.objects.get(code=code))
    other = Field.objects.filter(scheme=Scheme.REVITALISATION).exclude(name="产业").first()
    ProjectField.objects.create(project=found, field=other, is_primary=True)
    commit(exported(found, domain=f"健康、产业、{other.name}"), "domain", by=officer)
    rows = found.project_fields.order_by("pk").values_list("field__name", "scheme", "is_primary")
    assert list(rows) == [
        (other.name, Scheme.REVITALISATION, True), ("健康", Scheme.RELIEF, True),
        ("产业", scheme or Scheme.REVITALISATION, False),
    ]  # fmt: skip


def test_a_text_that_is_exported_masked_is_not_written_back(officer):
    found = greenhouse(summary="身份证130102199003078515")
    row = exported(found, note="身份证130***************，已核")
    assert "masked" in refusal(check(row, by=officer), "note")


# The stage


@pytest.mark.parametrize(
    ("status", "words"), [("办结", "cannot become"), ("已完成", "actual end"), ("谋划储备", "cannot become")]
)
def test_a_move_that_is_not_lawful_is_refused_in_words(found, officer, status, words):
    found.planned_end = None
    found.save()
    assert words in refusal(check(exported(found, status=status), by=officer), "status")


@pytest.mark.parametrize(("status", "stage"), [("暂停", "suspended"), ("已签约", "signed")])
def test_a_move_that_needs_a_reason_gets_the_ledgers(found, officer, status, stage):
    commit(exported(found, status=status), "status", by=officer)
    found.refresh_from_db()
    assert (found.stage, found.status_reason) == (stage, "台账导入 台账.xlsx")


def test_open_steps_stand_against_an_acceptance(officer):
    found = greenhouse(stage="finished", actual_end=DAY(2020, 5, 1))
    row = exported(found, status="已验收")
    assert not refusal(check(row, by=officer), "status")
    make_step(found, stage="finished")
    assert "Steps" in refusal(check(row, by=officer), "status")


def test_a_carried_project_stays_as_it_was(found, officer):
    Project.objects.filter(pk=found.pk).update(phase="locked", phase_by=officer, phase_at=timezone.now())
    row = exported(found, note="别的", committed=90, pledged=5, status="暂停", people=1, households=2, county="涞源县")
    assert ["carried" in str(one.refusal) for one in differences(check(row, by=officer)).values()] == [True] * 7


# Money


def test_a_single_unconfirmed_line_is_corrected_in_place(found, officer):
    line = found.funding.get(state="received")
    commit(exported(found, received=wan("350000", "余")), "received", by=officer)
    line.refresh_from_db()
    assert (line.amount, line.qualifier, line.wording) == (Decimal(350000), "over", "余")
    commit(exported(found, received=20), "received", by=officer)
    line.refresh_from_db()
    assert (line.amount, line.qualifier, line.wording) == (Decimal(200000), "exact", "")


def test_a_line_that_the_county_has_confirmed_is_refused(found, officer):
    found.funding.filter(state="received").update(confirmed_by=officer, confirmed_at=timezone.now())
    for amount in (20, 40):
        assert "has confirmed" in refusal(check(exported(found, received=amount), by=officer), "received")


def test_a_higher_sum_of_several_lines_adds_the_difference(found, officer):
    second = make_organisation()
    make_funding(found, "100000.00", state="received", organisation=second, origin="raised")
    commit(exported(found, received=45), "received", by=officer)
    added = found.funding.latest("pk")
    assert (added.amount, added.state, added.kind, added.origin, added.note, added.confirmed_at) == (
        Decimal(50000), "received", "cash", "own", "台账导入 台账.xlsx", None
    )  # fmt: skip
    assert added.organisation == found.participations.get().organisation
    assert found.funding.count() == 4


def test_a_lower_sum_of_several_lines_is_refused(found, officer):
    make_funding(found, "100000.00", state="received")
    assert "2 lines" in refusal(check(exported(found, received=35), by=officer), "received")


def test_an_exact_sum_cannot_be_made_of_inexact_lines(found, officer):
    make_funding(found, "100000.00", state="received", qualifier="over", wording="余")
    assert "inexact" in refusal(check(exported(found, received=wan("500000")), by=officer), "received")
    commit(exported(found, received=wan("500000", "以上")), "received", by=officer)
    assert (found.funding.latest("pk").amount, found.funding.latest("pk").qualifier) == (Decimal(100000), "at_least")


def test_money_that_was_not_there_is_added_in_the_name_of_the_lead(found, officer):
    commit(exported(found, pledged=5), "pledged", by=officer)
    line = found.funding.get(state="pledged")
    assert (line.amount, line.organisation) == (Decimal(50000), found.participations.get().organisation)
    Participation.objects.all().delete()
    Funding.objects.filter(state="pledged").delete()
    assert "no leading organisation" in refusal(check(exported(found, pledged=5), by=officer), "pledged")


def test_an_amount_that_was_not_stated_is_filled_in(found, officer):
    row = exported(found, received=5)
    found.funding.filter(state="received").update(amount=None)
    commit(row, "received", by=officer)
    assert found.funding.get(state="received").amount == Decimal(50000)


def test_companies_money_is_no_part_of_the_sum(found, officer):
    company = make_funding(found, "990000.00", state="received", enterprise=make_enterprise(), origin="mobilised")
    assert check(exported(found), by=officer).verdicts.rows[0].outcome == "unchanged"
    commit(exported(found, received=40), "received", by=officer)
    company.refresh_from_db()
    assert company.amount == Decimal(990000)


def test_goods_have_a_line_of_their_own_where_they_have_a_column(found, officer):
    make_funding(found, "50000.00", state="committed", kind="goods", value_basis="declared")
    head = HEAD | {"kind": "物资折价"}
    row = exported(found, committed=85, kind=6)
    assert set(differences(check(row, by=officer, head=head, upper=UPPER))) == {"committed", "kind"}
    commit(row, "kind", by=officer, head=head)
    assert set(found.funding.filter(state="committed").values_list("kind", "amount")) == {
        ("cash", Decimal(800000)), ("goods", Decimal(60000))
    }  # fmt: skip


def test_more_than_was_committed_is_refused_unless_more_is_committed_too(found, officer):
    assert "Say why" in refusal(check(exported(found, received=81), by=officer), "received")
    both = check(exported(found, received=85, committed=90), by=officer)
    assert (refusal(both, "received"), refusal(both, "committed")) == ("", "")
    with pytest.raises(ValidationError, match="Say why"), nothing_written():
        commit(exported(found, received=85, committed=90), "received", by=officer)
    commit(exported(found, received=85, committed=90), "received", "committed", by=officer)
    assert found.funding.get(state="received").amount == Decimal(850000)


def test_what_is_committed_comes_down_after_what_was_received(found, officer):
    found.funding.filter(state="received").update(amount=Decimal(800000))
    commit(exported(found, received=50, committed=60), "received", "committed", by=officer)
    assert set(found.funding.values_list("amount", flat=True)) == {Decimal(500000), Decimal(600000)}


# People


def test_people_that_were_not_told_are_entered_as_the_import_enters_them(found, officer):
    commit(exported(found, households=Cell(NUMBER, Decimal(35), '0"多"')), "households", by=officer)
    result = found.results.get(unit="户")
    assert (result.actual, result.qualifier, result.wording) == (35, "over", "多")
    assert (result.status, result.approved_by, result.indicator) == ("approved", officer, "受益群众")


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_a_figure_that_nobody_judges_yet_is_corrected(found, officer, status):
    draft = make_result(found, 7, unit="户", status=status)
    row = exported(found, households=9)
    assert (differences(check(row, by=officer))["households"].there) == "7"
    commit(row, "households", by=officer)
    draft.refresh_from_db()
    assert (draft.actual, draft.status) == (9, status)


@pytest.mark.parametrize(("status", "words"), [("submitted", "waits"), ("approved", "Withdraw the approval")])
def test_a_figure_that_is_judged_or_counts_is_refused(found, officer, status, words):
    make_result(found, 7, unit="户", status=status)
    assert words in refusal(check(exported(found, households=9), by=officer), "households")


def test_a_figure_of_several_results_is_refused(found, officer):
    make_result(found, 7, status="draft", indicator="学生")
    assert "2 results" in refusal(check(exported(found, people=200), by=officer), "people")


# Parties and numbers


def test_another_party_is_refused_in_words(officer):
    lead = make_organisation(name=full(2)["org"], code=full(2)["code"], kind="foundation")
    make_organisation(name=full(1)["org"], code=full(1)["code"], kind="service")
    make_project(number=full(1)["number"], name=full(1)["project"], lead=lead)
    made = book([full(1)], head=FULL, line=f"登记簿时点：{stamp()}")
    assert "party" in refusal(importing.check(made, by=officer), "code")
    order = Order(picks=update("code", place="台账!3"))
    with pytest.raises(ValidationError, match="party"), nothing_written():
        importing.commit(made, order, by=officer, digest="x")


# Who may


def test_an_organisation_enters_its_own_money_and_nothing_else(found):
    own = make_org_user(found.participations.get().organisation)
    row = exported(found, received=40, committed=90, note="别的", status="暂停", county="涞源县", people=1)
    outcome = check(row, by=own)
    assert {key for key, one in differences(outcome).items() if one.offered} == {"received", "committed"}
    assert all("role" in refusal(outcome, key) for key in ("note", "status", "county"))
    commit(row, "received", by=own)
    assert found.funding.get(state="received").amount == Decimal(400000)


def test_an_organisation_does_not_touch_the_money_of_its_partner(found):
    partner = make_organisation()
    Participation.objects.create(project=found, organisation=partner, role="joint")
    outcome = check(exported(found, received=40, pledged=1), by=make_org_user(partner))
    assert all("organisations that you work with" in refusal(outcome, key) for key in ("received", "pledged"))


def test_a_county_changes_nothing_of_a_project(found):
    row = exported(found, received=40, note="别的", status="暂停", county="涞源县", people=1, officer="李四")
    outcome = check(row, by=make_county_user(county()))
    assert [bool(one.refusal) for one in differences(outcome).values()] == [True] * 6


def test_a_partner_bureau_changes_the_projects_of_its_own_organisations():
    beijing = Division.objects.get(code="110000", valid_to=None)
    lead = make_organisation(authority=make_authority(division=beijing))
    by = make_user("partner")
    make_posting(by, beijing)
    mine, other = greenhouse(lead=lead), greenhouse(name="别的项目")
    outcome = check(exported(mine, note="改"), exported(other, note="改"), by=by)
    assert [one.outcome for one in outcome.verdicts.rows] == ["differs", "reject"]
    commit(exported(mine, note="改"), "note", by=by)
    mine.refresh_from_db()
    assert mine.summary == "改"


@pytest.mark.parametrize(
    "deed",
    [
        lambda one, by: change_details(project=one, by=by, name="别的"),
        lambda one, by: correct_funding(funding=one.funding.first(), by=by, money=Money(Decimal(1))),
        lambda one, by: correct_result(result=make_result(one, 1, status="draft"), by=by, reached=Quantity(2, "人次")),
        lambda one, by: record_result(project=one, by=by, reached=Quantity(2, "户"), indicator="甲", level="output"),
    ],
)
def test_each_correction_asks_for_its_own_permission(found, deed):
    with pytest.raises(PermissionDenied):
        deed(found, make_user("auditor"))


# Decisions


def test_a_row_that_is_left_out_is_not_written_and_stands_in_no_ones_way():
    first, second = project(1, fund=10), project(1, fund=11)
    outcome = importing.commit(
        book([first, second]), Order(picks={"台账!2": {"act": "skip"}}), by=None, digest="x"
    )  # fmt: skip
    assert [one.outcome for one in outcome.verdicts.rows] == ["skipped", "accept"]
    assert Funding.objects.get().amount == Decimal(110000)


def numbered(row, number):
    return row | {"number": number}


def test_a_row_that_met_another_project_by_its_number_is_logged_as_a_new_one():
    taken = make_project(number="XM-2019-0001", name="别的项目", year=2019)
    head = NATURAL | {"number": "项目编号"}
    made = book([numbered(project(1), taken.number)], head=head)
    assert importing.check(made).verdicts.summary["differs"] == 1
    outcome = importing.commit(made, Order(picks={"台账!2": {"act": "new"}}), by=None, digest="x")
    assert outcome.verdicts.summary["accepted"] == 1
    new = Project.objects.exclude(pk=taken.pk).get()
    assert (new.name, new.number) == (project(1)["project"], "XM-2019-0002")


def test_what_is_the_same_project_is_not_logged_a_second_time():
    importing.commit(book([project(1)]), by=None, digest="x")
    head = NATURAL | {"number": "项目编号"}
    row = numbered(project(1, fund=99), Project.objects.get().number)
    outcome = importing.check(book([row], head=head), Order(picks={"台账!2": {"act": "new"}}))
    (verdict,) = outcome.verdicts.rows
    assert (verdict.outcome, [fault.code for fault in verdict.entry.faults]) == ("reject", ["duplicate"])


def test_an_exported_row_that_becomes_a_new_project_needs_what_new_ones_need(found):
    (verdict,) = check(exported(found, note="别的"), picks={PLACE: {"act": "new"}}).verdicts.rows
    assert (verdict.outcome, [fault.key for fault in verdict.entry.faults]) == ("reject", ["code"])


def test_a_row_that_is_made_a_new_project_is_still_ones_own(found):
    head = HEAD | {"code": "统一社会信用代码"}
    row = exported(found, project="新项目", org=project(1)["org"], code=project(1)["code"])
    rows = [row | {"county": "康保县"}, row]
    for place, outcome in ((PLACE, "reject"), ("台账!6", "accept")):
        picks = {place: {"act": "new"}}
        made = laid(rows if place == PLACE else [{}, rows[1]], stamp(), head=head)
        verdict = importing.check(made, Order(picks=picks), by=make_county_user(county())).verdicts.rows[0]
        assert (verdict.place, verdict.outcome) == (place, outcome)


def test_a_new_row_cannot_update_anything():
    outcome = importing.check(book([project(1)]), Order(picks={"台账!2": {"act": "update", "cells": ["fund"]}}))
    assert [fault.code for fault in outcome.verdicts.rows[0].entry.faults] == ["no_project"]


def test_a_row_changes_no_other_row_of_the_file():
    made = book([project(1, fund=10), project(1, fund=11)])
    order = Order(picks={"台账!3": {"act": "update", "cells": ["fund"]}})
    assert "same project" in str(differences(importing.check(made, order))["fund"].refusal)
    with pytest.raises(ValidationError), nothing_written():
        importing.commit(made, order, by=None, digest="x")


def test_cells_of_a_ledger_of_other_origin_are_written_where_they_were_chosen(officer):
    importing.commit(book([project(1)]), by=None, digest="x")
    made = book([project(1, fund=99, status="已签约")])
    with nothing_written():
        said = importing.check(made, by=officer)
    assert {(one.refusal, one.offered) for one in differences(said).values()} == {(None, False)}
    importing.commit(made, Order(picks={"台账!2": {"act": "update", "cells": ["fund"]}}), by=officer, digest="x")
    assert Funding.objects.get().amount == Decimal(990000)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"picks": {"台账!99": {"act": "skip"}}}, "台账!99"), ({"picks": {PLACE: {"act": "erase"}}}, "erase"),
        ({"picks": {PLACE: {"act": "update", "cells": ["password"]}}}, "password"), ({"picks": {PLACE: {}}}, "None"),
        ({"fixes": {"无表!5": {"note": "甲"}}}, "无表!5"), ({"fixes": {PLACE: {"progress": "甲"}}}, "progress"),
        ({"fixes": {PLACE: {"kind": "5"}}}, "kind"),
    ],
)  # fmt: skip
def test_decisions_on_what_is_not_there_are_refused_in_words(found, order, words):
    with pytest.raises(ValidationError, match=words):
        check(exported(found), **order)


# Put right by a click


def test_what_a_suggestion_says_is_read_in_place_of_the_cell():
    made = book([project(1, county="康宝县", fund="八十万", status="已完城")])
    (verdict,) = importing.check(made).verdicts.rows
    fixes = {one.key: one.value for fault in verdict.entry.faults for one in fault.suggestions}
    assert set(fixes) == {"county", "fund", "status"}
    (verdict,) = importing.check(made, Order(fixes={"台账!2": fixes})).verdicts.rows
    assert (verdict.outcome, verdict.entry["fund"].value) == ("accept", Decimal(800000))
    importing.commit(made, Order(fixes={"台账!2": fixes}), by=None, digest="x")
    assert Project.objects.get().sites.get().division.name == "康保县"


def test_organisation_and_code_are_put_right_together():
    make_organisation(name="河北省试验慈善联合会", code=demo_code(5), kind="association")
    made = book([project(1, org="试验慈善", code="坏", type="")])
    fixes = {"台账!2": {"org": "河北省试验慈善联合会", "code": demo_code(5)}}
    (verdict,) = importing.check(made, Order(fixes=fixes)).verdicts.rows
    assert (verdict.outcome, verdict.entry["type"]) == ("accept", "association")


def test_a_figure_of_merged_cells_is_typed_in():
    made = book([project(1), project(2, fund="")], merges=[("fund", 0, 1)])
    fixes = {"台账!2": {"fund": "3"}, "台账!3": {"fund": "约4万"}}
    entries = [one.entry for one in importing.check(made, Order(fixes=fixes)).verdicts.rows]
    assert [(entry["fund"].value, entry.faults) for entry in entries] == [(30000, []), (40000, [])]


def test_a_wrong_fix_is_told_like_a_wrong_cell():
    outcome = importing.check(book([project(1)]), Order(fixes={"台账!2": {"county": "外县", "note": ""}}))
    assert [fault.key for fault in outcome.verdicts.rows[0].entry.faults] == ["county"]


# What changed between check and commit


def digests(outcome):
    return {verdict.place: verdict.digest for verdict in outcome.verdicts.rows}


def test_what_was_changed_since_it_was_seen_stops_everything(found, officer):
    other = greenhouse(name="别的项目")
    rows, moment = [exported(found, note="甲"), exported(other, note="乙")], stamp()
    picks = update("note") | update("note", place="台账!6")
    seen = digests(check(*rows, by=officer, moment=moment))
    made = laid(rows, moment)
    with acting(by=make_user("bureau"), action="desk.project.change"):
        Project.objects.filter(pk=other.pk).update(summary="后来")
    with pytest.raises(ValidationError, match=r"1 row .*台账!6"), nothing_written():
        importing.commit(made, Order(picks=picks, seen=seen), by=officer, digest="x")
    seen = digests(importing.check(made, by=officer))
    importing.commit(made, Order(picks=picks, seen=seen), by=officer, digest="x")
    assert set(Project.objects.values_list("summary", flat=True)) == {"甲", "乙"}


def test_a_change_of_what_is_not_written_stops_nothing(found, officer):
    other = greenhouse(name="别的项目")
    rows, moment = [exported(found, note="甲"), exported(other, note="乙")], stamp()
    seen = digests(check(*rows, by=officer, moment=moment))
    Project.objects.filter(pk=other.pk).update(summary="后来")
    importing.commit(laid(rows, moment), Order(picks=update("note"), seen=seen), by=officer, digest="x")
    found.refresh_from_db()
    assert found.summary == "甲"


def test_a_new_row_that_was_not_seen_so_is_not_written():
    made = book([project(1)])
    seen = digests(importing.check(made))
    importing.commit(made, Order(seen=seen), by=None, digest="x")
    with pytest.raises(ValidationError), nothing_written():
        importing.commit(book([project(2)]), Order(seen=seen), by=None, digest="x")


def test_a_digest_is_of_what_was_judged_and_not_of_what_was_decided(found, officer):
    row, moment = exported(found, note="甲", people=1), stamp()
    outcomes = [
        check(row, by=by, moment=moment, picks=picks)
        for picks in ({}, update("note"), {PLACE: {"act": "skip"}}, {PLACE: {"act": "new"}})
        for by in (officer, None)
    ]
    assert len({digests(outcome)[PLACE] for outcome in outcomes}) == 1
    assert digests(check(row | {"note": "乙"}, moment=moment)) != digests(outcomes[0])


def test_a_chosen_cell_that_is_refused_undoes_all_and_is_named(found, officer):
    other = greenhouse(name="别的项目")
    rows = [exported(found, note="甲"), exported(other, people=1), project(1)]
    picks = update("note") | update("people", place="台账!6")
    with pytest.raises(ValidationError, match="台账!6, 受益人次"), nothing_written():
        importing.commit(laid(rows[:2], stamp()), Order(picks=picks), by=officer, digest="x")


def test_new_rows_and_changed_ones_go_in_together(found, officer):
    head = HEAD | {"code": "统一社会信用代码"}
    found.participations.update(organisation=make_organisation(name=project(3)["org"], code=project(3)["code"]))
    new = {"project": "新项目", "org": project(1)["org"], "code": project(1)["code"], "county": "阜平县"}
    row = exported(found, note="甲", code=project(3)["code"])
    made = laid([row, new], stamp(), head=head)
    outcome = importing.commit(made, Order(picks=update("note")), by=officer, digest="x")
    assert (outcome.written.counts["project"], outcome.written.counts["updated"]) == (1, 1)
    assert set(Project.objects.values_list("name", "summary")) == {("大棚项目", "甲"), ("新项目", "")}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: Project.objects.filter(pk=found.pk).update(summary="后来"), PLACE),
        (lambda found: found.funding.filter(state="received").update(amount=Decimal(310000)), PLACE),
        (lambda found: list(found.funding.select_for_update()), "right now"),
    ],
    ids=("project", "line", "line held before its project"),
)
def test_what_is_being_changed_on_its_page_is_waited_for_and_not_overwritten(change, words):
    found, by = greenhouse(), make_user("bureau")
    made = laid([exported(found, note="甲", received=40)], stamp())
    seen = digests(importing.check(made, by=by))
    is_changed, is_waiting = threading.Event(), threading.Event()

    def changing():
        try:
            with acting(by=by, action="desk.project.change"):
                change(found)
                is_changed.set()
                is_waiting.wait(2)
        finally:
            connections.close_all()

    somebody = threading.Thread(target=changing)
    somebody.start()
    is_changed.wait(30)
    with pytest.raises(ValidationError, match=words):
        importing.commit(made, Order(picks=update("note") | update("received"), seen=seen), by=by, digest="x")
    somebody.join(30)
    assert not Change.objects.filter(action="ledger.import").exists()


def test_two_rows_never_change_one_project(officer):
    importing.commit(book([project(1)]), by=None, digest="x")
    number = Project.objects.get().number
    named = {"number": number, "project": project(1)["project"], "note": "甲"}
    first, second = laid([named], stamp()).sheets[0], book([project(1, status="已签约", fund=99)]).sheets[0]
    made = laid([], "1-1")
    made.sheets[:] = [first, type(second)("补充", second.rows)]
    picks = update("note") | update("fund", place="补充!2")
    outcome = importing.check(made, Order(picks=picks), by=officer)
    assert {str(one.refusal)[:10] for one in outcome.verdicts.rows[1].differences} == {"Row 台账!5 o"}
    with pytest.raises(ValidationError), nothing_written():
        importing.commit(made, Order(picks=picks), by=officer, digest="x")


# Cost


def test_a_row_costs_few_queries_more():
    projects = [greenhouse(name=f"项目{n}", lead=make_organisation()) for n in range(7)]
    rows, moment = [exported(one, note="甲", end="2020-07-01") for one in projects], stamp()
    counts = []
    for number in (2, 7):
        with CaptureQueriesContext(connection) as queries:
            check(*rows[:number], moment=moment)
        counts.append(len(queries))
    assert (counts[1] - counts[0]) / 5 <= 12


def test_rows_as_they_were_cost_none():
    projects = [greenhouse(name=f"项目{n}", lead=make_organisation()) for n in range(7)]
    rows, moment = [exported(one) for one in projects], stamp()
    counts = []
    for number in (2, 7):
        with CaptureQueriesContext(connection) as queries:
            check(*rows[:number], moment=moment)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_places_of_today_and_of_then_are_one(officer):
    found = greenhouse(county=Division.objects.get(code="130881", valid_to=None))
    assert check(exported(found, county="平泉县"), by=officer).verdicts.rows[0].outcome == "unchanged"
