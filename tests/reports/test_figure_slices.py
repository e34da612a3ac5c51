"""Figures by year, field, place, giver: what stands in each cell, and what does not add up."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.models import Kind
from projects.models import ProjectField, Site
from registry.reports.figures import FIGURES, figures, report
from tests.factories import (
    make_campaign,
    make_designation,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_result,
)

from .counted import landed, sliced, value

pytestmark = pytest.mark.django_db


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
