"""The empty test database, made once: each process of tests begins with a copy of it, as PostgreSQL's `TEMPLATE`.

It stays on the server for the next run, and says of what code it was made: after a change of the code it is made anew.
Each checkout has its own, so that two of them may be tested on one server.
"""

import hashlib
import os

import django
from django.db import connection

from tests.house import ROOT
from tests.own_database import drop

PACKAGES = ("registry", "orgs", "projects", "counties", "requirements")
"""Whatever of these changes may change what a database begins with: migrations, rights, walls, prepared lists."""


_LARGE_KEYS = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1000000) FROM pg_sequences
    WHERE schemaname = 'public' AND data_type = 'bigint'::regtype
"""
"""Keys of what tests make have seven digits, so that none is by chance the number that a test looks for in a page."""


def template():
    """The name of the database. Made first where it is not there, or of other code; who asks meanwhile waits."""
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    name = f"test_{connection.settings_dict['NAME']}_template_{checkout}"
    with connection._nodb_cursor() as cursor:  # starts the embedded server, too
        cursor.execute("SET lock_timeout = 0")  # who makes it may take a minute
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # until this session ends
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        found, made_of = cursor.fetchone(), fingerprint()
        if found != (made_of,):
            drop(name)
            _make(name)
            cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [made_of])
    return name


def fingerprint():
    """Stands for all code that a database may be made by."""
    digest = hashlib.sha256(_LARGE_KEYS.encode())
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _make(name):
    """As Django makes the test database, under another name."""
    told = connection.settings_dict
    ours, test = told["NAME"], told["TEST"]["NAME"]
    told["TEST"]["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with connection.cursor() as cursor:
            cursor.execute(_LARGE_KEYS)
    finally:
        connection.close()
        told["NAME"], told["TEST"]["NAME"] = ours, test


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    django.setup()
    template()
