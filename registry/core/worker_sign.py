"""How a worker is known to be there: the sessions of its database carry a name, and it asks every second.

Nothing is written for it, and a worker on another machine is seen as well.
"""

from contextlib import contextmanager

from django.db import connection
from django.db.backends.signals import connection_created

from .session_settings import tell

NAME = "bangfu worker"
SILENT = 60
"""Seconds of silence after which a worker is thought to be gone."""

LAST_ASKED = """
    SELECT extract(epoch FROM clock_timestamp() - max(query_start))::float FROM pg_stat_activity
    WHERE application_name = 'bangfu worker' AND datname = current_database()
"""
WORKER = f"SELECT coalesce(({LAST_ASKED}) < {SILENT}, false)"


def _name(connection, **kwargs):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [NAME])


@contextmanager
def known_as_worker():
    """Every session of the database that is opened inside carries the worker's name."""
    connection_created.connect(_name, dispatch_uid=NAME)
    try:
        if connection.connection is not None:
            _name(connection)
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            tell("RESET application_name")
        connection_created.disconnect(dispatch_uid=NAME)
