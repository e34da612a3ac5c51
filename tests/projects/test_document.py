"""One project through the interface: what PostgreSQL puts together is to the letter what the models and the serializers
that describe it say, whoever asks."""

import json
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from rest_framework.renderers import JSONRenderer

from orgs.models import FormerName
from projects.api.document import project_document
from projects.api.project_json import ProjectSerializer
from projects.models import Project, ProjectField, ProjectMark, Site
from projects.publishing.versions import versions_of
from projects.tables import in_json, ledger
from projects.whole import Whole, whole_projects
from registry.core.dates import today
from tests.factories import (
    make_agreement,
    make_county_user,
    make_difficulty,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_funding,
    make_org_user,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db


def plain_document(project, user):
    """The long way: model instances and nested serializers."""
    found, versions = whole_projects(user).get(pk=project.pk), versions_of(project)
    [row] = in_json(ledger(Project.objects.filter(pk=project.pk)))
    published = {"versions": versions, "published_at": versions[0].publication.published_at if versions else None}
    return ProjectSerializer({**row, "project": found, "whole": Whole(found, user), **published}).data


def as_sent(data):
    return json.loads(JSONRenderer().render(data))


def everything():
    """A project with at least two of everything that may hang on one, and an account of each sort."""
    county, lead = make_division(name="阜平县"), make_organisation(name="新名13912345678")
    FormerName.objects.create(organisation=lead, name="旧名", until=date(2020, 6, 1))
    FormerName.objects.create(organisation=lead, name="更旧名", until=date(2010, 6, 1))
    project = make_project(
        lead=lead, county=county, field=make_field(name_en="Field"), officer=make_user(name="张某某"),
        quote="电话13912345678",
        actual_start=date(2020, 3, 1), stage="under_way", visibility="published",
    )  # fmt: skip
    Site.objects.create(project=project, division=make_division(home=county, level="township"), address="13912345678")
    ProjectField.objects.create(project=project, field=make_field(scheme="revitalisation"), scheme="revitalisation")
    make_participation(project, organisation=lead, role="funder")
    make_participation(project, organisation=make_organisation(status="applied"), role="joint")
    make_participation(project, enterprise=make_enterprise(), role="mobilised")
    make_participation(project, unnamed="organisations", unnamed_count=30, unnamed_qualifier="over", role="joint")
    ProjectMark.objects.create(project=project, kind="model", title="典型", named_by="省厅")
    make_funding(project, "100.10", state="committed", organisation=lead)
    make_funding(project, "50", state="received", qualifier="about", wording="约")
    make_funding(project, None, kind="goods", goods="书13912345678", quantity=3, unit="册", state="received")
    make_funding(project, "7", origin="mobilised", enterprise=make_enterprise())
    make_result(project, Decimal("3.50"), qualifier="over")
    make_result(project, 5, status="draft")
    make_agreement(project=project, signed_on=date(2020, 1, 5), event=make_event())
    first = make_step(project, due_on=today() + timedelta(days=1))
    make_step(project, due_on=today() - timedelta(days=2), depends_on=first)
    make_step(project, depends_on=first)
    make_difficulty(project)
    return project, lead, county


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_document_is_that_of_the_serializers_for_whoever_asks(language):
    project, lead, county = everything()
    other = make_project(visibility="published")
    askers = [make_user("bureau"), make_user("auditor"), make_org_user(lead), make_county_user(county), AnonymousUser()]
    with translation.override(language):
        for user in askers:
            for one in (project, other):
                found = as_sent(project_document(one.pk, user))
                assert found == as_sent(plain_document(one, user)), user
                assert list(found) == list(ProjectSerializer().fields)
        assert as_sent(project_document(project.pk, askers[0]))["checklist"]
        assert as_sent(project_document(project.pk, askers[-1]))["checklist"] is None


def test_a_draft_is_as_missing_to_those_who_do_not_work_with_it():
    draft = make_project(lead=make_organisation())
    for user in (AnonymousUser(), make_org_user(make_organisation())):
        with pytest.raises(Project.DoesNotExist):
            project_document(draft.pk, user)


@pytest.mark.parametrize("user", [AnonymousUser, partial(make_user, "bureau")], ids=["stranger", "bureau"])
def test_what_does_not_exist_is_missing_to_everybody(user):
    with pytest.raises(Project.DoesNotExist):
        project_document(0, user())


def test_a_document_takes_one_statement_of_who_may_read_all_and_two_of_others():
    project, _lead, _county = everything()
    for user, number in ((make_user("bureau"), 1), (AnonymousUser(), 2)):
        assert user.is_anonymous or user.roles
        with CaptureQueriesContext(connection) as asked:
            project_document(project.pk, user)
        assert len(asked) == number
