"""The counting rules of money: what is involved, whose it is, how exact the sum is."""

from decimal import Decimal

import pytest

from projects.models import ProjectField, Site
from registry.reports.figures import FIGURES, figures
from tests.factories import (
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_result,
)

from .counted import landed, sliced, total, value, voided

pytestmark = pytest.mark.django_db


# Funds involved


def test_received_money_counts_instead_of_what_was_committed():
    project = landed()
    make_funding(project, "800.00", state="committed")
    make_funding(project, "300.00")
    make_funding(project, "200.00")
    assert value("funds") == 500


def test_committed_money_counts_where_nothing_was_received():
    make_funding(landed(), "800.00", state="committed")
    assert value("funds") == 800


def test_the_choice_between_received_and_committed_is_made_per_project():
    make_funding(landed(), "800.00", state="committed")
    make_funding(landed(), "300.00")
    assert value("funds") == 1100


def test_a_voided_receipt_lets_the_commitment_count_again():
    project = landed()
    make_funding(project, "800.00", state="committed")
    make_funding(project, "300.00", **voided())
    assert value("funds") == 800


@pytest.mark.parametrize("state", ["pledged", "spent"])
def test_pledged_and_spent_money_does_not_count(state):
    make_funding(landed(), state=state)
    assert value("funds") == 0


def test_a_voided_line_does_not_count():
    make_funding(landed(), **voided())
    assert value("funds") == 0


def test_money_of_a_project_that_has_not_landed_does_not_count():
    make_funding(make_project(stage="signed"), state="committed")
    assert value("funds") == 0


def test_own_and_raised_money_of_every_kind_counts():
    project = landed()
    make_funding(project, "1.00", kind="cash", origin="own")
    make_funding(project, "20.00", kind="goods", origin="raised", value_basis="invoice")
    make_funding(project, "300.00", kind="service", value_basis="declared")
    make_funding(project, "4000.00", kind="not_stated")
    assert value("funds") == 4321


def test_company_money_is_a_figure_of_its_own():
    project = landed()
    make_funding(project, "300000000.00", enterprise=make_enterprise(), origin="mobilised")
    make_funding(project, "50.00")
    assert (value("funds"), value("mobilised")) == (50, 300_000_000)


def test_company_money_received_does_not_push_out_what_organisations_committed():
    project = landed()
    make_funding(project, "7.00", enterprise=make_enterprise(), origin="mobilised")
    make_funding(project, "50.00", state="committed")
    make_funding(project, "9.00", enterprise=make_enterprise(), origin="mobilised", state="committed")
    assert (value("funds"), value("mobilised")) == (50, 7)


def test_pledges_of_every_project_are_shown_apart():
    make_funding(landed(), "5.00", state="pledged")
    make_funding(make_project(stage="planned"), "6.00", state="pledged")
    make_funding(make_project(), "7.00", state="pledged", **voided())
    assert (value("pledged"), value("funds")) == (11, 0)


def test_parties_sites_and_results_do_not_multiply_the_money():
    project = landed(lead=make_organisation(), county=make_division(), field=make_field())
    make_participation(project, organisation=make_organisation(), role="joint")
    Site.objects.create(project=project, division=make_division())
    ProjectField.objects.create(project=project, field=make_field(scheme="revitalisation"), is_primary=True)
    make_result(project, 3)
    make_result(project, 4)
    make_funding(project, "10.00")
    make_funding(project, "0.50")
    for by in ("year", "county", "city", "field", "origin", "kind", "level", "stage", "campaign"):
        assert sum(sliced("funds", by).values()) == Decimal("10.50"), by
        assert sum(sliced("beneficiaries", by).values()) == 7, by


def test_money_of_a_project_in_several_counties_stands_apart():
    first, second = make_division(), make_division()
    make_funding(landed(county=first), "5.00")
    shared = landed(county=first)
    Site.objects.create(project=shared, division=second)
    make_funding(shared, "560000.00", qualifier="over")
    make_funding(landed(), "7.00")
    assert sliced("funds", "county") == {(first.code,): 5, ("several",): 560000, ("none",): 7}
    assert value("funds", filters={"county": first.code}) == 5
    assert value("funds", filters={"county": "several"}) == 560000
    assert value("funds", filters={"county": "none"}) == 7


def test_two_sites_in_one_county_are_not_several_counties():
    county = make_division()
    project = landed(county=county)
    Site.objects.create(project=project, division=county, address="一村")
    make_funding(project, "5.00")
    assert sliced("funds", "county") == {(county.code,): 5}
    assert sliced("projects", "county") == {(county.code,): 1}


# The parts of the money


MONEY_PARTS = {
    "origin": {"funds_own", "funds_raised"},
    "kind": {"funds_cash", "funds_goods", "funds_service", "funds_of_no_kind"},
}


@pytest.mark.parametrize("parts", MONEY_PARTS.values(), ids=MONEY_PARTS)
def test_the_parts_of_the_funds_come_to_the_whole(parts):
    for origin, kind, amount in (
        ("own", "cash", "1.00"), ("raised", "goods", "20.00"), ("own", "service", "300.00"),
        ("raised", "not_stated", "4000.00"),
    ):  # fmt: skip
        make_funding(landed(), amount, origin=origin, kind=kind)
    make_funding(landed(), "50000.00", origin="mobilised")
    make_funding(landed(), "600000.00", state="spent")
    found = {code: value(code) for code in parts}
    assert 0 not in found.values()
    assert sum(found.values()) == value("funds") == 4321


@pytest.mark.parametrize(
    ("code", "expected"),
    [("funds_own", 301), ("funds_raised", 4020), ("funds_cash", 1), ("funds_goods", 20), ("funds_service", 300),
     ("funds_of_no_kind", 4000)],
)  # fmt: skip
def test_each_part_of_the_funds_is_of_its_origin_or_kind(code, expected):
    project = landed()
    for origin, kind, amount in (
        ("own", "cash", "1.00"), ("raised", "goods", "20.00"), ("own", "service", "300.00"),
        ("raised", "not_stated", "4000.00"),
    ):  # fmt: skip
        make_funding(project, amount, origin=origin, kind=kind)
    assert value(code) == expected


@pytest.mark.parametrize("state", ["committed", "received", "spent", "pledged"])
def test_the_ladder_of_the_money_counts_each_state_of_every_project_companies_apart(state):
    make_funding(landed(), "5.00", state=state)
    make_funding(make_project(stage="signed"), "6.00", state=state)
    make_funding(make_project(), "7.00", state=state, **voided())
    make_funding(make_project(), "8.00", state=state, origin="mobilised")
    assert {each: value(each) for each in ("pledged", "committed", "received", "spent")} == {
        "pledged": 0, "committed": 0, "received": 0, "spent": 0, state: 11,
    }  # fmt: skip


def test_inexact_lines_and_those_without_an_amount_are_counted():
    for amount, qualifier in (("5.00", "exact"), ("6.00", "about"), ("7.00", "over"), (None, "exact")):
        make_funding(landed(), amount, qualifier=qualifier)
    make_funding(landed(), None, state="pledged")
    assert (value("lines_inexact"), value("lines_not_stated")) == (2, 1)
    assert (total("funds").inexact, total("funds").not_stated) == (2, 1)


# Exactness


@pytest.mark.parametrize(
    ("qualifiers", "expected"),
    [
        (["exact", "exact"], "exact"),
        (["exact", "about"], "about"),
        (["exact", "over"], "at_least"),
        (["at_least", "over"], "at_least"),
        (["about", "over"], "about"),
    ],
)
def test_an_inexact_line_makes_the_sum_inexact(qualifiers, expected):
    for qualifier in qualifiers:
        make_funding(landed(), "10.00", qualifier=qualifier)
    found = total("funds")
    assert (found.value, found.qualifier, found.lines) == (20, expected, 2)
    assert found.inexact == len([word for word in qualifiers if word != "exact"])


def test_lines_that_are_not_stated_are_counted_beside_the_sum_and_leave_it_exact():
    make_funding(landed(), "10.00")
    make_funding(landed(), None, kind="goods", goods="图书", qualifier="about")
    found = total("funds")
    assert (found.value, found.qualifier, found.lines, found.inexact, found.not_stated) == (10, "exact", 2, 0, 1)


def test_a_sum_of_lines_that_are_not_stated_is_not_stated_rather_than_zero():
    make_funding(landed(), None, kind="goods", goods="图书")
    assert value("funds") is None


def test_an_inexact_line_that_does_not_count_leaves_the_sum_exact():
    make_funding(landed(), "10.00")
    make_funding(make_project(stage="signed"), "10.00", qualifier="about")
    assert total("funds").qualifier == "exact"


def test_a_figure_of_nothing_is_zero():
    assert {figure.code: figure.quantity.value for figure in figures(user=None, codes=FIGURES)} == dict.fromkeys(
        FIGURES, 0
    )
