"""What a session of the database is set to for a while, and is never left with."""

from contextlib import contextmanager

from django.db import DatabaseError, connection


def tell(statement, values=None):
    """Run a statement that sets something and answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def session_set(statement, back, values=None):
    """Run `statement`, which sets the session; `back`, which undoes that, is run when the block is left.

    A transaction that was open before and has failed takes back itself what was set in it.
    """
    within = connection.in_atomic_block
    tell(statement, values)
    try:
        yield
    finally:
        if connection.connection is not None:
            try:
                tell(back)
            except DatabaseError:  # a session that cannot be told must not serve the next person
                if not within:
                    connection.close()
