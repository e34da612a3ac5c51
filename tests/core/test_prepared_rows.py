"""Records whose question is put into SQL once a process."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counties.models import Division
from projects.models import Participation, Project
from registry.core.prepared import Asked
from registry.core.prepared_rows import PreparedRows, know
from tests.factories import make_division, make_organisation, make_project

pytestmark = pytest.mark.django_db


def test_records_come_with_what_belongs_to_them_by_one_statement_each_time():
    first, second = make_project(lead=make_organisation()), make_project(lead=make_organisation())
    rows = PreparedRows(Participation.objects.filter(project=Asked("project")).select_related("organisation"))
    for project in (first, second, first):
        with CaptureQueriesContext(connection) as asked:
            found = rows.ask(project=project.pk)
            names = [part.organisation.name for part in found]
        usual = list(Participation.objects.filter(project=project).select_related("organisation"))
        assert (found, names) == (usual, [part.organisation.name for part in usual])
        assert len(asked) == 1
    assert rows.ask(project=0) == []


def test_values_are_never_sql_and_what_one_asked_is_not_what_the_next_gets():
    division = make_division()
    rows = PreparedRows(Division.objects.filter(code=Asked("code")))
    assert rows.ask(code="' OR true --") == []
    assert rows.ask(code=division.code) == [division]
    assert rows.ask(code="' OR true --") == []
    with pytest.raises(KeyError):
        rows.ask()


def test_what_changed_since_is_read_and_records_are_nobodys_else():
    division = make_division(name="甲县")
    rows = PreparedRows(Division.objects.filter(code=Asked("code")))
    (before,) = rows.ask(code=division.code)
    before.name = "写错"
    Division.objects.filter(pk=division.pk).update(name="乙县")
    (after,) = rows.ask(code=division.code)
    assert (before is after, after.name) == (False, "乙县")


def test_what_is_known_is_not_asked_for_again_and_can_be_narrowed_all_the_same():
    project = make_project(lead=make_organisation())
    project = Project.objects.get(pk=project.pk)
    (part,) = Participation.objects.filter(project=project)
    know(project, "participations", [part])
    with CaptureQueriesContext(connection) as asked:
        assert list(project.participations.all()) == [part]
        assert part.project is project
    assert len(asked) == 0
    assert project.participations.exclude(pk=part.pk).count() == 0
    assert project.participations.filter(pk=part.pk).count() == 1
