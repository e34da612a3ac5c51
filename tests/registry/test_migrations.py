"""Migrations beside which pages go on: which those are, and that none from now on holds a large table for long."""

from types import SimpleNamespace

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from projects.database.building import before_migrations, build_database
from projects.database.faults import faults
from registry.core.operations import DropKeyIndexes, RefuseAtOnce, only_adds
from registry.core.session_roles import APP, role_taken

SETTLED = {"core": 10, "counties": 2, "orgs": 3, "projects": 14, "reports": 2}
"""Numbers up to which migrations were made before a register was in use: nobody waits for those."""

LARGE = {
    "change",
    "project",
    "projectstep",
    "participation",
    "site",
    "funding",
    "result",
    "organisation",
    "document",
    "listed",
    "listedrank",
}
"""Models whose tables have a row for every project and more, so that to read them all takes seconds and minutes."""

HOLDS = {
    migrations.AddIndex: "AddIndexConcurrently, in a migration with atomic = False",
    migrations.AddConstraint: "AddConstraintNotValid, and ValidateConstraint in the migration after it",
    migrations.AlterField: "a new column, filled by a job, and the old one taken away a version later",
}


def what_holds(operation, name=""):
    """Why an operation would hold a large table while it reads or rewrites it, with the remedy; "" where not."""
    if getattr(operation, "model_name", "").lower() not in LARGE:
        return ""
    return next((f"{name} {kind.__name__}: {say}" for kind, say in HOLDS.items() if type(operation) is kind), "")


def from_now_on():
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in SETTLED and int(name.split("_")[0]) > SETTLED[app]:
            yield from ((f"{app}.{name}", operation) for operation in migration.operations)


def test_the_settled_numbers_are_those_of_migrations_that_there_are():
    there = {(app, int(name.split("_")[0])) for app, name in MigrationLoader(None).disk_migrations}
    assert SETTLED.items() <= there


def test_no_migration_from_now_on_holds_a_large_table():
    assert [found for name, operation in from_now_on() if (found := what_holds(operation, name))] == []


def test_what_would_hold_one_is_seen():
    index = models.Index(fields=["name"], name="a")
    assert "Concurrently" in what_holds(migrations.AddIndex("Project", index))
    assert what_holds(AddIndexConcurrently("Project", index)) == ""
    assert what_holds(migrations.AddIndex("Posting", index)) == ""
    assert what_holds(migrations.AddField("project", "a", models.TextField(default=""))) == ""
    assert "a version later" in what_holds(migrations.AlterField("project", "a", models.TextField()))


def plan(*operations, backwards=False):
    return [(SimpleNamespace(operations=operations), backwards)]


ADDED = migrations.AddField("project", "a", models.TextField(default=""))


@pytest.mark.parametrize(
    ("told", "goes_on"),
    [
        ([], True),
        (plan(ADDED, migrations.CreateModel("A", [])), True),
        (plan(ADDED, DropKeyIndexes("project", "campaign"), RefuseAtOnce("chase", "step")), True),
        (plan(ADDED, backwards=True), False),
        (plan(ADDED, migrations.RemoveField("project", "a")), False),
        (plan(ADDED) + plan(migrations.RunSQL("SELECT 1")), False),
    ],
)
def test_pages_go_on_beside_what_only_adds(told, goes_on):
    assert only_adds(told) is goes_on


@pytest.mark.django_db
def test_beside_what_only_adds_the_walls_stand():
    before_migrations(plan=plan(ADDED))
    assert faults() == []


@pytest.mark.django_db
def test_while_the_walls_are_down_nobody_reads_an_empty_register():
    before_migrations(plan=plan(migrations.RemoveField("project", "a")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('bangfu_app', 'projects_project', 'SELECT')")
        assert cursor.fetchone() == (False,)
    build_database()
    assert faults() == []
    with role_taken(APP), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projects_project")
        assert cursor.fetchone() == (0,)
