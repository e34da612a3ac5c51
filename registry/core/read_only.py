"""Requests of those who only read: the database itself lets them write nothing.

Their transactions begin as `READ ONLY`, so that whatever a page or a bug tries to write is refused by
PostgreSQL, and as the role `bangfu_reader` (session_roles.py), which has no right to write where there are roles.
Read-only is closed by itself, also where the owner of a hired server may make none.

What a reader owns is told by name (`own_affairs`): messages, jobs, saved views, the session itself.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, transaction

from .replica import on_primary
from .roles import Role
from .session_roles import MEMBER, READER, role_taken, role_taken_now, whole_register
from .session_settings import tell

READERS = frozenset({Role.AUDITOR, Role.AUDIT_ADMIN})
"""Roles that write nothing. Who holds another one besides writes by that one."""

READ_ONLY_VIOLATION = "25006"
"""The code by which PostgreSQL refuses (`read_only_sql_transaction`)."""

_is_read_only: ContextVar[bool] = ContextVar("is_read_only", default=False)


def only_reads(user):
    """Whether `user` is somebody who reads the register and writes nothing."""
    return bool(user.is_authenticated and user.roles and user.roles <= READERS)


def own_affairs(view):
    """Mark a view that writes only what belongs to the person who asks: readers may use it too."""
    view.own_affairs = True
    return view


@contextmanager
def read_only_session():
    """Every transaction begun inside is refused to write."""
    with role_taken(READER, first="SET TRANSACTION READ ONLY"):
        token = _is_read_only.set(True)
        try:
            yield
        finally:
            _is_read_only.reset(token)


def may_make_temporary_tables():
    """Let the transaction that has just begun make temporary tables, which no read-only one may.

    Whoever calls it rolls the transaction back in the end, so that nothing else is written by it either.
    """
    if _is_read_only.get():
        tell("SET TRANSACTION READ WRITE")


def writes_anyway():
    """Whether the session that asks may write what the house notes without `writing_after_all`."""
    return not _is_read_only.get() and role_taken_now() not in (MEMBER, READER)


@contextmanager
def writing_after_all():
    """A transaction that may write although those who only read ask: for what the house itself notes of their visit.

    Not to be called inside another transaction of theirs, which has been begun as one that only reads.
    """
    with on_primary(), transaction.atomic():
        may_make_temporary_tables()
        with whole_register():
            yield


def is_refusal(error):
    """Whether PostgreSQL refused a write because the session is one of those who only read. A standby refuses in the
    same words whoever asks: that is no matter of rights."""
    return (
        _is_read_only.get()
        and isinstance(error, DatabaseError)
        and getattr(error.__cause__, "pgcode", "") == READ_ONLY_VIOLATION
    )
