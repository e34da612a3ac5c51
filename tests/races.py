"""Races: the same instant, real threads, real connections; played with the guard, and once more with it taken away.

A case gives what runs at once, and a judge of what came out, which raises AssertionError where a rule was broken. A
race without its guard must break, or the race proves nothing.
"""

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest import mock

from django.db import connection
from django.db.models import QuerySet

from tests.core.test_actions import at_once

PAUSE = 0.05
"""Seconds between reading and writing where a lock was taken away: long enough for the other one to read too."""


@dataclass(frozen=True)
class Race:
    """`case()` gives ([functions], judge of their outcomes); `unguarded` make what takes the guard away for a while."""

    name: str
    case: object
    unguarded: tuple = ()

    def __str__(self):
        return self.name


def play(race, rounds, *, guarded=True):
    """What was broken in each of so many rounds: a list of the judge's words, empty where none was."""
    broken = []
    with ExitStack() as without:
        for part in () if guarded else race.unguarded:
            without.enter_context(part())
        for _round in range(rounds):
            functions, judge = race.case()
            try:
                judge(at_once(*functions))
            except AssertionError as fault:
                broken.append(str(fault) or "broken")
    return broken


def breaks_without_its_guard(race, rounds=10):
    """In which round it broke when the guard was away; 0 when it never did."""
    for number in range(1, rounds + 1):
        if play(race, 1, guarded=False):
            return number
    return 0


def sessions_that_wait():
    """How many sessions of this test database wait for a lock just now; asked inside a transaction too, where
    PostgreSQL would otherwise go on showing the sessions that were there when they were first asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity"
                       " WHERE datname = current_database() AND wait_event_type = 'Lock'")  # fmt: skip
        return cursor.fetchone()[0]


# Guards taken away


def unlocked(module):
    """`locked` in this module reads as ever, but holds nothing."""

    def read(record, *, by=None, version=None):
        rows = type(record)._default_manager.all()
        fresh = (rows.within_scope_of(by) if by is not None and hasattr(rows, "within_scope_of") else rows).get(
            pk=record.pk
        )
        assert version is None or version == fresh.version, "stale"
        time.sleep(PAUSE)
        return fresh

    return lambda: mock.patch(f"{module}.locked", read)


@contextmanager
def no_row_locks():
    def pass_by(self, **how):
        time.sleep(PAUSE)
        return self

    with mock.patch.object(QuerySet, "select_for_update", pass_by):
        yield


def without_triggers(*models, names):
    """The database does not check what the triggers of these names check."""

    @contextmanager
    def away():
        found = [
            (model._meta.db_table, trigger.get_pgid(model))
            for model in models
            for trigger in model._meta.triggers
            if trigger.name in names
        ]
        assert found
        _alter(found, "DISABLE TRIGGER")
        try:
            yield
        finally:
            _alter(found, "ENABLE ALWAYS TRIGGER")

    return away


def _alter(found, verb):
    with connection.cursor() as cursor:
        for table, name in found:
            cursor.execute(f"ALTER TABLE {table} {verb} {name}")


def no_advisory_locks(module):
    """Statements of this module that take an advisory lock are not sent; the others are slower."""

    class Cursor:
        def __init__(self, real):
            self.real = real

        def __enter__(self):
            self.real.__enter__()
            return self

        def __exit__(self, *problem):
            time.sleep(PAUSE)
            return self.real.__exit__(*problem)

        def execute(self, sql, parameters=None):
            if "pg_advisory" not in sql:
                self.real.execute(sql, parameters)

        def fetchone(self):
            return self.real.fetchone()

    class Connection:
        def cursor(self):
            return Cursor(connection.cursor())

    return lambda: mock.patch(f"{module}.connection", Connection())
