"""Who may change what by a ledger, and what becomes of a row as a person decides."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from counties.models import Division
from orgs.credit_code import demo_code
from projects.actions.corrections import change_details, correct_funding, correct_result, record_result
from projects.ledger import importing
from projects.ledger.importing import Order
from projects.models import (
    Funding,
    Participation,
    Project,
)
from registry.core.quantity import Money, Quantity
from tests.factories import (
    make_authority,
    make_county_user,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_result,
    make_user,
)

from .exported_ledgers import HEAD, county, exported, greenhouse, laid, stamp
from .ledger_books import NATURAL, book, project
from .ledger_changes import PLACE, check, commit, differences, nothing_written, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "english")]


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
