"""Whether a divided trail pays: `TRAIL_RECORDS=10000000 python -m pytest -m bench tests/bench/test_partitions.py -s`.

The trail of a real register, multiplied, stands twice in a server of its own: as one table, and divided by campaign
year into ranges of its numbers (YEARS). Both are asked the same by turns: writing, the history of one record, the
bytes that a verification reads, a table of the past. What is found is told, and judged in docs/growth.md.
"""

import itertools
import os
import statistics
import time
from contextlib import closing

import psycopg2
import pytest

from registry.core.embedded.server import DATABASE, PORT, ROLE
from registry.core.sealing.canonical import BYTES, COLUMNS, RECORDS
from tests.bench.site import Site

pytestmark = pytest.mark.bench
MANY, YEARS, ROUNDS = (
    int(os.environ.get(name) or default)
    for name, default in (("TRAIL_RECORDS", 10_000_000), ("YEARS", 10), ("ROUNDS", 15))
)
WRITTEN = 500
READ = 20_000
"""Records that are written, and whose bytes are read, in one round."""

LOAD = """
import tempfile
from pathlib import Path
from django.core.management import call_command
from counties.models import Division
from registry.core.models import Change
from tests.projects.dataset_files import calibrated
counties = list(Division.objects.designated().values_list("code", flat=True))
with tempfile.TemporaryDirectory() as folder:
    calibrated(Path(folder), projects=1000, organisations=1174, counties=counties, fen=40_000_000_000,
               person_times=500_000)
    call_command("load_dataset", folder, verbosity=0)
print(json.dumps(Change.objects.count()))
"""
INDEXES = (
    "(id)", "(root_table, root_pk, id DESC)", "(table_name, row_pk, id DESC)", "(actor_id, id DESC)",
    "(batch_id, id) WHERE batch_id <> ''", "(undoes, id) WHERE undoes <> ''",
)  # fmt: skip
OTHERS = ", ".join(column for column in COLUMNS if column not in {"id", "at", "row_pk", "root_pk"})
TIMES = """
    INSERT INTO {schema}.core_change (id, at, row_pk, root_pk, {others})
    SELECT c.id - {first} + 1 + {turn} * {width}, c.at + {turn} * interval '{years} years' / {turns},
        c.row_pk || '-' || ({turn} % {copies}), c.root_pk || '-' || ({turn} % {copies}), {others}
    FROM public.core_change c
"""
"""The trail once more: other numbers, later, and every row is changed some times in all, each year among them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("trail")) as site:
        number = site.ask(LOAD)
        with closing(opened(site.database)) as line, line.cursor() as cursor:
            fill(cursor, number)
        yield site.database


def opened(server):
    line = psycopg2.connect(host=str(server.socket), port=PORT, user=ROLE, dbname=DATABASE)
    line.autocommit = True
    return line


def fill(cursor, number):
    """Both forms of the trail, as schemas `whole` and `divided`."""
    cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
    cursor.execute("SELECT min(id), max(id) - min(id) + 1 FROM public.core_change")
    first, width = cursor.fetchone()
    turns = max(YEARS, MANY // number)
    for schema, form in (("whole", ""), ("divided", " PARTITION BY RANGE (id)")):
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"CREATE TABLE {schema}.core_change (LIKE public.core_change INCLUDING DEFAULTS){form}")
    edges = [1 + year * turns // YEARS * width for year in range(YEARS)] + [2**62]
    for year, (begin, end) in enumerate(itertools.pairwise(edges)):
        cursor.execute(
            f"CREATE TABLE divided.core_change_{year} PARTITION OF divided.core_change"
            f" FOR VALUES FROM ({begin}) TO ({end})"
        )
    told = {"others": OTHERS, "first": first, "width": width, "turns": turns, "years": YEARS}
    for schema in ("whole", "divided"):
        for turn in range(turns):
            cursor.execute(TIMES.format(schema=schema, turn=turn, copies=max(1, turns // YEARS), **told))
        for index in INDEXES:
            cursor.execute(f"CREATE INDEX ON {schema}.core_change {index}")
    cursor.execute(f"CREATE SEQUENCE public.numbers START {turns * width + 1}")
    cursor.execute("VACUUM ANALYZE")


WRITE = f"""
    INSERT INTO core_change (id, at, row_pk, root_pk, {OTHERS})
    SELECT nextval('public.numbers'), now(), row_pk, root_pk, {OTHERS} FROM public.core_change WHERE id = %s
"""
HISTORY = "SELECT * FROM core_change WHERE root_table = 'projects_project' AND root_pk = %s ORDER BY id DESC LIMIT 50"
ALL_OF_ONE = "SELECT count(after) FROM core_change WHERE root_table = 'projects_project' AND root_pk = %s"
READING = f"SELECT count({BYTES}) FROM {RECORDS} WHERE c.id > %s AND c.id <= %s"
PAST = """
    SELECT count(*) FROM (SELECT DISTINCT ON (row_pk) operation, after FROM core_change
        WHERE table_name = 'projects_project' AND at <= %s ORDER BY row_pk, id DESC) latest
"""


def rounds(cursor):
    """{(what, schema): [milliseconds]}, asked by turns."""
    cursor.execute("SELECT root_pk FROM whole.core_change WHERE root_table = 'projects_project' ORDER BY id LIMIT 2000")
    records = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT min(id) FROM public.core_change")
    sample = cursor.fetchone()[0]
    cursor.execute("SELECT min(at), max(at), max(id) FROM whole.core_change")
    begin, end, newest = cursor.fetchone()
    spent = {}
    for number in range(ROUNDS):
        record, start = records[number * 97 % len(records)], newest * number // (ROUNDS + 1)
        asked = {
            "a write": [(WRITE, [sample])] * WRITTEN,
            "history, newest 50": [(HISTORY, [record])],
            "history, all": [(ALL_OF_ONE, [record])],
            f"bytes of {READ}": [(READING, [start, start + READ])],
        }
        if number < 3:
            asked["a past table, early"] = [(PAST, [begin + (end - begin) / YEARS])]
            asked["a past table, late"] = [(PAST, [end])]
        for what, statements in asked.items():
            for schema in ("whole", "divided") if number % 2 else ("divided", "whole"):
                cursor.execute(f"SET search_path = {schema}, public")
                started = time.perf_counter()
                for statement, values in statements:
                    cursor.execute(statement, values)
                taken = (time.perf_counter() - started) * 1000 / len(statements)
                spent.setdefault((what, schema), []).append(taken)
    return spent


SIZES = """
    SELECT sum(pg_relation_size(c.oid)), sum(pg_indexes_size(c.oid)) FROM pg_class c
    WHERE relnamespace = %s::regnamespace AND relkind = 'r'
"""


def test_a_divided_trail_beside_one_table(server, capsys):
    with closing(opened(server)) as line, line.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET jit = off")
        spent = rounds(cursor)
        cursor.execute("SELECT count(*) FROM whole.core_change")
        told = [f"\n{cursor.fetchone()[0]} records, {YEARS} years, medians of {ROUNDS} rounds in ms: whole, divided"]
        for what in dict.fromkeys(what for what, _schema in spent):
            whole, divided = (statistics.median(spent[what, schema]) for schema in ("whole", "divided"))
            told.append(f"{what}: {whole:.3f}, {divided:.3f} ({divided / whole:.2f} x)")
        for schema in ("whole", "divided"):
            cursor.execute(SIZES, [schema])
            table, indexes = cursor.fetchone()
            told.append(f"{schema}: {table / 2**20:.0f} MiB of records, {indexes / 2**20:.0f} MiB of indexes")
        with capsys.disabled():
            print("\n".join(told))  # noqa: T201
        cursor.execute("SELECT count(*) FROM whole.core_change")
        whole = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM divided.core_change")
        assert cursor.fetchone() == whole
