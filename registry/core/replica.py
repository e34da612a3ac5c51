"""Reading from a streaming replica: a second connection that takes the place of the first for a while.

`connection` leads to the replica inside `from_replica()`, and back to the primary inside `on_primary()`, whatever asks:
no query names a database. What the session is set to (role, whose rows, what was published) is carried along, so both
walls stand on either side. A replica cannot write, make temporary tables or lock rows: what must, does so on the
primary (`as_of`, `writing_after_all`). Several replicas are several hosts in `REPLICA_URL`; libpq chooses among them.
"""

import time
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections

from .public_session import grouped_as_published, is_public_session
from .session_settings import standing_number, told_besides

REPLICA = "replica"

PAUSE = 3
"""Seconds for which a server that does not answer is not asked again by this process."""

_STATE = """
    SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_xact_replay_timestamp(),
        CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() AND EXISTS (
            SELECT FROM pg_stat_get_wal_receiver() receiver WHERE receiver.pid IS NOT NULL
        ) THEN 0 ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float
"""
"""Who has replayed all that it receives is not behind, however long nothing was written; else its last commit says."""

SENT_TO = """
    SELECT application_name, coalesce(client_addr::text, ''), state, coalesce(extract(epoch FROM replay_lag), 0)::float
    FROM pg_stat_replication ORDER BY 1, 2
"""
"""Asked of the primary: name, address and state of each server that it sends to, and by how many seconds it is behind.
A login without `pg_read_all_stats` is told 0 seconds."""

_away_until = {}
_primary: ContextVar[tuple | None] = ContextVar("primary", default=None)
"""(connection to the primary, number of settings that stood there) while `connection` leads to the replica."""


@dataclass(frozen=True)
class State:
    """How the replica stands: whether it is one (a promoted or a fenced server is none), whether it has replayed what
    the asker wrote, the instant of the last change that it knows, and how many seconds it is behind."""

    is_replica: bool
    has_replayed: bool
    stands_at: datetime | None
    behind: float

    @property
    def is_fresh(self):
        return self.is_replica and self.has_replayed and self.behind <= settings.REPLICA_LAG


def is_there():
    """Whether a replica was named at all."""
    return REPLICA in connections.settings


def reads_replica():
    """Whether `connection` leads to the replica now."""
    return _primary.get() is not None


def state(after=None):
    """How the replica stands; None where it does not answer. `after`: a place in the WAL that it must have replayed.

    It is the check of the connection's health as well: the statement that any request would cost anyway.
    """
    if is_resting(REPLICA):
        return None
    for _attempt in range(2):  # a connection kept open may have been broken since
        try:
            with _leading_to(connections[REPLICA]), connection.cursor() as cursor:
                cursor.execute(_STATE, [after or "0/0"])
                is_replica, has_replayed, stands_at, behind = cursor.fetchone()
            return State(is_replica, bool(has_replayed), stands_at, float("inf") if behind is None else behind)
        except Error:
            connections[REPLICA].close()
    rest(REPLICA)
    return None


def primary_answers():
    """Whether the primary can be connected to. What it finds is what the request's first query would have found."""
    ours = connections[DEFAULT_DB_ALIAS]
    if is_resting(DEFAULT_DB_ALIAS):
        return False
    try:
        ours.close_if_health_check_failed()
        ours.ensure_connection()
    except Error:
        rest(DEFAULT_DB_ALIAS)
        return False
    return True


def rest(alias):
    """Do not ask this server again for a moment: each try may take as long as the time limit of connecting."""
    _away_until[alias] = time.monotonic() + PAUSE


def is_resting(alias):
    return time.monotonic() < _away_until.get(alias, 0)


def forget_rest():
    _away_until.clear()


@contextmanager
def from_replica():
    """Let every query inside ask the replica."""
    if reads_replica():
        yield
        return
    token = _primary.set((connections[DEFAULT_DB_ALIAS], standing_number()))
    try:
        with _leading_to(connections[REPLICA]), _set_alike():
            yield
    finally:
        _primary.reset(token)


@contextmanager
def on_primary():
    """Let every query inside ask the primary, in a session set like that of the replica."""
    if not reads_replica():
        yield
        return
    primary, known = _primary.get()
    token = _primary.set(None)
    try:
        with _leading_to(primary), _set_alike(known):
            yield
    finally:
        _primary.reset(token)


@contextmanager
def _leading_to(other):
    ours = connections[DEFAULT_DB_ALIAS]
    other.execute_wrappers = ours.execute_wrappers  # who counts statements, or pours the past, sees these too
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = ours


@contextmanager
def _set_alike(known=0):
    """What stands goes along with each transaction by itself; what a connection itself must know is told here."""
    with told_besides(known), grouped_as_published() if is_public_session() else nullcontext():
        yield
