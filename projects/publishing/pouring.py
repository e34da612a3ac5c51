"""Entries as rows again: into the tables behind the wall, or into temporary ones that are read for a while."""

import json
from contextlib import contextmanager

from django.db import connection, models, transaction
from django.utils import timezone

from registry.core.public_session import public_session
from registry.core.read_only import may_make_temporary_tables
from registry.core.summaries import no_summaries

from .allowed import PARTS, STANDING


def _nothing(field):
    """What a column that is never public holds: the field's default, else its type's nothing."""
    if field.has_default() and not callable(field.default):
        return field.default
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField):
        return ""
    if isinstance(field, models.BooleanField):
        return False
    return "epoch" if isinstance(field, models.DateField) else 0


def insert_sql(part, table, source):
    """SQL that puts the rows of `part` in the entries of `source` (publications, one a project) into `table`.

    Each row is of the version and the instant of its publication. Columns that an entry does not hold, or that may not
    be public any more, get what says nothing.
    """
    return f"INSERT INTO {table} {select_sql(part, source)};"


def select_sql(part, source):
    fields = [field for field in part.model._meta.concrete_fields if field.column not in ("version", "updated_at")]
    standing = {field.column: _nothing(field) for field in fields if field.column not in part.columns}
    standing |= STANDING.get(part.model, {})
    start = {field.column: _nothing(field) for field in fields} | standing
    return f"""
        SELECT made.* FROM {source} one
        CROSS JOIN LATERAL jsonb_array_elements(one.content -> '{part.table}') item
        CROSS JOIN LATERAL jsonb_populate_record(
            jsonb_populate_record(NULL::public.{part.table}, {_literal(start)}),
            item || {_literal(standing)} || jsonb_build_object('version', one.serial, 'updated_at', one.published_at)
        ) made
        WHERE one.kind <> 'withdrawal'"""


def _literal(values):
    return "'" + json.dumps(values, sort_keys=True, default=str).replace("'", "''") + "'::jsonb"


@contextmanager
def entry_read(content, *, serial=1):
    """Let every query inside read this one entry in the place of all projects, in a public session: an earlier version,
    or what would be published now. Read the answers before leaving. Nothing can be written inside.
    """
    with public_session(), transaction.atomic():
        may_make_temporary_tables()
        with connection.cursor() as cursor:
            for part in PARTS:
                source = "(SELECT %s::jsonb AS content, %s AS serial, %s::timestamptz AS published_at, '' AS kind)"
                cursor.execute(
                    f"CREATE TEMP TABLE {part.table} ON COMMIT DROP AS {select_sql(part, source)}",
                    [json.dumps(content), serial, timezone.now()],
                )
        with no_summaries():
            yield
        transaction.set_rollback(True)
