"""Answers about the past that take too long for a page: counted once by a job, kept, and found by the same page again.

The past does not change while the trail only grows, so the same statement with the same parameters has the same answer
at the same instant for ever. What is kept are therefore answers of statements, not of pages: whatever asks the same
finds it, in either language, and a statement that differs in anything is another one. Only statements that read nothing
but tables of the past, and only for those who read the whole register: what others may know of changes with today.
"""

import hashlib
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.apps import apps
from django.db import connection
from django.utils import timezone

from registry.core.models import Change
from registry.core.session_roles import whole_register

from .models import PastAnswer

AT_ONCE = 500_000
"""Rows that a page may have poured; about a second."""

CHANGED = 10
"""A row that has changed since takes as long as so many that have not: it is found and read in the trail."""

KEPT = timedelta(days=30)

_TYPES = "SELECT format_type(oid, NULL) FROM unnest(%s::oid[]) WITH ORDINALITY t (oid, place) ORDER BY place"
_AS_JSON = "SELECT coalesce(jsonb_agg(to_jsonb(answer)), '[]')::text FROM ({sql}) answer({names})"
_DELIVER = "SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS answer({typed})"
_DELIVER_KEPT = """
    SELECT {names} FROM reports_pastanswer kept, jsonb_to_recordset(kept.rows) AS answer({typed}) WHERE kept.key = %s
"""


class TooLong(Exception):
    """What is asked would take longer than a page may."""


@dataclass
class Patience:
    """How much may be poured, and in a job what has been answered: {key: (columns, rows as JSON)}."""

    rows: float = AT_ONCE
    answers: dict | None = None
    progress: object = None


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patience():
    """What is asked inside about the past raises TooLong before it takes longer than a page may."""
    with _with(Patience(AT_ONCE)):
        yield


@contextmanager
def keeping(progress):
    """Keep what is asked inside about the past, when the block is left; each table poured is a step of `progress`."""
    found = Patience(float("inf"), {}, progress)
    with _with(found):
        yield
    forget(before=timezone.now() - KEPT)
    rows = [(key, *answer) for key, answer in found.answers.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reports_pastanswer (key, columns, rows, made_at) VALUES (%s, %s, %s::jsonb, now())"
            " ON CONFLICT (key) DO NOTHING",
            rows,
        )


@contextmanager
def _with(found):
    token = _patience.set(found)
    try:
        yield
    finally:
        _patience.reset(token)


def forget(before=None):
    """Let go of what was kept, all of it or what was made before an instant: personal values may stand in it."""
    answers = PastAnswer.objects.all()
    (answers if before is None else answers.filter(made_at__lt=before)).delete()


def reads_only(sql, past):
    """Whether a statement reads nothing but tables of the `past`, by their names."""
    return sql.startswith("SELECT") and set(_tables().findall(sql)) <= past


@cache
def _tables():
    names = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    return re.compile(rf"\b({'|'.join(names)})\b")


def key_of(sql, params, instant):
    return hashlib.sha256(repr((sql, params, instant.isoformat())).encode()).hexdigest()


def kept(key):
    """(statement, parameters) that give the kept answer, None where there is none."""
    if _patience.get() is None:
        return None
    mine = (_patience.get().answers or {}).get(key)
    if mine is not None:
        return _delivering(_DELIVER, mine[0]), [mine[1]]
    columns = PastAnswer.objects.filter(key=key).values_list("columns", flat=True).first()
    return None if columns is None else (_delivering(_DELIVER_KEPT, columns), [key])


def answered(sql, params, key):
    """Ask the statement and note its answer; gives back what `kept` does. None where nothing is to be kept."""
    asking = _patience.get()
    if asking is None or asking.answers is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) answer LIMIT 0", params)  # noqa: S608 - what is asked anyway
        called = [column.name for column in cursor.description]
        cursor.execute(_TYPES, [[column.type_code for column in cursor.description]])
        columns = [*called, *(row[0] for row in cursor.fetchall())]
        names = ", ".join(f"c{place}" for place in range(len(called)))
        cursor.execute(_AS_JSON.format(sql=sql, names=names), params)
        asking.answers[key] = columns, cursor.fetchone()[0]
    return _delivering(_DELIVER, columns), [asking.answers[key][1]]


def _delivering(statement, columns):
    called, kinds = columns[: len(columns) // 2], columns[len(columns) // 2 :]
    names = ", ".join(f"c{place} AS {quoted(name)}" for place, name in enumerate(called))
    typed = ", ".join(f"c{place} {kind}" for place, kind in enumerate(kinds))
    return statement.format(names=names, typed=typed)


def quoted(name):
    return '"{}"'.format(name.replace('"', '""').replace("%", "%%"))


def before_pouring(tables, instant):
    """Say that these tables are about to be poured at an instant. Raises TooLong, Cancelled."""
    asking = _patience.get()
    if asking is None:
        return
    if asking.progress:
        asking.progress.step(len(tables))
        return
    asking.rows -= _rows_of(tables, instant)
    if asking.rows < 0:
        raise TooLong


def _rows_of(tables, instant):
    """About how many rows that is, one that has changed since counted `CHANGED` times."""
    with whole_register(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT (SELECT coalesce(sum(greatest(reltuples, 0)), 0) FROM pg_class
                        WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)),
                       (SELECT count(*) FROM (SELECT FROM public.{Change._meta.db_table}
                        WHERE at > %s AND table_name = ANY(%s) LIMIT %s) since)""",  # noqa: S608 - a table's name
            [list(tables), instant, list(tables), AT_ONCE // CHANGED],
        )
        standing, changed = cursor.fetchone()
    return standing + CHANGED * changed
