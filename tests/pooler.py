"""A real PgBouncer in transaction mode, by the sample in deploy/, in front of the database of the tests."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections

from registry.core.database.base import DatabaseWrapper
from tests.house import ROOT

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PORT = 6432


class Pooler:
    """PgBouncer with `size` sessions at the server on which `parameters` (of the driver) lead; use it in a `with`.

    `without` is left out of the sample; `folder` is the folder of its socket. It runs as the user who may enter the
    database's own.
    """

    def __init__(self, parameters, *, size=1, without=""):
        self.parameters, self.folder = parameters, Path(tempfile.mkdtemp(prefix="pooler-"))
        told = {
            "registry = host=/run/postgresql port=5432 dbname=registry":
                "{dbname} = host={host} port={port} dbname={dbname}".format(**parameters),
            "/run/pgbouncer": str(self.folder),
            "/etc/pgbouncer/userlist.txt": str(self.folder / "users"),
            "scram-sha-256": "trust",
            "default_pool_size = 10": f"default_pool_size = {size}",
        }  # fmt: skip
        text = (ROOT / "deploy" / "pgbouncer.ini").read_text()
        for sample, ours in told.items():
            assert sample in text, sample
            text = text.replace(sample, ours)
        text = text.replace(without, "")
        (self.folder / "pgbouncer.ini").write_text(text)
        (self.folder / "users").write_text(f'"{parameters["user"]}" ""\n')

    def __enter__(self):
        owner = Path(self.parameters["host"]).stat()
        for place in (self.folder, *self.folder.iterdir()):
            os.chown(place, owner.st_uid, owner.st_gid)
        command = [PROGRAM, "-q", self.folder / "pgbouncer.ini"]
        who = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        self.program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)
        for _each in range(100):
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(f"{self.folder}/.s.PGSQL.{PORT}")
                return self
            time.sleep(0.05)
        raise TimeoutError("PgBouncer does not answer")

    def __exit__(self, *problem):
        self.program.terminate()
        self.program.wait(10)
        shutil.rmtree(self.folder)


@contextlib.contextmanager
def pooled(pooler):
    """Within, this thread's `connection` leads through the pooler."""
    ours, given = connections[DEFAULT_DB_ALIAS], pooler.parameters
    led = {"HOST": str(pooler.folder), "PORT": PORT, "NAME": given["dbname"], "USER": given["user"], "OPTIONS": {}}
    connections[DEFAULT_DB_ALIAS] = DatabaseWrapper(ours.settings_dict | led)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = ours


def parameters():
    """Those of the tests' own database, without what a pooler does not pass on."""
    return {name: connection.get_connection_params()[name] for name in ("dbname", "host", "port", "user")}
