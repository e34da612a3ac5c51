"""The counting rules: each of them, and each refusal to count."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions import merge
from orgs.models import Kind, Organisation
from projects.models import Funding, ProjectField, Site
from registry.reports.figures import FIGURES, figures, report, rows_behind
from tests.factories import (
    make_campaign,
    make_county_user,
    make_designation,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_user,
)

pytestmark = pytest.mark.django_db


def total(code, **asked):
    (figure,) = figures(user=asked.pop("user", None), codes=[code], **asked)
    return figure.quantity


def value(code, **asked):
    return total(code, **asked).value


def landed(**overrides):
    return make_project(**{"stage": "under_way"} | overrides)


def sliced(code, *by, **asked):
    """{values of the cells: value} of the last slice, rows without lines left out."""
    part = report(user=None, by=by, codes=[code], **asked).slices[-1]
    return {
        tuple(cell.value for cell in row.cells): row.totals[code].value for row in part.rows if row.totals[code].lines
    }


def voided(**line):
    return {"voided_by": make_user(), "voided_at": timezone.now(), "void_reason": "重复"} | line


# Projects landed


@pytest.mark.parametrize(
    ("stage", "left", "counts"),
    [
        ("planned", "", 0),
        ("matched", "", 0),
        ("signed", "", 0),
        ("under_way", "", 1),
        ("finished", "", 1),
        ("accepted", "", 1),
        ("aftercare", "", 1),
        ("closed", "", 1),
        ("suspended", "under_way", 1),
        ("suspended", "signed", 0),
        ("terminated", "under_way", 1),
        ("terminated", "signed", 0),
    ],
)
def test_a_project_counts_from_under_way_on_and_by_the_stage_that_it_left(stage, left, counts):
    make_project(stage=stage, left_stage=left)
    assert value("projects") == counts


def test_a_project_in_two_counties_counts_once_in_all_and_under_each():
    project, first, second = landed(), make_division(), make_division()
    for county in (first, second):
        Site.objects.create(project=project, division=county)
    assert value("projects") == 1
    assert sliced("projects", "county") == {(first.code,): 1, (second.code,): 1}


# Organisations taking part


def test_an_organisation_in_two_projects_counts_once():
    organisation = make_organisation()
    landed(lead=organisation)
    make_participation(landed(), organisation=organisation, role="funder")
    assert value("organisations") == 1


def test_an_organisation_counts_in_any_role():
    project = landed()
    for role in ("lead", "joint", "funder", "implementer", "mobiliser"):
        make_participation(project, organisation=make_organisation(), role=role)
    assert value("organisations") == 5


def test_an_organisation_of_a_project_that_has_not_landed_does_not_count():
    make_project(lead=make_organisation(), stage="signed")
    assert value("organisations") == 0


def test_merged_organisations_count_as_the_one_that_they_went_into():
    kept, gone = make_organisation(), make_organisation()
    landed(lead=kept)
    landed(lead=gone)
    assert value("organisations") == 2
    merge(organisation=gone, into=kept, by=make_user("bureau"), reason="同一组织")
    assert value("organisations") == 1


def test_a_merged_organisation_counts_even_when_the_other_has_no_project():
    kept, gone = make_organisation(), make_organisation(origin="beijing")
    landed(lead=gone)
    merge(organisation=gone, into=kept, by=make_user("bureau"), reason="同一组织")
    found = report(user=None, codes=["organisations"], row_ids=True).figures[0]
    assert (found.quantity.value, found.row_ids) == (1, (kept.pk,))
    assert sliced("organisations", "origin") == {("hebei",): 1}


def test_a_company_never_counts_as_an_organisation():
    make_participation(landed(), enterprise=make_enterprise(), role="mobilised")
    assert value("organisations") == 0


def test_unnamed_organisations_do_not_count_and_their_number_is_noted():
    project = landed(lead=make_organisation())
    make_participation(project, unnamed="organisations", unnamed_count=7, unnamed_qualifier="over", role="joint")
    make_participation(project, unnamed="enterprises", unnamed_count=30, role="mobilised")
    (found,) = report(user=None, codes=["organisations"], row_ids=True).figures
    assert (found.quantity.value, len(found.row_ids)) == (1, 1)
    assert "7" in found.note
    assert "30" not in found.note


def test_unnamed_organisations_are_noted_where_no_organisation_is_named():
    make_participation(landed(), unnamed="organisations", unnamed_count=7, role="joint")
    (found,) = figures(user=None, codes=["organisations"])
    assert (found.quantity.value, "7" in found.note) == (0, True)


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


# Years and quarters


def test_money_stands_under_the_quarter_in_which_it_came_and_a_project_under_that_of_its_start():
    project = landed(actual_start=date(2020, 3, 31))
    make_funding(project, "5.00", occurred_on=date(2020, 4, 1))
    make_funding(project, "6.00", occurred_on=date(2020, 12, 31))
    make_funding(project, "7.00")
    assert sliced("funds", "quarter") == {("2020-Q2",): 5, ("2020-Q4",): 6, ("none",): 7}
    assert sliced("projects", "quarter") == {("2020-Q1",): 1}
    for quarter, amount in (("2020-Q2", 5), ("2020-Q4", 6), ("none", 7), ("2020-Q3", 0)):
        assert value("funds", filters={"quarter": quarter}) == amount


def test_several_years_in_a_row_are_one_filter():
    for year in (2018, 2019, 2020, 2021):
        landed(year=year)
    assert value("projects", filters={"year": "2019-2020"}) == 2
    assert report(user=None, filters={"year": "2019-2020"}).filters[0][1].label == "2019-2020"


@pytest.mark.parametrize(
    ("dimension", "word"),
    [("year", "2020-2019"), ("year", "2019-"), ("year", "-2019"), ("year", "1066-2019"), ("quarter", "2020"),
     ("quarter", "2020-Q5"), ("quarter", "2020-04"), ("quarter", "x")],
)  # fmt: skip
def test_what_is_no_year_or_quarter_is_refused(dimension, word):
    with pytest.raises(ValidationError) as refusal:
        figures(user=None, filters={dimension: word})
    assert refusal.value.code == "unknown_value"


# Rows in which nothing counts


def test_empty_rows_are_shown_where_they_are_asked_for():
    counties = [make_designation().division for _number in range(3)]
    fields = [make_field(), make_field(), make_field(is_active=False)]
    landed(county=counties[0], field=fields[0], year=2018)
    landed(year=2021, actual_start=date(2021, 2, 1))
    landed(year=2021, actual_start=date(2020, 7, 1))

    def cells(by, **asked):
        (part,) = report(user=None, by=[by], codes=["projects"], **asked).slices
        return [row.cells[0].value for row in part.rows]

    assert cells("county") == [counties[0].code, "none"]
    assert cells("county", empty=True) == [*sorted(county.code for county in counties), "none"]
    assert cells("field", empty=True) == [*sorted(field.code for field in fields[:2]), "none"]
    assert cells("year", empty=True) == ["2018", "2019", "2020", "2021"]
    assert cells("quarter", empty=True) == ["2020-Q3", "2020-Q4", "2021-Q1", "none"]
    assert len(cells("kind", empty=True)) == len(Kind.values) + 1


def test_no_years_are_shown_where_there_are_none():
    for by in ("year", "quarter"):
        assert report(user=None, by=[by], codes=["projects"], empty=True).slices[0].rows == []


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


# Counties covered


def test_a_county_without_a_counting_designation_does_not_count():
    plain, listed_apart = make_division(), make_division()
    make_designation(listed_apart, counts=False)
    landed(county=plain)
    landed(county=listed_apart)
    assert value("counties") == 0


def test_a_designated_county_counts_once():
    county = make_designation().division
    make_designation(county, kind="deep_poverty", counts=False)
    landed(county=county)
    landed(county=county)
    assert value("counties") == 1


def test_a_designated_county_without_a_landed_project_does_not_count():
    make_project(county=make_designation().division, stage="signed")
    assert value("counties") == 0


def test_old_codes_fold_into_todays_county():
    today = make_division(name="任泽区", valid_from=2020)
    former = make_division(name="任县", valid_to=2020, home=today)
    make_designation(former)
    landed(county=former)
    landed(county=today)
    village = make_division(level="village", code="130505100200", home=today)
    landed(county=village)
    assert value("counties") == 1
    assert sliced("projects", "county") == {(today.code,): 3}
    assert value("projects", filters={"county": former.code}) == 3


# Beneficiaries


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_only_approved_results_count(status):
    make_result(landed(), 10, status=status)
    assert value("beneficiaries") == 0


def test_person_times_persons_and_households_are_three_figures():
    project = landed()
    for unit, number in (("人次", 100), ("人", 20), ("户", 3), ("副", 1160)):
        make_result(project, number, unit=unit)
    assert [value(code) for code in ("beneficiaries", "people", "households")] == [100, 20, 3]


def test_results_of_a_project_that_has_not_landed_do_not_count():
    make_result(make_project(stage="signed"), 10)
    assert value("beneficiaries") == 0


# Slices


def test_slices_by_year_field_stage_and_campaign_follow_the_project():
    field, campaign = make_field(), make_campaign(code="relief")
    landed(year=2019, field=field, campaign=campaign)
    landed(year=2020, stage="finished", campaign=campaign)
    assert sliced("projects", "year") == {("2019",): 1, ("2020",): 1}
    assert sliced("projects", "field") == {(field.code,): 1, ("none",): 1}
    assert sliced("projects", "stage") == {("under_way",): 1, ("finished",): 1}
    assert sliced("projects", "campaign") == {("relief",): 2}


def test_the_field_is_the_primary_one_of_the_campaigns_own_scheme():
    before, relief, after, newer = make_field(), make_field(), make_field(), make_field(scheme="revitalisation")
    project = landed(campaign=make_campaign(scheme="relief"))
    ProjectField.objects.create(project=project, field=before)
    ProjectField.objects.create(project=project, field=relief, is_primary=True)
    ProjectField.objects.create(project=project, field=after)
    ProjectField.objects.create(project=project, field=newer, is_primary=True)
    successor = landed(field=newer, campaign=make_campaign(scheme="revitalisation"))
    ProjectField.objects.create(project=successor, field=relief, is_primary=True)
    ProjectField.objects.create(project=landed(), field=after)
    assert sliced("projects", "field") == {(relief.code,): 1, (newer.code,): 1, ("none",): 1}


def test_a_county_stands_under_its_city():
    city = make_division(level="prefecture", code="130700", name="张家口市")
    first, second = make_division(parent=city), make_division(parent=city)
    project = landed(county=first)
    Site.objects.create(project=project, division=second)
    make_funding(project, "5.00")
    make_funding(landed(county=city), "6.00")
    assert sliced("funds", "city") == {("130700",): 11}
    assert sliced("projects", "city") == {("130700",): 2}
    assert value("funds", filters={"city": "130700"}) == 11


def test_organisations_are_sliced_by_what_they_are_themselves():
    project = landed(lead=make_organisation(origin="hebei", kind="foundation", level="province"))
    make_participation(
        project, organisation=make_organisation(origin="beijing", kind="association", level="county"), role="joint"
    )
    assert sliced("organisations", "origin") == {("beijing",): 1, ("hebei",): 1}
    assert sliced("organisations", "kind") == {("association",): 1, ("foundation",): 1}
    assert sliced("organisations", "level") == {("province",): 1, ("county",): 1}


def test_projects_and_results_are_sliced_by_the_leading_organisation_so_that_they_add_up():
    project = landed()
    make_participation(project, organisation=make_organisation(origin="tianjin"), role="funder")
    make_participation(project, organisation=make_organisation(origin="beijing"))
    make_participation(project, organisation=make_organisation(origin="hebei"))
    make_result(project, 5)
    landed()
    assert sliced("projects", "origin") == {("beijing",): 1, ("none",): 1}
    assert sliced("beneficiaries", "origin") == {("beijing",): 5}


def test_money_is_sliced_by_its_giver_and_joint_money_stands_apart():
    giver = make_organisation(origin="beijing")
    project = landed(lead=make_organisation(origin="hebei"))
    make_funding(project, "5.00", organisation=giver)
    make_funding(project, "7.00")
    assert sliced("funds", "origin") == {("beijing",): 5, ("none",): 7}


def test_a_filter_on_the_giver_does_not_bring_back_commitments():
    project = landed()
    make_funding(project, "5.00", organisation=make_organisation(origin="beijing"))
    make_funding(project, "800.00", organisation=make_organisation(origin="hebei"), state="committed")
    assert value("funds", filters={"origin": "hebei"}) == 0


def test_company_money_is_sliced_by_the_association_that_the_company_belongs_to():
    company = make_enterprise(member_of=make_organisation(origin="tianjin"))
    make_funding(landed(), "5.00", enterprise=company, origin="mobilised")
    assert sliced("mobilised", "origin") == {("tianjin",): 5}


def test_organisations_of_two_years_do_not_add_up_and_the_slice_says_so():
    organisation = make_organisation()
    campaign = landed(lead=organisation, year=2019).campaign
    landed(lead=organisation, year=2020)
    found = report(user=None, campaign=campaign, by=["year"])
    assert value("organisations") == 1
    assert sum(row.totals["organisations"].value for row in found.slices[0].rows) == 2
    assert {code for code in FIGURES if not found.slices[0].adds_up(FIGURES[code])} == {"organisations", "counties"}


def test_what_has_a_row_in_each_campaign_does_not_add_up_over_all_of_them():
    part = report(user=None, by=["year"]).slices[0]
    phased = {code for code, figure in FIGURES.items() if figure.phases}
    assert phased
    assert {code for code in FIGURES if part.adds_up(FIGURES[code]) is False} == {"organisations", "counties"} | phased


def test_two_dimensions_give_a_slice_by_each_and_by_both():
    field = make_field()
    make_funding(landed(year=2019, field=field), "5.00")
    make_funding(landed(year=2020, field=field), "6.00")
    found = report(user=None, by=["year", "field"])
    assert [[one.code for one in part.by] for part in found.slices] == [["year"], ["field"], ["year", "field"]]
    assert sliced("funds", "year", "field") == {("2019", field.code): 5, ("2020", field.code): 6}


def test_every_cell_of_every_slice_equals_the_figure_filtered_by_it():
    counties = [make_designation().division for _number in range(3)]
    for number in range(8):
        project = landed(
            lead=make_organisation(origin=["beijing", "hebei"][number % 2]),
            county=counties[number % 3],
            field=make_field(),
            year=2018 + number % 3,
        )
        if number % 4 == 0:
            Site.objects.create(project=project, division=counties[(number + 1) % 3])
        make_funding(project, "10.00", organisation=make_organisation(kind="association"))
        make_funding(project, None, state="committed")
        make_result(project, number)
    for by in ("year", "county", "field", "origin", "kind", "level", "stage"):
        for row in report(user=None, by=[by]).slices[0].rows:
            narrowed = report(user=None, filters={by: row.cells[0].value})
            assert {figure.code: figure.quantity for figure in narrowed.figures} == row.totals, (by, row.cells)


def test_cells_stand_in_the_order_of_their_dimension():
    later, earlier = make_field(position=2), make_field(position=1)
    for field in (later, None, earlier):
        landed(field=field)
    rows = report(user=None, by=["field"], codes=["projects"]).slices[0].rows
    assert [row.cells[0].value for row in rows] == [earlier.code, later.code, "none"]


# Scope


def test_figures_of_one_campaign_leave_the_others_out():
    first, second = make_campaign(), make_campaign()
    landed(campaign=first)
    landed(campaign=second)
    assert (value("projects", campaign=first), value("projects")) == (1, 2)


def test_the_public_counts_published_projects_only():
    for visibility in ("internal", "published"):
        project = landed(visibility=visibility, lead=make_organisation(), county=make_designation().division)
        make_funding(project, "5.00")
        make_funding(project, "6.00", state="pledged")
        make_participation(project, unnamed="organisations", unnamed_count=3, role="joint")
        make_result(project, 7)
    public = {figure.code: figure for figure in figures(user=AnonymousUser())}
    whole = {figure.code: figure.quantity.value for figure in figures(user=make_user("auditor"))}
    assert {code: figure.quantity.value * 2 for code, figure in public.items()} == whole
    assert "3" in public["organisations"].note


def test_a_countys_staff_counts_its_own_internal_projects_and_no_others():
    county = make_division()
    landed(county=county)
    landed(county=make_division())
    assert value("projects", user=make_county_user(county)) == 1


# Rows behind a figure


def test_the_rows_behind_a_figure_are_those_that_were_counted():
    county = make_designation().division
    organisation = make_organisation()
    project = landed(lead=organisation, county=county)
    Site.objects.create(project=project, division=county, address="二村")
    make_project(lead=make_organisation(), county=make_designation().division, stage="signed")
    line = make_funding(project, "5.00")
    make_funding(project, "6.00", state="committed")
    result = make_result(project)
    make_result(project, status="draft")
    found = {figure.code: figure for figure in report(user=None, row_ids=True).figures}
    assert found["organisations"].row_ids == (organisation.pk,)
    assert found["projects"].row_ids == (project.pk,)
    assert found["counties"].row_ids == (county.pk,)
    assert found["funds"].row_ids == (line.pk,)
    assert found["beneficiaries"].row_ids == (result.pk,)
    assert found["funds"].row_table == Funding._meta.db_table
    assert (found["funds"].is_sum, found["organisations"].is_sum) == (True, False)


def test_a_distinct_figure_has_as_many_rows_as_it_counts():
    for _number in range(2):
        project = landed(lead=make_organisation())
        make_participation(project, organisation=Organisation.objects.first(), role="joint")
    make_organisation()
    behind = rows_behind(FIGURES["organisations"], Organisation.objects.all(), user=None)
    assert behind.count() == value("organisations") == 2


# Questions that cannot be answered


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"by": ["colour"]}, "unknown_dimension"),
        ({"by": ["year", "field", "county"]}, "too_many"),
        ({"filters": {"colour": "red"}}, "unknown_dimension"),
        ({"filters": {"year": "20x0"}}, "unknown_value"),
        ({"filters": {"year": "3000"}}, "unknown_value"),
        ({"filters": {"county": "999999"}}, "unknown_value"),
        ({"filters": {"city": "130100"}}, "unknown_value"),
        ({"filters": {"field": "nothing"}}, "unknown_value"),
        ({"filters": {"origin": "mars"}}, "unknown_value"),
        ({"filters": {"stage": "several"}}, "unknown_value"),
    ],
)
def test_an_unknown_dimension_or_value_is_refused_by_name(asked, code):
    with pytest.raises(ValidationError) as refusal:
        report(user=None, **asked)
    assert refusal.value.code == code


def test_as_many_queries_are_asked_for_one_row_as_for_three(django_assert_num_queries):
    def add():
        project = landed(lead=make_organisation(), county=make_division(), field=make_field())
        make_funding(project)
        make_result(project)

    def asked():
        return report(user=None, by=["county", "field"], codes=FIGURES, row_ids=True)

    add()
    queries = len(FIGURES) * 2 + 1 + 2  # each figure with all its slices, its ids; unnamed; names of cells
    with django_assert_num_queries(queries):
        asked()
    for _number in range(2):
        add()
    with django_assert_num_queries(queries):
        asked()


def test_every_figure_has_a_rule_a_unit_and_a_label():
    assert all(str(each.rule) and each.unit and str(each.label) for each in FIGURES.values())
