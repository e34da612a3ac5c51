"""Answers kept in this process for as long as nothing in the database has changed.

PostgreSQL's snapshot names the transactions that a query sees: the same snapshot means the same rows, so an answer
needs no time limit and no telling of what was changed. Any write anywhere ends it. A replica's snapshot does not name
those that are under way, so there the place in the WAL belongs to it.
"""

import time

from django.db import connection

_KEPT = 256
_answers = {}


def _snapshot():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), pg_current_snapshot()::text, pg_last_wal_replay_lsn()::text")
        return cursor.fetchone()


def remembered(key, ask, *, good_for=0, seen_now=_snapshot):
    """`ask()`, or its last answer under `key` if nothing was written since: nothing at all, or where `seen_now` is
    given nothing that changes what that function gives. Never inside a transaction, which may have writes of its own
    that no snapshot names. An answer that leads somewhere and is no figure itself may be `good_for` so many seconds,
    whatever was written, also while it was put together."""
    if connection.in_atomic_block:
        return ask()
    before = seen_now()
    seen, at, answer = _answers.get(key, ("", 0, None))
    if seen == before or (seen and time.monotonic() < at + good_for):
        return answer
    answer = ask()
    if good_for or seen_now() == before:  # else something was written while the answer was put together
        if len(_answers) >= _KEPT:
            _answers.clear()
        _answers[key] = before, time.monotonic(), answer
    return answer
