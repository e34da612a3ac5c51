"""Checks of the database server, run by `manage.py check --database default` and before every migration."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError

MUST_NOT_BE_OFF = ("fsync", "full_page_writes", "synchronous_commit")
OLDEST = 150000
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def _asked(cursor, sql):
    cursor.execute(sql)
    return cursor.fetchone()[0]


@register(Tags.database)
def check_server(databases=None, **kwargs):
    """Errors for a server that would lose acknowledged writes, or find nothing in Chinese without saying so."""
    problems = []
    for alias in databases or ():
        connection = connections[alias]
        try:
            with connection.cursor() as cursor:
                problems += _problems(connection, cursor)
        except OperationalError as problem:
            problems.append(Error(f"The database does not answer: {problem}", id="registry.E001"))
    return problems


def _problems(connection, cursor):
    if connection.pg_version < OLDEST:
        yield Error("PostgreSQL 15 or newer is needed.", id="registry.E002")
    for name in MUST_NOT_BE_OFF:
        if _asked(cursor, f"SHOW {name}") == "off":
            yield Error(
                f"The server runs with {name}=off: a crash could lose what it has acknowledged.",
                hint=f"Set {name}=on.",
                id="registry.E003",
            )
    yield from _of_pooler(connection, cursor)
    installed = _asked(cursor, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
    if installed and not _asked(cursor, "SELECT cardinality(show_trgm('扶贫'))"):
        yield Error(
            "Trigram search finds nothing in Chinese: the database was made under the C locale.",
            hint="Make it with LC_CTYPE C.UTF-8 (or another UTF-8 locale), and restore into that.",
            id="registry.E004",
        )


def _of_pooler(connection, cursor):
    """A pooler tells its client a number of its own, where PostgreSQL tells that of its process."""
    is_there = connection.connection.info.backend_pid != _asked(cursor, "SELECT pg_backend_pid()")
    if is_there and not settings.DATABASE_POOLED:
        yield Error(
            "A pooler stands between this process and its database: only pages may come through one.",
            hint="Name it in DATABASE_POOL_URL; DATABASE_URL, by which the worker comes, leads past it.",
            id="registry.E008",
        )
    if is_there and (missing := [name for name in LIMITS if _asked(cursor, f"SHOW {name}") == "0"]):
        yield Error(
            f"The pooler's sessions run without {', '.join(missing)}.",
            hint="Set them by its connect_query, as deploy/pgbouncer.ini does.",
            id="registry.E009",
        )
