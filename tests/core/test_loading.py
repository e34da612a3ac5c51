"""What a large load leaves behind."""

import pytest
from django.db import connection

from registry.core.loading import tell_the_planner

pytestmark = pytest.mark.django_db


def locked(condition):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relation::regclass::text FROM pg_locks WHERE pid = pg_backend_pid()"
            f" AND locktype = 'relation' AND mode = 'ShareUpdateExclusiveLock' AND {condition}"
        )
        return {row[0] for row in cursor.fetchall()}


def test_the_planner_is_told_of_our_tables_and_no_other_database_waits():
    tell_the_planner()

    assert "projects_project" in locked("database <> 0")
    assert locked("database = 0") == set()
