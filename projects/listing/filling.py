"""For writers of thousands of projects, table by table: the index takes them up once, when all is there."""

from contextlib import contextmanager

from django.db import connection, transaction

from .building import LATER, SCHEMA


@contextmanager
def listed_at_the_end():
    """Inside, triggers note the projects that are touched; at the end their rows are made anew. In one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {LATER} = 'later'")
        yield
        cursor.execute(f"SELECT {SCHEMA}.catch_up()")
