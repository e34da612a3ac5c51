"""Figures that are kept: the same as those that are counted, whoever wrote whatever in whatever way."""

import random
import re
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counties.models import Division
from projects.models import Campaign, Project
from registry.core.session_roles import APP, MEMBER, READER, role_taken
from registry.core.summaries import fold_all
from registry.reports.as_of import as_of
from registry.reports.figures import DIMENSIONS, FIGURES, HEADLINE, figures, report
from registry.reports.figures.cube import building, noting, reading
from registry.reports.figures.cube.asking import shares_sql
from registry.reports.figures.cube.held import GROUPINGS, HELD, grouped_by, number_of
from tests.factories import (
    make_county_user,
    make_designation,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_result,
    make_user,
)

from .kept import Written, apart, told, wrong

pytestmark = pytest.mark.django_db


def landed(**overrides):
    return make_project(**{"stage": "under_way"} | overrides)


def number(code="projects", user=None, **asked):
    return figures(user=user, codes=[code], **asked)[0].quantity.value


def statements(**asked):
    """What a report asks the database for, by the tables that it names: "cube", "counted" where it counts, "names"."""
    with CaptureQueriesContext(connection) as seen:
        report(user=asked.pop("user", None), **asked)
    texts = [query["sql"] for query in seen]
    return Counter(
        "noted" if "fresh AS" in one else "cube" if "cube." in one else "counted" if "counted" in one else "names"
        for one in texts
    )


def settle():
    """What constraints check at the commit is checked now: PostgreSQL changes no table before."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


# Equal to what is counted


@pytest.mark.parametrize("seed", range(2))
def test_after_chance_actions_what_is_kept_is_what_is_counted(seed):
    register, chance, done = Written(seed), random.Random(seed), Counter()
    for turn in range(8):
        done.update(register.sequence())
        assert apart(register, 2, chance) == [], f"register {seed}, turn {turn}, noted: {done}"
        if turn % 2:
            assert fold_all()
            assert (wrong(), apart(register, 1, chance)) == ({}, [])
    assert len(done) > 8


def test_a_thing_leaves_a_cell_only_with_the_last_project_that_keeps_it_there():
    organisation, county = make_organisation(), make_designation().division
    first, second = (landed(lead=organisation, county=county) for _number in range(2))
    fold_all()
    for project, left in ((first, 1), (second, 0)):
        Project.objects.filter(pk=project.pk).update(stage="signed")
        for _before_and_after_folding in range(2):
            assert (number("organisations"), number("counties"), number()) == (left, left, left)
            assert number("organisations", filters={"county": county.code}) == left
            fold_all()


def test_two_projects_that_exchange_a_thing_at_once_leave_it_there():
    organisation, other = make_organisation(), make_organisation()
    first, second = landed(lead=organisation, year=2019), landed(lead=other, year=2020)
    fold_all()
    for project, lead in ((first, other), (second, organisation)):
        project.participations.update(organisation=lead)
    assert number("organisations") == 2
    fold_all()
    assert (number("organisations"), wrong()) == (2, {})


# What is asked


def test_a_circular_of_one_campaign_is_one_statement_beside_names():
    project = landed(lead=make_organisation(), county=make_designation().division, field=make_field())
    make_funding(project)
    make_result(project)
    fold_all()
    asked = {"by": ("year", "field"), "codes": HEADLINE, "campaign": project.campaign}
    assert statements(**asked) == {"cube": 1, "names": 1}
    landed(campaign=project.campaign)
    assert statements(**asked) == {"cube": 1, "noted": 1, "names": 1}


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ("origin",)},
        {"filters": {"year": "2019-2020"}},
        {"filters": {"stage": "under_way"}},
        {"by": ("city", "year"), "filters": {"field": "none"}},
        {"codes": ["funds_cash"]},
        {"row_ids": True},
    ],
    ids=str,
)
def test_what_the_cube_does_not_hold_is_counted(asked):
    landed()
    asked = {"codes": ["projects"]} | asked
    assert statements(**asked)["counted"] == 1
    assert "cube" not in statements(**asked)


def test_what_was_is_counted_from_the_past_also_where_the_present_is_asked_for_within_it():
    landed()
    then = timezone.now()
    landed()
    fold_all()
    assert [number(), number(as_of=then)] == [2, 1]
    with as_of(then):
        assert number() == 1


def test_of_more_changes_than_can_be_waited_for_the_register_is_asked(monkeypatch):
    landed()
    fold_all()
    monkeypatch.setattr(reading, "AT_MOST", 1)
    landed()
    assert "noted" in statements(codes=["projects"])
    landed()
    assert statements(codes=["projects"])["counted"] == 1
    assert number() == 3


def test_while_it_is_not_filled_the_register_is_asked():
    landed()
    settle()
    building.before_migrations(plan=[1])
    landed()  # and nobody notes it
    assert (number(), statements(codes=["projects"])["counted"]) == (2, 1)
    assert not fold_all(), "it would not know what the migration changes"
    settle()
    building.after_migrations()
    assert (number(), statements(codes=["projects"]), wrong()) == (2, {"cube": 1}, {})


def test_those_from_whom_something_is_hidden_are_counted_for_and_may_not_read_the_cube():
    county = make_designation().division
    landed(county=county, visibility="internal")
    landed(visibility="internal")
    fold_all()
    person = make_county_user(county)
    assert (number(user=person), number(user=make_user("bureau"))) == (1, 2)
    for role, may in ((APP, True), (READER, True), (MEMBER, False)):
        with role_taken(role, person.pk if role == MEMBER else None):
            assert (statements(codes=["projects"])["counted"] == 1) is not may
            with transaction.atomic(), connection.cursor() as cursor:
                if may:
                    cursor.execute("SELECT FROM cube.cell")
                else:
                    with pytest.raises(ProgrammingError), transaction.atomic():
                        cursor.execute("SELECT FROM cube.cell")


@pytest.mark.parametrize("role", [APP, READER])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM cube.cell", "INSERT INTO cube.touched VALUES (1)", "SELECT cube.refill()"]
)
def test_nobody_but_the_owner_writes_the_cube(role, statement):
    with role_taken(role), connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute(statement)


# What is noted


def test_every_table_that_the_figures_are_counted_from_notes_its_changes():
    named = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', shares_sql()))
    assert named == {model._meta.db_table for model in noting.OF_PROJECTS | noting.BY_OTHERS}


def test_a_column_that_no_figure_reads_is_not_noted():
    project = landed()
    fold_all()
    Project.objects.filter(pk=project.pk).update(summary="新写的")
    assert not fold_all()
    Project.objects.filter(pk=project.pk).update(year=2018)
    assert fold_all()


def test_a_broken_trigger_is_found_by_the_check_and_mended_by_rebuilding(capsys):
    project = landed()
    fold_all()
    settle()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_project DISABLE TRIGGER figures_changed")
    Project.objects.filter(pk=project.pk).update(year=2018)
    assert told({"by": ("year",)}) != told({"by": ("year",)}, among=Project.objects.all())
    with pytest.raises(CommandError):
        call_command("check_summaries")
    assert "what each project gives to the figures" in capsys.readouterr().out
    call_command("check_summaries", rebuild=True)
    assert wrong() == {}


def test_the_cube_is_made_anew_only_where_its_form_has_changed():
    landed()
    fold_all()
    settle()
    before = reading.version()
    building.build_cube()
    assert reading.version() == before
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON SCHEMA cube IS 'another rule'")
    building.build_cube()
    assert reading.version() > before
    assert (number(), wrong()) == (1, {})


def test_it_holds_the_counting_rules_figures_by_every_grouping_that_is_promised():
    assert HELD.keys() - {"unnamed", "fulfilled"} <= FIGURES.keys()
    wanted = [(), ("year",), ("field",), ("county",), ("year", "field"), ("field", "county"), ("county", "city")]
    for codes in wanted:
        assert {number_of(codes), number_of(("campaign", *codes))} <= GROUPINGS
        assert grouped_by(number_of(codes)) == codes
    assert {code for one in GROUPINGS for code in grouped_by(one)} <= DIMENSIONS.keys()


# Answers that need not be sent twice


def etag(client, path="/api/v1/figures/?by=year,field"):
    return client.get(path).headers["ETag"]


def test_whoever_has_the_figures_is_told_so_without_their_being_counted(client):
    project = landed()
    client.force_login(make_user("bureau"))
    tag = etag(client)
    with CaptureQueriesContext(connection) as seen:
        known = client.get("/api/v1/figures/?by=year,field", headers={"If-None-Match": tag})
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
    assert not [query for query in seen if "cube.cell" in query["sql"]]
    for change in (
        lambda: Project.objects.filter(pk=project.pk).update(year=2018),
        lambda: Campaign.objects.filter(pk=project.campaign_id).update(name="行动二"),
        make_field,
    ):
        change()
        changed = client.get("/api/v1/figures/?by=year,field", headers={"If-None-Match": tag})
        assert changed.status_code == 200
        tag = changed.headers["ETag"]


def test_each_question_and_language_has_a_tag_of_its_own(client):
    client.force_login(make_user("bureau"))
    tags = {etag(client), etag(client, "/api/v1/figures/?by=year")}
    client.cookies["django_language"] = "en"
    assert len(tags | {etag(client)}) == 3


CHANGES = {
    "its field goes": lambda project, county: project.project_fields.all().delete(),
    "its place goes": lambda project, county: project.sites.all().delete(),
    "its parties go": lambda project, county: project.participations.all().delete(),
    "its money changes": lambda project, county: project.funding.update(amount=7),
    "its result changes": lambda project, county: project.results.update(actual=7),
    "its stage changes": lambda project, county: Project.objects.filter(pk=project.pk).update(stage="signed"),
    "its county has no home": lambda project, county: Division.objects.filter(pk=county.pk).update(home=None),
    "its county counts no more": lambda project, county: county.designations.update(counts=False),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_alone_is_noted(what):
    county = make_designation().division
    project = landed(lead=make_organisation(), county=county, field=make_field())
    make_funding(project)
    make_result(project)
    fold_all()
    asked = {"by": ("field", "county")}
    before = told(asked)
    CHANGES[what](project, county)
    assert told(asked) == told(asked, among=Project.objects.all()) != before
    fold_all()
    assert wrong() == {}
