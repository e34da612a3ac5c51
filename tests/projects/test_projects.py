"""The project itself: how it is logged, published and found, and what may hang on it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from orgs.actions import rename
from projects.actions.projects import register_project
from projects.models import Campaign, CampaignBureau, Participation, Project, ProjectField, ProjectMark, Site
from registry.core.models import Change
from tests.factories import (
    make_authority,
    make_campaign,
    make_division,
    make_enterprise,
    make_field,
    make_organisation,
    make_participation,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def register(by, **overrides):
    fields = {"name": "蔬菜大棚", "campaign": make_campaign(), "year": 2021} | overrides
    return register_project(by=by, **fields)


def test_a_project_is_logged_whole_under_one_action():
    user, lead, county = make_user("bureau"), make_organisation(), make_division()
    relief, health, people = make_field(), make_field(), make_field(scheme="revitalisation")
    project = register(user, lead=lead, counties=[county, make_division()], fields=[relief, health, people])
    assert (project.number, project.stage, project.visibility) == ("XM-2021-0001", "planned", "internal")
    primary = {(row.field, row.scheme): row.is_primary for row in project.project_fields.all()}
    assert primary == {(relief, "relief"): True, (health, "relief"): False, (people, "revitalisation"): True}
    assert [(party.organisation, party.role) for party in project.participations.all()] == [(lead, "lead")]
    changes = Change.objects.of(project)
    assert {(change.action, change.actor_id) for change in changes} == {("project.register", user.pk)}
    assert changes.count() == 1 + 1 + 2 + 3


@pytest.mark.parametrize("role", ["county", "organisation", "auditor", "system_admin"])
def test_who_logs_no_projects_is_refused(role):
    with pytest.raises(PermissionDenied):
        register(make_user(role))


@pytest.mark.parametrize(
    "details",
    [
        {"name": ""},
        {"year": 1900},
        {"number": "XM-1"},
        {"planned_start": "2021-02-01", "planned_end": "2021-01-01"},
        {"planned_start": "2021-02-30"},
        {"name": "大棚\u202e"},
    ],
)
def test_details_that_make_no_sense_are_refused_and_nothing_is_left(details):
    make_project(number="XM-1")
    with pytest.raises(ValidationError):
        register(make_user("bureau"), **details)
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    "words", ["大棚", "shucaidapeng", "scdp", "SCDP", "ｓｃｄｐ", "XM-2020-77", "xm-2020-77", " 大棚 "]
)
def test_a_project_is_found_by_name_pinyin_initials_and_number(words):
    project = make_project(name="蔬菜大棚", number="XM-2020-77")
    make_project(name="希望小学")
    assert list(Project.objects.search(words)) == [project]


@pytest.mark.parametrize("words", ["新奥公益", "xinao", "老名字", "新奥的公司"])
def test_a_project_is_found_by_its_parties_old_names_too(words):
    lead = rename(organisation=make_organisation(name="老名字基金会"), name="新奥公益基金会", by=make_user("bureau"))
    project = make_project(lead=lead)
    make_participation(project, enterprise=make_enterprise(name="新奥的公司"), role="mobilised")
    make_project(lead=make_organisation())
    assert list(Project.objects.search(words)) == [project]


def test_an_empty_search_finds_all_and_a_strange_one_nothing():
    make_project()
    assert (Project.objects.search(" ").count(), Project.objects.search("%_").count()) == (1, 0)


def test_a_project_is_found_by_county_city_and_province_of_today():
    home = make_division(code="130535", name="任泽区")
    old = make_division(code="130526", name="任县", valid_to=2020, home=home)
    village = make_division(code="130535100200", name="某村", level="village", home=home)
    projects = {make_project(county=old), make_project(county=village)}
    make_project(county=make_division())
    make_project()
    for code in ("130535", "130500"):
        assert set(Project.objects.in_county(code)) == projects


def test_a_project_is_found_by_field():
    field = make_field(code="education")
    project = make_project(field=field)
    make_project(field=make_field())
    assert list(Project.objects.in_field("education")) == [project]


@pytest.mark.parametrize(
    "party",
    [
        {},
        {"organisation": True, "enterprise": True, "role": "mobilised"},
        {"organisation": True, "unnamed": "organisations", "unnamed_count": 3},
    ],
)
def test_a_party_is_exactly_one(party):
    make = {"organisation": make_organisation, "enterprise": make_enterprise}
    with refused("party_one|party_company"), transaction.atomic():
        make_participation(
            make_project(), **{name: make.get(name, lambda value=value: value)() for name, value in party.items()}
        )


@pytest.mark.parametrize("role", Participation.Role.values)
def test_a_company_is_mobilised_and_an_organisation_never(role):
    project, mobilised = make_project(), role == "mobilised"
    lawful, unlawful = ("enterprise", "organisation") if mobilised else ("organisation", "enterprise")
    parties = {"enterprise": make_enterprise(), "organisation": make_organisation()}
    make_participation(project, role=role, **{lawful: parties[lawful]})
    with refused("party_company_is_mobilised"), transaction.atomic():
        make_participation(project, role=role, **{unlawful: parties[unlawful]})
    crowd, wrong_crowd = ("enterprises", "organisations") if mobilised else ("organisations", "enterprises")
    make_participation(project, role=role, unnamed=crowd, unnamed_count=10)
    with refused("party_company_is_mobilised"), transaction.atomic():
        make_participation(project, role=role, unnamed=wrong_crowd, unnamed_count=10)


def test_parties_that_are_not_named_are_counted():
    with refused("party_unnamed_count"), transaction.atomic():
        make_participation(make_project(), unnamed="organisations")
    with refused("party_unnamed_count"), transaction.atomic():
        make_participation(make_project(), organisation=make_organisation(), unnamed_count=3)
    eleven = make_participation(make_project(), role="funder", unnamed="organisations", unnamed_count=11)
    assert str(eleven) == "11 社会组织"


def test_a_party_has_each_role_once():
    project, organisation, company = make_project(), make_organisation(), make_enterprise()
    make_participation(project, organisation=organisation)
    make_participation(project, organisation=organisation, role="funder")
    make_participation(project, enterprise=company, role="mobilised")
    with refused("party_organisation_once"), transaction.atomic():
        make_participation(project, organisation=organisation)
    with refused("party_enterprise_once"), transaction.atomic():
        make_participation(project, enterprise=company, role="mobilised")


def test_a_place_is_a_site_once_and_a_share_is_a_share():
    project, county = make_project(), make_division()
    Site.objects.create(project=project, division=county, address="八十亩地村", share=100)
    Site.objects.create(project=project, division=county)
    with refused("site_once"), transaction.atomic():
        Site.objects.create(project=project, division=county)
    for share in (0, "100.01", -5):
        with refused("site_share"), transaction.atomic():
            Site.objects.create(project=project, division=make_division(), share=share)


def test_of_each_scheme_one_field_is_the_primary_one():
    project = make_project(field=make_field())
    ProjectField.objects.create(project=project, field=make_field(scheme="revitalisation"), is_primary=True)
    ProjectField.objects.create(project=project, field=make_field())
    with refused("project_one_primary_field"), transaction.atomic():
        ProjectField.objects.create(project=project, field=make_field(), is_primary=True)
    with refused("project_field_once"), transaction.atomic():
        ProjectField.objects.create(project=project, field=project.fields.first())


def test_a_project_s_field_is_always_of_the_scheme_that_the_field_has():
    project = make_project(field=make_field())
    with refused("project_field_scheme"), transaction.atomic():
        ProjectField.objects.filter(project=project).update(scheme="revitalisation")


def test_a_mark_is_given_once_by_each_body():
    project = make_project()
    ProjectMark.objects.create(project=project, kind="model", named_by="省民政厅")
    ProjectMark.objects.create(project=project, kind="model", named_by="民政部")
    with refused("mark_once"), transaction.atomic():
        ProjectMark.objects.create(project=project, kind="model", named_by="省民政厅")


def test_a_campaign_ends_after_it_begins_and_does_not_follow_itself():
    make_campaign()
    for columns, constraint in (
        ("ends_on = starts_on - 1", "campaign_dates"),
        ("successor_id = id", "campaign_not_its"),
    ):
        with refused(constraint), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE projects_campaign SET {columns}")


def test_the_current_campaign_is_the_latest_begun():
    make_campaign(starts_on="2018-03-01")
    later = make_campaign(starts_on="2021-11-01")
    assert Campaign.objects.current() == later


def test_a_bureau_takes_part_in_a_campaign_once():
    campaign, authority = make_campaign(), make_authority()
    CampaignBureau.objects.create(campaign=campaign, authority=authority, part="host")
    with refused("campaign_bureau_once"), transaction.atomic():
        CampaignBureau.objects.create(campaign=campaign, authority=authority, part="partner")


def test_a_field_s_name_is_unique_within_its_scheme():
    make_field(name="产业")
    make_field(name="产业", scheme="revitalisation")
    with refused("field_name"), transaction.atomic():
        make_field(name="产业")
