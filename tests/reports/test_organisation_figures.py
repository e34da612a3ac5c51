"""What an organisation did, in figures: counted as everywhere, its own money only, promises by what was confirmed."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from projects.models import Participation
from registry.reports.figures import report
from registry.reports.organisation_figures import MONEY, ROLES, doings_of, promises_of
from tests.counting import queries_of
from tests.factories import (
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_participation,
    make_pledge,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()
LEAD, JOINT, MOBILISER = (ROLES.index(role) for role in ("lead", "joint", "mobiliser"))


def landed(**overrides):
    return make_project(**{"visibility": "published", "stage": "under_way", "year": 2020} | overrides)


def told(organisation, user=STRANGER):
    return doings_of(organisation, user)


def years(doings):
    """{year: (projects, led, joined, mobilised, own, raised, mobilised money)}."""
    return {
        line.label: (
            line.projects.value, *(line.roles[place] for place in (LEAD, JOINT, MOBILISER)),
            *(given.value for given in line.money),
        )
        for line in [*doings.lines, doings.whole]
    }  # fmt: skip


def test_every_role_counts_by_year_and_in_all_a_project_once(client):
    organisation = make_organisation()
    led = landed(lead=organisation)
    make_participation(led, organisation=organisation, role="mobiliser")
    make_participation(landed(year=2021, lead=make_organisation()), organisation=organisation, role="joint")
    nothing = (0, 0, 0)
    assert years(told(organisation)) == {
        "2021": (1, 0, 1, 0, *nothing), "2020": (1, 1, 0, 1, *nothing), "": (2, 1, 1, 1, *nothing),
    }  # fmt: skip


def test_only_lines_that_name_it_are_its_money_and_its_companies_money_stands_apart():
    organisation, other = make_organisation(), make_organisation()
    project = landed(lead=organisation)
    make_funding(project, "100", organisation=organisation)
    make_funding(project, "20", organisation=organisation, origin="raised", qualifier="about")
    make_funding(project, "7", enterprise=make_enterprise(member_of=organisation), origin="mobilised")
    make_funding(project, "5000", organisation=other)
    make_funding(project, "60000")  # joint, shares unknown
    make_funding(project, "900000", organisation=organisation, state="pledged")
    whole = told(organisation).whole
    assert [given.value for given in whole.money] == [100, 20, 7]
    assert [given.inexact for given in whole.money] == [0, 1, 0]


def test_the_figures_are_those_of_the_report_where_nobody_else_gave():
    organisation = make_organisation()
    for year, amount in ((2019, "100.50"), (2020, "40"), (2020, None)):
        make_funding(landed(lead=organisation, year=year), amount, organisation=organisation)
    make_project(lead=organisation, visibility="published")  # planned: not landed
    doings = told(organisation)
    expected = report(user=STRANGER, codes=("projects", *MONEY), by=("year",))
    assert [doings.whole.projects, *doings.whole.money] == [figure.quantity for figure in expected.figures]
    assert {line.label: [line.projects, *line.money] for line in doings.lines} == {
        row.cells[0].value: [row.totals[code] for code in ("projects", *MONEY)] for row in expected.slices[0].rows
    }


def test_what_was_merged_into_it_is_counted_with_it():
    organisation, county, field = make_organisation(), make_division(), make_field()
    former = make_organisation(status="merged", merged_into=organisation)
    project = landed(lead=former, county=county, field=field)
    make_funding(project, "300", organisation=former)
    doings = told(organisation)
    assert years(doings)[""] == (1, 1, 0, 0, 300, 0, 0)
    assert [(cell.value, number.value) for cell, number in doings.counties] == [(county.code, 1)]
    assert [(cell.value, number.value) for cell, number in doings.fields] == [(field.code, 1)]


def test_a_stranger_is_told_of_published_projects_only():
    organisation = make_organisation()
    make_funding(landed(lead=organisation, visibility="internal"), "300", organisation=organisation)
    assert years(told(organisation)) == {"": (0, 0, 0, 0, 0, 0, 0)}
    for reader in (make_user("bureau"), make_org_user(organisation)):
        assert years(told(organisation, reader))["2020"] == (1, 1, 0, 0, 300, 0, 0)


def pledged(organisation, status, *, confirmed=True, **overrides):
    if confirmed:
        overrides |= {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    return make_pledge(need=make_need(), organisation=organisation, status=status, **overrides)


def test_promises_are_kept_by_a_project_and_broken_by_a_release():
    organisation = make_organisation()
    for status in ("carried", "carried", "signed", "confirmed", "withdrawn"):
        pledged(organisation, status, **({"project": landed()} if status == "carried" else {}))
    found = promises_of(organisation)
    assert (found.total, found.kept, found.signed, found.waiting, found.released) == (5, 2, 1, 1, 1)


@pytest.mark.parametrize("status", ["draft", "submitted", "accepted", "declined", "withdrawn"])
def test_what_the_county_has_not_confirmed_is_told_to_nobody(client, status):
    organisation = make_organisation()
    pledge = pledged(organisation, status, confirmed=False)
    assert promises_of(organisation).total == 0
    text = client.get(f"/orgs/{organisation.pk}/").content.decode()
    assert "暂无县方已确认的承诺" in text
    assert pledge.number not in text


def test_promises_of_those_merged_into_it_are_its_own():
    organisation = make_organisation()
    pledged(make_organisation(status="merged", merged_into=organisation), "confirmed")
    assert promises_of(organisation).total == 1


def test_the_page_prints_roles_money_places_and_promises(client):
    organisation, county = make_organisation(), make_division()
    project = landed(lead=organisation, county=county, field=make_field(name="消费帮扶"))
    make_funding(project, "720000", organisation=organisation)
    pledged(organisation, "carried", project=project)
    text = client.get(f"/orgs/{organisation.pk}/").content.decode()
    for words in (
        ">72.00<",
        "消费帮扶",
        f'href="/counties/{county.code}/"',
        "<strong>1</strong> / 1",
        "100.0%",
        str(Participation.Role.LEAD.label),
        f'href="/projects/?organisation={organisation.pk}"',
    ):
        assert words in text  # fmt: skip


def test_one_project_and_three_cost_the_same_number_of_questions(client):
    organisation = make_organisation()

    def make():
        project = landed(lead=organisation, county=make_division(), field=make_field(), year=make_year())
        make_funding(project, "10", organisation=organisation)
        pledged(organisation, "confirmed")

    counter = iter((2018, 2019, 2020))
    make_year = counter.__next__
    make()
    one = queries_of(client, f"/orgs/{organisation.pk}/")
    make()
    make()
    assert queries_of(client, f"/orgs/{organisation.pk}/") == one


def test_an_unstated_sum_is_not_nothing():
    organisation = make_organisation()
    make_funding(landed(lead=organisation), None, organisation=organisation)
    given = told(organisation).whole.money[0]
    assert (given.value, given.lines, given.not_stated) == (None, 1, 1)
    make_funding(landed(lead=organisation), "5", organisation=organisation)
    assert told(organisation).whole.money[0].value == Decimal(5)
