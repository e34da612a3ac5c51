"""The register as it was at an instant: past rows under the tables' own names, for the same queries to read.

The trail holds the whole row after each change. What has not changed since an instant stood then as it stands now, and
of all else the last record before is what stood. `as_of` pours both into temporary tables called like the real ones;
PostgreSQL looks among temporary tables first, so every query inside reads the past and none has a second form. A table
is poured when a query first names it: most figures read few of them. In a public session what is poured of projects
are the publications that stood at the instant, and of other tables no more than strangers are shown today; in a
member's session no more than the same conditions let it find today (projects/database/rows.py).
"""

import datetime
import re
from contextlib import contextmanager

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from counties.models import Designation, Division
from orgs.models import Authority, Enterprise, Organisation
from projects.database.rows import OPEN, SEEN, condition
from projects.models import (
    Campaign,
    Commendation,
    Difficulty,
    Field,
    Funding,
    Participation,
    Project,
    ProjectField,
    ProjectStep,
    Publication,
    Result,
    Site,
)
from projects.publishing.allowed import PARTS
from projects.publishing.pouring import select_sql
from projects.publishing.wall import AS_IT_IS, WALL, shown_columns
from registry.core.dates import SHANGHAI
from registry.core.models import Change
from registry.core.public_session import SCHEMA, is_public_session
from registry.core.read_only import may_make_temporary_tables
from registry.core.replica import on_primary
from registry.core.session_roles import APP, MEMBER, role_taken_now, whole_register
from registry.core.session_settings import tell
from registry.core.summaries import no_summaries
from registry.core.text import excerpt

from .kept_past import answered, before_pouring, kept, key_of, reads_only

READ_BY_FIGURES = (
    Division, Designation, Authority, Organisation, Enterprise, Campaign, Field,
    Project, ProjectField, Site, Participation, Funding, Result,
)  # fmt: skip
PAST = (*READ_BY_FIGURES, ProjectStep, Difficulty, Commendation)
"""The tables that are read as they were; circulars read some that no figure reads. Accounts, memberships and postings
stay today's: they say who may ask."""

SNAPSHOTS = {part.model: part for part in PARTS}
_TABLES = {model._meta.db_table: model for model in PAST}
_NAMED = re.compile(rf"\b({'|'.join(_TABLES)})\b")
_VISIBLE = "past_visible"
_IN_MEMORY = """
    SET LOCAL work_mem = '64MB'; SET LOCAL default_statistics_target = 10;
    DO $$ BEGIN
        PERFORM set_config('temp_buffers', '64MB', true);
    EXCEPTION WHEN invalid_parameter_value THEN  -- the session has had other temporary tables: they decided
    END $$
"""
"""What is poured is read several times at once and forgotten: it stays in memory; few rows say how it is made up."""
_SPACE_FOR_PLUS = re.compile(r"(?<=T)(.+) (?=\d\d:?\d\d$)")


def _keys_of(projects):
    """(SQL, parameters) that give their keys; none, where Django knows that there are none and would ask nothing."""
    try:
        return projects.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", ()


@contextmanager
def as_of(instant, *, only=None):
    """Let every query inside read the tables of `PAST` as they were at `instant` (an aware datetime).

    `only`, a queryset of projects, keeps out all others: pass what the asker may know of today, so that what
    has been withdrawn since stays withdrawn. Read the answers before leaving: a queryset that is evaluated
    later reads the present. Nothing can be written inside: the transaction, or its part, is rolled back at
    the end. A column added since has its default, as the migration gave it to the rows of the time.
    The same past inside of itself is read as it stands; another one there is a RuntimeError.
    """
    asked = instant, None if only is None else _keys_of(only)
    for open_ in connection.execute_wrappers:
        if isinstance(open_, _Pouring):
            if open_.asked != asked:
                raise RuntimeError("Another past is being read.")
            yield
            return
    with on_primary(), transaction.atomic():  # a replica makes no temporary tables
        may_make_temporary_tables()
        tell(_IN_MEMORY)
        if only is not None:
            query, params = asked[1]
            with _whole_past() as cursor:
                cursor.execute(f"CREATE TEMP TABLE {_VISIBLE} (id) ON COMMIT DROP AS {query}", params)
                cursor.execute(f"ANALYZE {_VISIBLE}")
        with connection.execute_wrapper(_Pouring(asked)), no_summaries():
            yield
        transaction.set_rollback(True)


def reads_the_past():
    """Whether what is asked now is answered as it was at some instant."""
    return any(isinstance(one, _Pouring) for one in connection.execute_wrappers)


@contextmanager
def _whole_past():
    """A cursor that reads the whole trail, whoever asks: what is poured is cut by hand, and read by those who asked."""
    with whole_register(), connection.cursor() as cursor:
        yield cursor


class _Pouring:
    """Sees every statement before the database does, and pours the tables that it names; or gives the answer that is
    kept of it (kept_past.py), for which nothing is poured."""

    def __init__(self, asked):
        self.asked, self.poured, self.is_aside = asked, set(), False

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("ROLLBACK TO"):  # what was poured since is gone with it
            self.poured.clear()
        named = set() if self.is_aside else {_TABLES[name] for name in _NAMED.findall(sql)}
        may_be_kept = named and not many and self._is_whole() and reads_only(sql, _TABLES.keys())
        key = key_of(sql, params, self.asked[0]) if may_be_kept else ""
        answer = kept(key) if key else None
        if answer is None and named:
            if missing := named - self.poured:
                self._pour(missing)
            answer = self._answered(sql, params, key) if key else None
        return execute(*(answer or (sql, params)), many, context)

    def _is_whole(self):
        return self.asked[1] is None and role_taken_now() != MEMBER and not is_public_session()

    def _answered(self, sql, params, key):
        self.is_aside = True
        try:
            return answered(sql, params, key)
        finally:
            self.is_aside = False

    def _pour(self, models):
        instant, only = self.asked
        asking = role_taken_now()
        before_pouring({model._meta.db_table for model in models}, instant)
        self.poured |= models
        with _whole_past() as cursor:
            for model in models:
                _pour(cursor, model, instant, only is not None, asking == MEMBER)
                if asking not in ("", APP):
                    cursor.execute(f"GRANT SELECT ON {model._meta.db_table} TO {asking}")


def _pour(cursor, model, instant, restricted, is_member):
    table = model._meta.db_table
    if is_public_session() and model in SNAPSHOTS:
        _pour_published(cursor, SNAPSHOTS[model], instant)
    else:
        _pour_register(cursor, model, instant, restricted, is_member)
    cursor.execute(f"CREATE INDEX ON {table} (id)")
    if _hangs_on_project(model):
        cursor.execute(f"CREATE INDEX ON {table} (project_id)")
    cursor.execute(f"ANALYZE {table}")


def _hangs_on_project(model):
    return "project" in {field.name for field in model._meta.fields}


def _pour_published(cursor, part, instant):
    """The entries that stood at the instant, of what strangers may read today: what was withdrawn stays withdrawn."""
    stood = f"""(SELECT DISTINCT ON (project_id) * FROM {SCHEMA}.{Publication._meta.db_table}
        WHERE published_at <= %s ORDER BY project_id, serial DESC)"""  # noqa: S608 - names of tables, not input
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {part.table} ON COMMIT DROP AS {select_sql(part, stood)}", [instant]
    )


_POUR = """
    CREATE TEMP TABLE IF NOT EXISTS {table} ON COMMIT DROP AS
    WITH since AS MATERIALIZED (
        SELECT row_pk, min(id) AS first FROM public.{trail} WHERE table_name = %s AND at > %s GROUP BY row_pk
    ), given AS MATERIALIZED (
        SELECT jsonb_populate_record(NULL::public.{table}, %s::jsonb) AS past
    )
    SELECT past.* FROM (
        SELECT {shown_now} FROM public.{table} now CROSS JOIN given
        WHERE NOT EXISTS (SELECT FROM since WHERE since.row_pk::bigint = now.id)
        UNION ALL
        SELECT {then} FROM since CROSS JOIN LATERAL (
            SELECT operation, after - %s::text[] AS after FROM public.{trail} earlier
            WHERE earlier.table_name = %s AND earlier.row_pk = since.row_pk AND earlier.id < since.first
            ORDER BY earlier.id DESC LIMIT 1
        ) latest CROSS JOIN given CROSS JOIN LATERAL jsonb_populate_record(given.past, latest.after) stood
        WHERE latest.operation <> 'D'
    ) past WHERE {conditions}
"""


def _pour_register(cursor, model, instant, restricted, is_member):
    """What has not changed since the instant is what it is today; of what has, the trail's last word before counts."""
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    hidden, conditions = set(), []
    if is_public_session():
        hidden = set(columns) - shown_columns(model)
        if WALL[model] != AS_IT_IS:
            conditions.append(f"EXISTS (SELECT FROM {SCHEMA}.{table} s WHERE s.id = past.id)")
    elif is_member and SEEN[model] != OPEN:
        conditions.append(condition(model, "past").replace("%", "%%"))
    if restricted and model is Project:
        conditions.append(f"EXISTS (SELECT FROM {_VISIBLE} v WHERE v.id = past.id)")
    elif restricted and _hangs_on_project(model):
        conditions.append(f"past.project_id IS NULL OR EXISTS (SELECT FROM {_VISIBLE} v WHERE v.id = past.project_id)")
    now = [f"(given.past).{name}" if name in hidden else f"now.{name}" for name in columns]
    statement = _POUR.format(
        table=table, trail=Change._meta.db_table, shown_now=", ".join(now),
        then=", ".join(f"stood.{name}" for name in columns),
        conditions=" AND ".join(f"({one})" for one in conditions) or "true",
    )  # fmt: skip
    cursor.execute(statement, [table, instant, _defaults(model), sorted(hidden), table])


def _defaults(model):
    """The columns' defaults as JSON text; those that a function computes are never asked by a figure."""
    given = {
        field.column: field.default
        for field in model._meta.concrete_fields
        if field.has_default() and not callable(field.default)
    }
    return DjangoJSONEncoder().encode(given)


def parse_instant(text, *, now=None):
    """The instant meant by an ISO date or date and time, in Shanghai unless it says otherwise.

    A date means the end of that day, today's date this moment. Raises ValidationError with the code
    "unreadable" for anything else, "future" for an instant that has not come.
    """
    now = now or timezone.now()
    short = _SPACE_FOR_PLUS.sub(r"\1+", text.strip())  # a bare + in an address arrives as a space
    try:
        instant = datetime.datetime.fromisoformat(short)
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is not an instant. Write a date such as 2021-10-31, or 2021-11-01T08:00."),
            "unreadable",
            {"text": excerpt(text)},
        ) from error
    instant = instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
    if len(short) <= len("2021-W44-7") and "T" not in short:
        local = timezone.localtime(now, SHANGHAI)
        instant = now if instant.date() == local.date() else instant + datetime.timedelta(days=1, microseconds=-1)
    if instant > now:
        raise ValidationError(
            _("“%(text)s” lies in the future: the register knows only what has been entered."),
            "future",
            {"text": excerpt(text)},
        )
    return instant
