"""What a session of the database is set to for a while, and is never left with."""

from contextlib import contextmanager

from django.db import DatabaseError, connection


def tell(statement):
    """Run a statement that sets something and answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def session_set(statement, name):
    """Run `statement`, which sets the parameter `name` of the session; it is as before when the block is left."""
    tell(statement)
    try:
        yield
    finally:
        if connection.connection is not None:
            try:
                tell(f"RESET {name}")
            except DatabaseError:  # a session that cannot be told must not serve the next person
                connection.close()
