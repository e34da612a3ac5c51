"""A ledger of the article's size: how long its verdicts and its commit take. Asked for by `-m bench`."""

import io
import resource
import statistics
import time

import pytest
from django.core.management import call_command
from django.db import connection

from projects.ledger import importing
from projects.models import Project
from registry.core.loading import tell_the_planner
from registry.core.undo import undo_batch
from tests.bench.ledger_times import as_lines, times
from tests.factories import make_organisation, make_user
from tests.projects.exported_ledgers import exported, greenhouse, laid, stamp
from tests.projects.ledger_books import FULL, book, full, project

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
ROWS = 5367


def natural():
    return book([project(number) for number in range(1, ROWS + 1)])


def whole():
    return book([full(number) for number in range(1, ROWS + 1)], head=FULL)


@pytest.mark.parametrize(("make", "seconds_to_commit"), [(natural, 12), (whole, 20)])
def test_a_ledger_of_5367_rows_is_judged_and_committed_in_seconds(make, seconds_to_commit, capsys):
    call_command("load_reference", stdout=io.StringIO())
    read = make()
    judged = []
    for _round in range(3):
        start = time.perf_counter()
        assert importing.check(read).verdicts.summary["accepted"] == ROWS
        judged.append(time.perf_counter() - start)
    start = time.perf_counter()
    written = importing.commit(read, by=None, digest="bench").written
    committed = time.perf_counter() - start
    start = time.perf_counter()
    assert importing.check(read).verdicts.summary["unchanged"] == ROWS
    again = time.perf_counter() - start
    with capsys.disabled():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(  # noqa: T201 - a bench is for reading
            f"\n{make.__name__}: verdicts {statistics.median(judged):.1f} s, commit {committed:.1f} s, "
            f"second check {again:.1f} s, {peak} MiB, {written.counts}"
        )
    assert Project.objects.count() == ROWS
    assert statistics.median(judged) <= 5
    assert committed <= seconds_to_commit


def test_an_undo_takes_no_longer_than_the_import_and_leaves_nothing(capsys):
    """Processor seconds by statement, of both: the table of docs/one-project-exports-imports.md."""
    call_command("load_reference", stdout=io.StringIO())
    read = whole()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    with times() as writing:
        importing.commit(read, by=None, digest="bench", batch="bench")
    assert Project.objects.count() == ROWS
    tell_the_planner()
    with times() as undoing:
        undo_batch("bench", by=None, action="ledger.undo", reason="measured")
    assert not Project.objects.exists()
    with capsys.disabled():
        for name, found in (("import", writing), ("undo", undoing)):
            print("\n".join(("", f"{name} of {ROWS} rows", *as_lines(found))))  # noqa: T201
    assert undoing["all"] <= writing["all"]


def test_500_changed_rows_of_an_exported_ledger_are_rehearsed_and_written_in_seconds(capsys):
    call_command("load_reference", stdout=io.StringIO())
    found = [greenhouse(name=f"项目{number}", lead=make_organisation(), officer=None) for number in range(500)]
    moment, by = stamp(), make_user("bureau")
    rows = [exported(one, committed=90, note="改", end="2020-09-30") for one in found]
    changed, same = laid(rows, moment), laid([exported(one) for one in found], moment)
    seconds = {}

    def timed(name, work):
        start = time.perf_counter()
        outcome = work()
        seconds[name] = time.perf_counter() - start
        return outcome

    assert timed("as they were", lambda: importing.check(same, by=by)).verdicts.summary["unchanged"] == 500
    said = timed("check", lambda: importing.check(changed, by=by)).verdicts.rows
    picks = {one.place: {"act": "update", "cells": ["committed", "note", "end"]} for one in said}
    seen = {one.place: one.digest for one in said}
    done = timed(
        "commit", lambda: importing.commit(changed, importing.Order(picks=picks, seen=seen), by=by, digest="b")
    )
    assert len(done.written.updated) == 500
    with capsys.disabled():
        print(f"\n500 rows: {', '.join(f'{name} {took:.1f} s' for name, took in seconds.items())}")  # noqa: T201
    assert seconds["as they were"] <= 2
    assert max(seconds.values()) <= 20
