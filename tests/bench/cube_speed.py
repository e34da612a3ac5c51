"""What the cube of the figures costs and brings, measured in turns within one run."""

import statistics
import time
from contextlib import contextmanager
from decimal import Decimal
from unittest import mock

from django.db import connection, transaction

from projects.actions.funding import record_funding
from projects.models import Funding, Participation, Project
from registry.core.summaries import fold_all
from registry.reports.figures import HEADLINE, remembering, report
from registry.reports.figures.cube import held, reading

W4 = {"by": ("year", "field"), "codes": HEADLINE}


def in_turns(times, **asked):
    """{name: (median, p95) in ms} of functions that are called in turns, so that all meet the same machine."""
    taken = {name: [] for name in asked}
    for _time in range(times):
        for name, function in asked.items():
            remembering._answers.clear()
            start = time.perf_counter()
            function()
            taken[name].append((time.perf_counter() - start) * 1000)
    return {name: (statistics.median(all_), sorted(all_)[int(len(all_) * 0.95)]) for name, all_ in taken.items()}


def raw():
    """The rows of the circular from the cube by hand: what no program can be quicker than."""
    numbers = [held.number_of(one) for one in ((), ("year",), ("field",), ("year", "field"))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM cube.cell WHERE figure = ANY(%s) AND grouped = ANY(%s)", [list(HEADLINE), numbers]
        )
        return cursor.fetchall()


def circular(user=None):
    return report(user=user, **W4)


def counted():
    return report(user=None, among=Project.objects.all(), **W4)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def planned_anew():
    """The circular where what changed is asked for by a statement that is planned each time, as it was once."""
    with mock.patch.object(reading, "kept_plans_sql", return_value=None):
        return circular()


def noted(projects):
    """The circular while so many projects are noted as changed: by plans that are kept, and planned anew."""
    with undone():
        fold_all()
        keys = list(Project.objects.order_by("pk").values_list("pk", flat=True)[:projects])
        Project.objects.filter(pk__in=keys).update(year=2020)
        return in_turns(9, kept=circular, planned=planned_anew)


@contextmanager
def without_notes():
    """Inside a transaction that is rolled back the triggers of the cube are off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgname LIKE 'figures\\_%' AND NOT tgisinternal"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield


def writes(user, times=30, batch=2000):
    """ms of a line of money by its action, of the same with its project moved to another year, and of a batch of lines
    of as many projects, each with and without the notes of the cube."""
    project = Project.objects.filter(stage="under_way").order_by("pk").first()
    keys = list(Project.objects.order_by("pk").values_list("pk", flat=True)[:batch])

    def one():
        with transaction.atomic():
            record_funding(project=project, by=user, state="received", amount=Decimal(100), is_joint=True,
                           excess_reason="追加")  # fmt: skip
            transaction.set_rollback(True)

    def many():
        with transaction.atomic():
            lines = [Funding(project_id=key, state="pledged", amount=1, is_joint=True) for key in keys]
            Funding.objects.bulk_create(lines, batch_size=1000)
            Participation.objects.bulk_create(
                [Participation(project_id=key, unnamed="organisations", unnamed_count=1, role="joint") for key in keys]
            )
            transaction.set_rollback(True)

    found = {}
    for name, doing, rounds in (("one", one, times), ("batch", many, 3)):
        taken = {"with": [], "without": []}
        for _round in range(3):
            taken["with"].append(in_turns(rounds, it=doing)["it"][0])
            with undone(), without_notes():
                taken["without"].append(in_turns(rounds, it=doing)["it"][0])
        found[name] = {how: min(all_) for how, all_ in taken.items()}
    return found


def refill():
    with undone(), connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT cube.refill()")
        return time.perf_counter() - start


def measured(user, ask=None):
    """Lines to print."""
    fold_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_total_relation_size('cube.share') / 1048576, count(*) FROM cube.share")
        size, rows = cursor.fetchone()
    yield f"{Project.objects.count()} projects, {rows} shares, {size} MiB"
    asked = {"raw": raw, "report": circular, "version": reading.version} | ({"request": ask} if ask else {})
    for name, (middle, most) in in_turns(30, **asked).items():
        yield f"W4 {name:<10} median {middle:8.2f} ms   p95 {most:8.2f} ms"
    for name, (middle, most) in in_turns(3, counted=counted).items():
        yield f"W4 {name:<10} median {middle:8.2f} ms   p95 {most:8.2f} ms"
    for projects in (1, 10, 100, 1000):
        found = noted(projects)
        yield (f"W4 while {projects} projects are noted: median {found['kept'][0]:8.2f} ms,"
               f" planned anew {found['planned'][0]:8.2f} ms")  # fmt: skip
    for name, taken in writes(user).items():
        yield f"write, {name}: {taken['with']:.2f} ms with notes, {taken['without']:.2f} ms without"
    yield f"all filled anew in {refill():.1f} s"
