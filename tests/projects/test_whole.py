"""One project, whole: what its page is given by prepared questions is what lists of projects are given."""

import pytest
from django.contrib.auth.models import AnonymousUser

from projects.models import Document, Project
from projects.whole import Whole, whole_project, whole_projects
from tests.factories import (
    make_agreement,
    make_difficulty,
    make_division,
    make_event,
    make_field,
    make_funding,
    make_org_user,
    make_organisation,
    make_project,
    make_report,
    make_result,
    make_step,
    make_user,
)
from tests.world import make_blob

pytestmark = pytest.mark.django_db


def test_the_page_has_of_one_project_what_lists_have_of_many(django_assert_num_queries):
    user = make_user("bureau")
    project = make_project(lead=make_organisation(), county=make_division(), field=make_field())
    make_funding(project)
    make_result(project)
    make_step(project)
    one, many = whole_project(user, project.number), whole_projects(user).get(number=project.number)
    assert one == many
    parts = ("participations", "sites", "project_fields", "funding", "marks", "results", "agreements")
    with django_assert_num_queries(0):
        held = [[vars(row) for row in getattr(found, name).all()] for found in (one, many) for name in parts]
    for values in (value for rows in held for value in rows):
        values.pop("_state")
    assert held[: len(parts)] == held[len(parts) :]
    assert sum(map(len, held[: len(parts)])) == 5
    assert [line.step.pk for line in Whole(one, user).steps] == [step.pk for step in project.steps.all()]
    assert whole_project(user, "no such number") is None


def test_a_project_is_found_by_those_who_may_know_of_it():
    project = make_project()
    closed = make_user("bureau")
    closed.is_active = False
    knowing = [who for who in ("bureau", "auditor", "organisation", "county", "") if _finds(who, project)]
    assert knowing == ["bureau", "auditor"]
    assert whole_project(closed, project.number) is None
    assert whole_project(AnonymousUser(), project.number) is None


def _finds(role, project):
    user = make_user(*filter(None, [role]))
    found = whole_project(user, project.number)
    assert found in (None, project)
    assert (found is None) == (not Project.objects.visible_to(user).filter(pk=project.pk).exists())
    return found is not None


def test_events_are_asked_for_where_an_agreement_was_signed_at_one(django_assert_num_queries):
    user, project, event = make_user("bureau"), make_project(), make_event()
    bare = Whole(whole_project(user, project.number), user)
    with django_assert_num_queries(0):
        assert list(bare.events) == []
    make_agreement(project=project, event=event)
    make_agreement(project=project, event=event)
    make_agreement(project=project)
    make_event()
    assert list(Whole(whole_project(user, project.number), user).events) == [event]


def _file(**owner):
    return Document.objects.create(kind="photo", original_name="照片.jpg", blob=make_blob(b"jpg"), **owner)


@pytest.mark.parametrize("role", ["bureau", "auditor"])
def test_who_reads_everything_finds_the_files_of_a_project_by_one_question(role, django_assert_num_queries):
    user, project = make_user(role), make_project(lead=make_organisation())
    approved, draft = make_report(project, status="approved"), make_report(project, month="2020-10-01")
    files = {
        _file(project=project), _file(step=make_step(project)), _file(funding=make_funding(project)),
        _file(result=make_result(project)), _file(agreement=make_agreement(project=project)), _file(report=approved),
    }  # fmt: skip
    _file(report=draft)
    _file(difficulty=make_difficulty(project))
    _file(project=make_project())
    assert files <= set(Document.objects.visible_to(user)), "none of these is hidden from them"
    whole = Whole(whole_project(user, project.number), user)
    whole.documents  # noqa: B018 - put into SQL once a process
    with django_assert_num_queries(1):
        assert set(whole.documents) == files
    stranger = make_user("organisation")
    assert Whole(project, stranger).documents == Whole(project, AnonymousUser()).documents == []


def test_who_works_with_a_project_finds_its_files_as_far_as_they_may():
    organisation = make_organisation()
    project = make_project(lead=organisation)
    files = {_file(project=project), _file(step=make_step(project))}
    member = make_org_user(organisation)
    assert set(Whole(project, member).documents) == files
