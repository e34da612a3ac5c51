"""docs/divide-trail.sql on a real register: `python -m pytest -m bench tests/bench/test_divide_trail.py -s`.

Afterwards the trail is written, read, kept and verified as before, under the same walls.
"""

import time

import psycopg2
import pytest

from registry.core.backup.recovery import ask
from registry.core.embedded.server import DATABASE, PORT, ROLE
from tests.bench.site import Site
from tests.bench.test_partitions import LOAD
from tests.house import ROOT

pytestmark = pytest.mark.bench

SEALED = """
from registry.core.sealing.chain import seal
print(json.dumps(seal()))
"""
LOOKED_AT = """
import io
from django.core.management import call_command
from registry.core.models import Change, User
from registry.core.sealing.anchors import anchor
from registry.core.sealing.verifying import verify
from registry.core.session_roles import MEMBER, role_taken
from registry.core.sealing.chain import seal
from projects.models import Project
from tests.factories import make_org_user, make_organisation
call_command("rights", stdout=io.StringIO())
member = User.objects.filter(username="member").first() or make_org_user(make_organisation(), username="member")
project = Project.objects.order_by("pk")[given["nth"]]
before = Change.objects.of(project).count()
project.name += "、"
project.save()
project.refresh_from_db()
with role_taken(MEMBER, member.pk):
    seen = Change.objects.count()
seal()
anchor(at_once=True)
report = verify()
print(json.dumps({
    "more": Change.objects.of(project).count() - before, "seen": seen, "found": dict(report.found),
    "counts": dict(report.counts), "seconds": report.seconds,
}))
"""
PARTS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'core_change'::regclass ORDER BY 1"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("divided")) as site:
        site.ask(LOAD)
        site.ask(SEALED)
        yield site


def divide(site):
    script = (ROOT / "docs" / "divide-trail.sql").read_text()
    where = ("-h", site.database.socket, "-p", str(PORT), "-U", ROLE, "-d", DATABASE)
    began = time.monotonic()
    done = site.database._run(
        "psql", *where, "--quiet", "--set", "ON_ERROR_STOP=1", "--file=-", input=script, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return time.monotonic() - began


def test_a_divided_trail_is_written_kept_and_verified_as_before(site, capsys):
    whole = site.ask(LOOKED_AT, nth=0)
    rows = ask(site.database, "SELECT count(*) FROM core_change")[0][0]
    for turn in (1, 2):
        seconds = divide(site)
        parts = [name for (name,) in ask(site.database, PARTS)]
        assert parts == [f"core_change_{number}" for number in range(turn + 1)]
        found = site.ask(LOOKED_AT, nth=turn)
        assert (found["more"], found["seen"], found["found"]) == (1, whole["seen"], whole["found"])
        assert whole["more"] == 1
        newest = ask(site.database, f"SELECT count(*) FROM core_change_{turn}")[0][0]
        assert newest >= 1
        for table in ("core_change", *parts):
            for statement in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(psycopg2.errors.IntegrityConstraintViolation):
                    ask(site.database, f"SET session_replication_role = replica; {statement}")
            for role in ("bangfu_app", "bangfu_member", "bangfu_reader"):
                may = ask(site.database, f"SELECT has_table_privilege('{role}', '{table}', 'SELECT')")[0][0]
                assert may == (table == "core_change")
        with capsys.disabled():
            print(f"\ndivided {rows} records in {seconds:.2f} s: {parts}; {found}")  # noqa: T201
