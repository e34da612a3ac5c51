"""What the trail costs, and how long its verification takes: `pytest -m bench tests/bench/test_trail_speed.py`.

A million records sealed and verified: 60 seconds are allowed for the verification (TRAIL_RECORDS asks for another
number). Writes with the trail: at least 60 % of the speed without it, in the same run by turns (TRAIL_ROUNDS).
"""

import hashlib
import os
import resource
import time

import pytest
from django.core.management import call_command
from django.db import connection

from counties.models import Division
from registry.core.models import Change, Seal
from registry.core.sealing.anchors import anchor
from registry.core.sealing.canonical import BYTES, COLUMNS, RECORDS
from registry.core.sealing.chain import seal
from registry.core.sealing.verifying import verify
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
