"""The ten hottest questions can be explained, and each has an index for every table that grows with the register.

A register of a few rows is read from end to end whatever indexes there are; so the planner is forbidden to, and what it
reads from end to end all the same is what no index can serve. What it does with many rows stands in docs/plans.md.
"""

import io

import pytest
from django.core.management import CommandError, call_command

from registry.core.models import Change, Session, SignIn
from registry.hot import HOT, LARGE, Plan, plans
from registry.management.commands import explain_hot
from tests.factories import (
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    county, field = make_division(), make_field(code="field-a")
    for _each in range(3):
        project = make_project(lead=make_organisation(), county=county, field=field, visibility="published")
        make_funding(project)
        make_step(project)
    return make_user("bureau")


def test_each_of_the_ten_is_answered_and_explained_and_none_lacks_an_index(register):
    found = plans(register, analyse=False, without_scans=True)
    assert [plan.name for plan in found] == [name for name, _address in HOT]
    assert len(found) == 10
    for plan in found:
        assert plan.status == 200, plan.address
        assert plan.lines
    assert {plan.name: plan.scanned for plan in found if plan.scanned} == {}


def test_what_is_read_from_end_to_end_is_named_where_the_table_is_large():
    lines = ("Limit  (cost=1..2)", "  ->  Parallel Seq Scan on projects_project p", "  ->  Seq Scan on projects_field",
             "  ->  Seq Scan on public.orgs_organisation", "  ->  Index Scan using x on core_change")  # fmt: skip
    assert Plan("W1", "/", 200, 1, "SELECT", lines).scanned == ["orgs_organisation", "projects_project"]


def test_the_large_tables_are_there(register):
    for table in LARGE:
        assert f"`{table}`" in explain_hot.sizes()


def test_asking_leaves_nothing_behind(register):
    before = (Change.objects.count(), SignIn.objects.count(), Session.objects.count())
    plans(register, analyse=False)
    assert (Change.objects.count(), SignIn.objects.count(), Session.objects.count()) == before


def test_the_command_keeps_the_plans_with_the_size_of_the_register(register, monkeypatch, tmp_path):
    monkeypatch.setattr(explain_hot, "PLACE", tmp_path / "plans.md")
    call_command("explain_hot", "--write", stdout=io.StringIO(), stderr=io.StringIO())
    text = (tmp_path / "plans.md").read_text("utf-8")
    assert text.count("\n## ") == 10
    assert "actual time" in text
    assert "Buffers:" in text
    assert "| `projects_project` |" in text


def test_without_staff_there_is_nobody_to_ask_as(register):
    register.groups.clear()
    with pytest.raises(CommandError, match="nobody to ask as"):
        call_command("explain_hot", stdout=io.StringIO())


def test_an_empty_register_has_no_hot_questions():
    make_user("bureau")
    with pytest.raises(CommandError, match="without projects"):
        call_command("explain_hot", stdout=io.StringIO())
