"""Two provinces, a database each, and a national read model fed by logical replication:
`PROJECTS=1000 python -m pytest -m bench tests/bench/test_national.py -s`.

Each province draws its numbers from a range of its own (its code times 10^12), so that the rows of both stand in the
same tables of the national database with their references intact. What is the same everywhere (divisions, fields of
help, authorities) comes from one of them. The trail, accounts and sessions stay at home.
"""

import os
import time
from contextlib import closing
from urllib.parse import quote

import psycopg2
import pytest

from registry.core.embedded.server import DATABASE, PORT, ROLE, Server
from tests.bench.site import Site

pytestmark = pytest.mark.bench
PROJECTS = int(os.environ.get("PROJECTS") or 1000)
WIDTH = 10**12
PROVINCES = {"p13": 13, "p14": 14}
SHARED = (
    "counties_division", "counties_designation", "projects_field", "projects_campaign", "orgs_authority",
)  # fmt: skip
OWN = (
    "orgs_organisation", "orgs_enterprise", "projects_project", "projects_projectfield", "projects_site",
    "projects_participation", "projects_funding", "projects_result",
)  # fmt: skip
"""What the figures count of a province."""

LOAD = """
import tempfile
from pathlib import Path
from django.core.management import call_command
from django.db import connection
from counties.models import Division
from tests.projects.dataset_files import calibrated
with connection.cursor() as cursor:
    cursor.execute("SELECT format('public.%I', sequencename) FROM pg_sequences WHERE data_type::text = 'bigint'")
    for (name,) in cursor.fetchall():
        cursor.execute("SELECT setval(%s, %s)", [name, given["from"]])
counties = list(Division.objects.designated().values_list("code", flat=True))
with tempfile.TemporaryDirectory() as folder:
    calibrated(Path(folder), projects=given["projects"], organisations=given["projects"] * 6300 // 5367,
               counties=counties, fen=given["projects"] * 40_000_000, person_times=given["projects"] * 500)
    call_command("load_dataset", folder, verbosity=0)
print("{}")
"""
FIGURES = """
    SELECT count(DISTINCT p.id), count(DISTINCT s.organisation_id), coalesce(sum(f.amount), 0)
    FROM projects_project p LEFT JOIN projects_funding f ON f.project_id = p.id
    LEFT JOIN projects_participation s ON s.project_id = p.id WHERE p.id / %s = ANY (%s)
"""


WHAT = ("bytes of the database", "bytes of the trail", "records of the trail", "bytes of WAL")
SIZE = """
    SELECT pg_database_size(current_database()), pg_total_relation_size('core_change'),
        (SELECT count(*) FROM core_change), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint
"""


def run(server, database, *statements):
    """The rows of the last statement."""
    with closing(psycopg2.connect(host=str(server.socket), port=PORT, user=ROLE, dbname=database)) as line:
        line.autocommit = True
        with line.cursor() as cursor:
            for statement in statements:
                cursor.execute(*statement) if isinstance(statement, tuple) else cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None


@pytest.fixture
def nation(tmp_path_factory):
    """(server of the provinces, server of the nation, what a province wrote), with no subscription yet."""
    folder = tmp_path_factory.mktemp("nation")
    folder.chmod(0o755)
    with Site(folder) as site:
        site.database.stop()
        site.database.settings = site.database.settings | {"wal_level": "logical"}
        site.database.start()
        wrote = {}
        for name, code in PROVINCES.items():
            run(site.database, "postgres", f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
            socket = quote(str(site.database.socket), safe="")
            site.environment["DATABASE_URL"] = f"postgresql://{ROLE}@{socket}:{PORT}/{name}"
            before = run(site.database, name, SIZE)[0]
            site.ask(LOAD, **{"from": code * WIDTH, "projects": PROJECTS})
            run(site.database, name, "VACUUM ANALYZE")
            wrote = {
                what: (b - a) / PROJECTS
                for what, a, b in zip(WHAT, before, run(site.database, name, SIZE)[0], strict=True)
            }
        (folder / "national").mkdir(mode=0o755)
        other = Server(folder / "national" / "postgres", max_logical_replication_workers="8")
        other.start()
        try:
            yield site.database, other, wrote
        finally:
            other.stop()


def tables_of_the_nation(provinces, nation):
    """The same tables with their primary keys and no trigger: what a province has checked is not checked again."""
    wanted = [word for table in (*SHARED, *OWN) for word in ("-t", f"public.{table}")]
    command = ("pg_dump", "-h", provinces.socket, "-p", str(PORT), "-U", ROLE, "-s", "--section=pre-data", "-O", "-x")
    schema = provinces._run(*command, *wanted, "p13", capture_output=True, text=True)
    text = "\n".join(line for line in schema.stdout.splitlines() if not line.startswith("\\"))
    run(nation, DATABASE, text, *(f"ALTER TABLE public.{table} ADD PRIMARY KEY (id)" for table in (*SHARED, *OWN)))


def counted(server, database, *codes):
    return run(server, database, (FIGURES, [WIDTH, list(codes)]))[0]


def caught_up(provinces, nation, codes):
    """Seconds until the nation counts what the provinces count."""
    began, homes = time.monotonic(), {code: counted(provinces, name, code) for name, code in PROVINCES.items()}
    for _each in range(2400):
        if all(counted(nation, DATABASE, code) == homes[code] for code in codes):
            return time.monotonic() - began
        time.sleep(0.05)
    raise TimeoutError("the national database does not come up to the provinces")


CHANGE = (
    "UPDATE projects_funding SET amount = amount + 1 WHERE id = (SELECT min(id) FROM projects_funding WHERE id > %s)"
)


def test_the_nation_counts_what_its_provinces_count(nation, capsys):
    provinces, national, wrote = nation
    tables_of_the_nation(provinces, national)
    for number, name in enumerate(PROVINCES):
        tables = ", ".join(OWN if number else (*SHARED, *OWN))
        run(provinces, name, f"CREATE PUBLICATION national FOR TABLE {tables}")
        told = f"host={provinces.socket} port={PORT} user={ROLE} dbname={name}"
        run(provinces, name, f"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')")
        options = f"create_slot = false, slot_name = '{name}'"
        run(
            national, DATABASE,
            f"CREATE SUBSCRIPTION {name} CONNECTION '{told}' PUBLICATION national WITH ({options})",
        )  # fmt: skip
    copied = caught_up(provinces, national, PROVINCES.values())
    both = counted(national, DATABASE, *PROVINCES.values())
    homes = [counted(provinces, name, code) for name, code in PROVINCES.items()]
    assert both == tuple(map(sum, zip(*homes, strict=True)))
    assert both[0] > 2 * PROJECTS  # the data set holds some besides that do not count
    lags = []
    for _each in range(20):
        run(provinces, "p14", (CHANGE, [14 * WIDTH]))
        lags.append(caught_up(provinces, national, [14]))
    run(national, DATABASE, "ALTER SUBSCRIPTION p13 DISABLE")
    run(provinces, "p13", (CHANGE, [13 * WIDTH]))
    run(national, DATABASE, "ALTER SUBSCRIPTION p13 ENABLE")
    after = caught_up(provinces, national, [13])
    size = run(national, DATABASE, "SELECT pg_database_size(current_database()) / 2 ^ 20")[0][0]
    home = run(provinces, "p13", "SELECT pg_database_size(current_database()) / 2 ^ 20")[0][0]
    with capsys.disabled():
        print(  # noqa: T201
            f"\n2 provinces of {PROJECTS} projects: first copy {copied:.1f} s; a change is counted there after "
            f"{sorted(lags)[10] * 1000:.0f} ms (most {max(lags) * 1000:.0f}); after a pause: {after:.1f} s; "
            f"a province {home:.0f} MiB, the nation {size:.0f} MiB; a project costs "
            + ", ".join(f"{number:.0f} {what}" for what, number in wrote.items())
        )
