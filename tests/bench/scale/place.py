"""A site of its own for each scale and seed, kept between runs: database server, product and floors.

It stands in `BENCH_DIR` (default var/bench). `FRESH=1` makes it anew; one that no longer fits is refused, not mended.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import psycopg2

from registry.core.embedded.server import PORT, ROLE
from tests.bench.scale import generator, raw
from tests.bench.site import Site, free_port
from tests.house import ROOT

HOME = Path(os.environ.get("BENCH_DIR") or ROOT / "var" / "bench")
PEOPLE = 20
"""Signed-in members of staff among whom the load is divided."""

FILL = """
import tempfile
from dataclasses import asdict
from pathlib import Path
from django.core.management import call_command
from counties.models import Division
from tests.bench.scale.generator import write_files
counties = sorted(Division.objects.designated().values_list("code", flat=True))
with tempfile.TemporaryDirectory(dir=given.pop("folder")) as folder:
    made = write_files(Path(folder), counties=counties, **given)
    call_command("load_dataset", folder)
print(json.dumps(asdict(made)))
"""
SIGN_IN = """
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from registry.core.models import User
found = []
for number in range(given["people"]):
    user, is_new = User.objects.get_or_create(username=f"bench{number}", defaults={"name": f"测量{number}"})
    if is_new:
        user.groups.set(Group.objects.filter(name="bureau"))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    found.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
print(json.dumps(found))
"""


class Place(Site):
    """Within `with` the register is filled, the schema `raw` is fresh, and nothing serves yet."""

    def __init__(self, scale, seed=1, home=HOME):
        self.scale, self.seed = scale, seed
        folder = home / f"scale-{scale:g}-seed-{seed}"
        if os.environ.get("FRESH") == "1":
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self.ports["floors"] = free_port()
        self.environment |= {
            "API_RATES": "0,100000000,0",  # requests are counted, as they are in production, and none is refused
            "SESSIONS": "720,720,24",
            "WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY", "2"),
        }
        self.stamp = folder / "made.json"

    def __enter__(self):
        super().__enter__()
        try:
            self._fill()
            with self.connected() as connection, connection.cursor() as cursor:
                raw.build(cursor)
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def projects(self):
        return int(generator.PROJECTS * self.scale)

    def _fill(self):
        """Load the data set into an empty register; refuse one that holds something else."""
        maker = hashlib.sha256(Path(generator.__file__).read_bytes()).hexdigest()
        wanted = {
            "projects": self.projects,
            "organisations": int(generator.ORGANISATIONS * self.scale),
            "seed": self.seed,
        }
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM projects_project")
            held = cursor.fetchone()[0]
            if not held:
                self.made = self.ask(FILL, folder=str(self.folder), **wanted)
                self.stamp.write_text(json.dumps({"maker": maker, "made": self.made}))
                cursor.execute("VACUUM ANALYZE")
                return
        kept = json.loads(self.stamp.read_text()) if self.stamp.exists() else {}
        if kept.get("maker") != maker or held != self.projects:
            sys.exit(f"{self.folder} is stale: made otherwise, or a run was cut off. Begin anew with FRESH=1.")
        self.made = kept["made"]

    @contextlib.contextmanager
    def connected(self):
        """A connection of the owner's, each of whose statements stands by itself."""
        found = psycopg2.connect(host=str(self.database.socket), port=PORT, dbname="bangfu", user=ROLE)
        found.autocommit = True
        try:
            yield found
        finally:
            found.close()

    def command(self, name):
        if name != "floors":
            return super().command(name)
        return [
            "-m", "gunicorn", "--config=python:registry.serving", f"--bind=127.0.0.1:{self.ports['floors']}",
            "tests.bench.scale.floors:application()",
        ]  # fmt: skip

    def serve(self):
        """Start product and floors, each in gunicorn as production has it; the cookies of `PEOPLE` at both.

        The floors first: whoever starts empties the folder of figures for Prometheus.
        """
        floors = {"DJANGO_SETTINGS_MODULE": "tests.bench.scale.floor_settings"}
        self.start("floors", **floors)
        self.start("web")
        return self.cookies(), self.cookies(**floors)

    def cookies(self, **more):
        ours, self.environment = self.environment, self.environment | more
        try:
            return self.ask(SIGN_IN, people=PEOPLE)
        finally:
            self.environment = ours
