"""Transactions that name the same thing, taken one after the other where there is no row to lock."""

from django.db import connection


def take_turns(*names):
    """Wait until no other transaction holds one of `names`, and hold them until this one is over.

    Must be called in a transaction. Who takes several takes them in the same order as all others.
    """
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
