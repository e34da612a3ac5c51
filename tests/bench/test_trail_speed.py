"""What the trail costs, and how long its verification takes: `pytest -m bench tests/bench/test_trail_speed.py`.

A million records sealed and verified: 60 seconds are allowed for the verification (TRAIL_RECORDS asks for another
number). Writes with the trail: at least 60 % of the speed without it, in the same run by turns (TRAIL_ROUNDS).
"""

import hashlib
import io
import os
import resource
import statistics
import time
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from counties.models import Division
from orgs.models import Enterprise
from projects.models import Funding
from registry.core.models import Change, Seal
from registry.core.sealing.anchors import anchor
from registry.core.sealing.canonical import BYTES, COLUMNS, RECORDS
from registry.core.sealing.chain import seal
from registry.core.sealing.verifying import verify
from registry.core.triggers import trail_triggers
from tests.factories import make_funding, make_project
from tests.projects.dataset_files import calibrated

pytestmark = [pytest.mark.bench]
MANY = int(os.environ.get("TRAIL_RECORDS", "1000000"))
ALLOWED = 60


def timed(do):
    start = time.perf_counter()
    found = do()
    return found, time.perf_counter() - start


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


COPIED = ", ".join(column for column in COLUMNS if column != "id")


@pytest.fixture
def long_trail(tmp_path, settings):
    """A register of the article's size, whose records are there several times: as if rows were changed to and fro."""
    settings.ANCHORS = tmp_path / "anchors.jsonl"
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    calibrated(tmp_path, projects=5367, organisations=6300, counties=counties, fen=218_800_000_000,
               person_times=2_800_000)  # fmt: skip
    call_command("load_dataset", str(tmp_path), verbosity=0)
    while (left := MANY - Change.objects.count()) > 0:
        sql(f"INSERT INTO core_change ({COPIED}) SELECT {COPIED} FROM core_change ORDER BY id LIMIT {left}")
    sql("ANALYZE")


def in_python():
    """The other way: the records' bytes leave the database, and Python makes the digests."""
    digest = hashlib.sha256()
    with connection.cursor().cursor.connection.cursor(name="records") as cursor:
        cursor.itersize = 5000
        cursor.execute(f"SELECT {BYTES} FROM {RECORDS} ORDER BY c.id")
        for (content,) in cursor:
            digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


@pytest.mark.django_db
def test_a_million_records_are_verified_within_a_minute(long_trail, capsys):
    number, sealing = timed(seal)
    anchor(at_once=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report, taken = timed(verify)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    _digest, python = timed(in_python)
    counts = dict(report.counts)
    with capsys.disabled():
        print(f"\n{number:,} records sealed in {Seal.objects.count():,} seals: {sealing:.1f} s")  # noqa: T201
        print(f"verified: {taken:.1f} s, {grown} MiB more memory; {counts}")  # noqa: T201
        print(f"digests made by Python, nothing else looked at: {python:.1f} s")  # noqa: T201
    assert report.as_json()["found"] == {}
    assert counts["records"] == number >= MANY
    assert taken <= ALLOWED
    assert grown < 100


# What the trail costs its writers

ROUNDS = int(os.environ.get("TRAIL_ROUNDS", "5"))
TRAIL = {trigger.name for trigger in trail_triggers()}
WORTH = 0.6
"""Of the speed without the trail, at least."""


@contextmanager
def without_trail(*tables):
    names = [(model._meta.db_table, trigger.get_pgid(model)) for model in tables for trigger in model._meta.triggers
             if trigger.name in TRAIL]  # fmt: skip
    for table, name in names:
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    try:
        yield
    finally:
        for table, name in names:
            sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def ways():
    """{what is written: (number of rows, how)}: as pages do it, row by row in transactions of their own; as imports do
    it, many at once; and as the load of a data set does it."""
    line = make_funding(make_project())
    names = {field.attname: getattr(line, field.attname) for field in Funding._meta.concrete_fields}
    del names["id"]

    some = [Funding.objects.create(**names).pk for _number in range(300)]

    def one_by_one():
        for _number in range(100):
            Funding.objects.create(**names)

    def change():
        for number in range(100):
            line.note = f"{number} {time.monotonic()}"
            line.save()

    def many():
        Funding.objects.bulk_create([Funding(**names) for _number in range(300)])

    def change_many():
        Funding.objects.filter(pk__in=some).update(note=str(time.monotonic()))

    def copy():
        text = "".join(f"企业,qiye,qy,{number}\n" for number in range(1000))
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {Enterprise._meta.db_table} (name, pinyin, initials, note) FROM STDIN CSV",
                               io.StringIO(text))  # fmt: skip

    return {
        "insert, a transaction each": one_by_one, "update, a transaction each": change,
        "bulk_create": many, "update of many": change_many, "COPY": copy,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_writes_keep_three_fifths_of_their_speed_with_the_trail(capsys):
    doing, ratios = ways(), {}
    for name, do in doing.items():
        do()  # warm
        taken = {True: [], False: []}
        for _round in range(ROUNDS):
            taken[True].append(timed(do)[1])
            with without_trail(Funding, Enterprise):
                taken[False].append(timed(do)[1])
        with_trail, without = statistics.median(taken[True]), statistics.median(taken[False])
        ratios[name] = without / with_trail
        with capsys.disabled():
            print(f"\n{name:<28} {with_trail * 1000:7.0f} ms, {without * 1000:7.0f} without: {ratios[name]:.0%}",  # noqa: T201
                  end="")  # fmt: skip
    assert ratios["insert, a transaction each"] >= WORTH
    assert ratios["update, a transaction each"] >= WORTH


@pytest.mark.django_db
def test_a_whole_data_set_is_loaded_with_the_trail_in_at_most_five_thirds_of_the_time(tmp_path, capsys):
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    calibrated(tmp_path, projects=5367, organisations=6300, counties=counties, fen=218_800_000_000,
               person_times=2_800_000)  # fmt: skip
    traced = [model for model in apps.get_models()
              if any(trigger.name in TRAIL for trigger in getattr(model._meta, "triggers", ()))]  # fmt: skip

    def load():
        with transaction.atomic():
            call_command("load_dataset", str(tmp_path), verbosity=0)
            transaction.set_rollback(True)

    sql("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit forbids to alter a table
    taken = {True: [], False: []}
    for _round in range(ROUNDS):
        taken[True].append(timed(load)[1])
        with without_trail(*traced):
            taken[False].append(timed(load)[1])
    with_trail, without = (statistics.median(taken[way]) for way in (True, False))
    with capsys.disabled():
        print(f"\n5,367 projects loaded: {with_trail:.1f} s, {without:.1f} s without: {without / with_trail:.0%}")  # noqa: T201
    assert without / with_trail >= WORTH
