"""Actions that every record with a life cycle shares."""

from django.core.exceptions import ValidationError
from django.db import connection
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


def next_number(model, prefix, year):
    """The next free number of a series, `XM-2021-0412`. Numbers are taken one at a time: a lock for the
    length of the transaction keeps two from taking the same. Must be called in a transaction."""
    stem = f"{prefix}-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [stem])
        cursor.execute(
            f"SELECT coalesce(max(substr(number, %s)::bigint), 0) FROM {model._meta.db_table} WHERE number ~ %s",  # noqa: S608 - a table's name, not input
            [len(stem) + 1, f"^{stem}[0-9]{{1,9}}$"],
        )
        return f"{stem}{cursor.fetchone()[0] + 1:04d}"
