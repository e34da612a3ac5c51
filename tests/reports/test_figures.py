"""The counting rules: each of them, and each refusal to count."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from orgs.actions import merge
from orgs.models import Organisation
from projects.models import Funding, Site
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

from .counted import landed, sliced, value

pytestmark = pytest.mark.django_db


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
