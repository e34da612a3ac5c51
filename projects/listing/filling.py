"""For writers of thousands of new projects, table by table: the index takes them up once, when all is there."""

from contextlib import contextmanager

from django.db import connection, transaction

from .building import LATER, SCHEMA, tables


@contextmanager
def listed_at_the_end():
    """Inside, triggers leave the index as it is; at the end those projects are taken up that it does not know yet.

    Within one transaction, and only for what is new: a project that the index knows already must not be changed inside.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {LATER} = 'later'")
        yield
        cursor.execute(f"SET LOCAL {LATER} = ''")
        cursor.execute(
            f"""SELECT {SCHEMA}.relist_whole(ARRAY(
                SELECT id FROM projects_project p WHERE NOT EXISTS (SELECT FROM {tables(SCHEMA)[0]} l WHERE l.id = p.id)
            ))"""
        )
