"""Actions that every record with a life cycle shares."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from .clashes import begun_anew
from .trail import acting


class Stale(ValidationError):
    """The record was changed after the version that the person saw. Nothing was done."""


def locked(record, *, by=None, version=None):
    """The row read again under a lock, so that two persons' changes queue up instead of overwriting.

    With `by`, only within that person's scope: raises DoesNotExist for a row that it does not work with. With
    `version`, only as the person saw it: raises Stale when somebody has changed it since.
    Must be called in a transaction.
    """
    rows = record._meta.model._default_manager.all()  # of the account of a request too, which is a proxy
    if by is not None and hasattr(rows, "within_scope_of"):
        rows = rows.within_scope_of(by)
    fresh = rows.select_for_update(of=("self",)).get(pk=record.pk)
    if version is not None and version != fresh.version:
        raise Stale(_("“%s” was changed after you opened it. Look at it as it is now, and decide again.") % fresh)
    return fresh


@begun_anew
def move(record, *, to, by, reason="", batch=""):
    """Move a record along its life cycle, as the trail's action "model.state"; returns the fresh record.

    Raises UnlawfulMove (not in the table, a fact or reason missing, the same person twice), PermissionDenied,
    or DoesNotExist for a record out of the person's scope. Nothing is changed then.
    """
    with acting(by=by, action=f"{record._meta.model_name}.{to}", reason=reason, batch=batch):
        fresh = locked(record, by=by)
        fresh.move_to(to, by=by, reason=reason)
    return fresh


def next_number(model, prefix, year, *, ahead=1):
    """The next free number of a series, `XM-2021-0412`; `ahead`: so many, from this one on, are the caller's.

    Two never take the same, and nobody waits until the other's transaction is over: what is taken is told to all
    sessions by a lock of its own, which lasts as long as that transaction. Must be called in a transaction.
    """
    stem = f"{prefix}-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [stem])
        try:
            with transaction.atomic():  # after an error too the session can say that others may go on
                cursor.execute(_TAKEN, [stem])  # asked before the rows: what ends in between is found among them
                (taken,) = cursor.fetchone()
                cursor.execute(
                    f"SELECT coalesce(max(substr(number, %s)::bigint), 0) FROM {model._meta.db_table}"  # noqa: S608 - a table's name, not input
                    " WHERE number ~ %s",
                    [len(stem) + 1, f"^{stem}[0-9]{{1,9}}$"],
                )
                first = max(taken, cursor.fetchone()[0]) + 1
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [stem, first + ahead - 1])
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [stem])
    return f"{stem}{first:04d}"


_TAKEN = """
    SELECT coalesce(max(objid::bigint), 0) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = hashtext(%s)::bigint & 4294967295
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""The last number that a transaction under way has taken of a series; 0 where none has."""
