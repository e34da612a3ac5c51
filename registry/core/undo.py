"""Undo of a batch: whatever it wrote is taken back, as the trail says that it was before.

The undo is new changes, each of which names the batch that it takes back (`Change.undoes`): nothing is hidden, and the
past stays as it was. Rows that the batch added go, those that it removed come back under their keys, those that it
changed get their old values; their version goes on counting, so that whoever still sees the batch's rows is told.
Few statements per table do it, for any number of rows.

Triggers and constraints see every row. What they refuse (an issued circular, a locked phase, money beyond its ceiling)
refuses the whole undo.
"""

import datetime
from collections import Counter
from contextlib import ExitStack

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import BigIntegerField, Max, Min, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from .clashes import begun_anew
from .dates import format_instant
from .history import entry_of
from .models import Blob, Change, Delivery, Notice, Outgoing
from .refusals import refusal_in_words
from .trail import acting
from .turns import take_turns

UNDO_WITHIN = datetime.timedelta(hours=24)
"""How long after its last change a batch can be undone. The database's own rule for registered projects and
organisations, `bangfu_refuse_delete`, says the same."""

STAYS = tuple(model._meta.db_table for model in (Notice, Outgoing, Delivery, Blob))
"""Messages were read and bytes are shared: an undo leaves them, and nothing that befalls them stands in its way."""

_OTHERS = "core_change o WHERE o.id > %(first)s AND o.batch_id <> %(batch)s AND o.table_name <> ALL(%(stays)s)"
"""What others have written since the batch began."""

_WROTE = "(SELECT bool_or(w.batch_id = %(batch)s) FROM core_change w WHERE {of} AND w.id < o.id)"
_MADE = "(SELECT bool_or(w.batch_id = %(batch)s AND w.operation = 'I') FROM core_change w WHERE {of})"
"""Whether the batch wrote, or made, a row. Asked row by row of its own few changes: right after a large import the
planner takes the batch for a small one, and any join with it for cheap."""

_TOUCHED = f"""
    SELECT o.id FROM {_OTHERS} AND (
        {_WROTE.format(of="w.table_name = o.table_name AND w.row_pk = o.row_pk")}
        OR {_MADE.format(of="w.table_name = o.root_table AND w.row_pk = o.root_pk")}
    )
    ORDER BY o.id LIMIT 1
"""  # noqa: S608 - of this module's own words
"""The first change by others of a row that the batch wrote, or of one that hangs on a record that the batch made."""

_POINTING = f"""
    SELECT o.id, '{{target}}', r.{{column}} FROM (SELECT * FROM {_OTHERS} AND o.table_name = '{{table}}') o
    JOIN {{table}} r ON r.{{key}} = o.row_pk::{{kind}}
    WHERE r.{{column}} BETWEEN {{lowest}} AND {{highest}}
    AND {_MADE.format(of="w.table_name = '{target}' AND w.row_pk = r.{column}::text")}
"""  # noqa: S608 - of this module's own words

_UNDOING = """
    CREATE TEMP TABLE undoing ON COMMIT DROP AS
    SELECT table_name, row_pk, root_table, root_pk, first, was,
           CASE WHEN is_new THEN 'remove' WHEN is_gone THEN 'put back' ELSE 'return' END AS deed
    FROM (
        SELECT table_name, row_pk, min(id) AS first,
               (array_agg(root_table ORDER BY id DESC))[1] AS root_table,
               (array_agg(root_pk ORDER BY id DESC))[1] AS root_pk,
               (array_agg(operation ORDER BY id))[1] = 'I' AS is_new,
               (array_agg(operation ORDER BY id DESC))[1] = 'D' AS is_gone,
               -- Of each column the oldest value, which is the one before the batch.
               jsonb_object_agg(old.key, old.value ORDER BY id DESC) FILTER (WHERE old.key IS NOT NULL) AS was
        FROM core_change LEFT JOIN jsonb_each(before) old ON true
        WHERE batch_id = %(batch)s AND table_name <> ALL(%(stays)s)
        GROUP BY table_name, row_pk
    ) written
    WHERE NOT (is_new AND is_gone)
"""
"""Every row that the batch wrote, but for those that it both made and removed: what is to be done, and what it was."""

_HOLD = """
    SELECT count(*) FROM (
        SELECT FROM {table} t JOIN undoing u ON t.{key} = u.row_pk::{kind} AND u.table_name = '{table}'
        ORDER BY t.{key} FOR UPDATE OF t
    ) held
"""

_HOLD_ROOTS = """
    SELECT count(*) FROM (
        SELECT FROM {table} t WHERE t.{key} IN (SELECT root_pk::{kind} FROM undoing WHERE root_table = '{table}')
        ORDER BY t.{key} FOR NO KEY UPDATE
    ) held
"""

_DEEDS = {
    "remove": """
        DELETE FROM {table} t USING undoing u
        WHERE t.{key} = u.row_pk::{kind} AND u.table_name = %s AND u.deed = %s
    """,
    "put back": """
        INSERT INTO {table} ({columns}) SELECT {values}
        FROM undoing u CROSS JOIN jsonb_populate_record(NULL::{table}, u.was || {fresh}) p
        WHERE u.table_name = %s AND u.deed = %s
    """,
    "return": """
        UPDATE {table} t SET ({columns}) = ROW({values})
        FROM undoing u JOIN {table} now ON now.{key} = u.row_pk::{kind}
        CROSS JOIN jsonb_populate_record(now, u.was) p
        WHERE t.{key} = now.{key} AND u.table_name = %s AND u.deed = %s
    """,
}
"""What is done for the rows of one table. PostgreSQL reads the trail's JSON by the table's own types, so that
decimals, days, lists and JSON come back as they were."""

_POINTING_AT_ONCE = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND confdeltype = 'r' AND conrelid <> confrelid
"""
"""Tables that point at others' rows, and those that they hold there (`operations.RefuseAtOnce`)."""

_FRESH = "jsonb_build_object('version', (u.was ->> 'version')::bigint + 1, 'updated_at', clock_timestamp())"


OBSTACLES = []
"""What rooms above know to stand in the way: `f(batch)` gives the reason in words, or None."""


def stands_in_the_way(question):
    """Ask `question(batch)` before a batch is undone."""
    OBSTACLES.append(question)
    return question


AROUND = []
"""What rooms above want to be done around the work: context managers."""


def undone_within(manager):
    """Take batches back inside of `manager()`, a context manager, each time."""
    AROUND.append(manager)
    return manager


def why_not_undone(batch):
    """Why the batch cannot be undone, in words; None where it can. Four queries, and a few to name what is in the way.

    It can within `UNDO_WITHIN` of its last change, once, and while nobody else has changed a row of it, worked on a
    record that it made, or pointed from elsewhere to such a record, and while no obstacle of a room above is named.
    """
    return _why_not(batch, _written(batch))


def _why_not(batch, written):
    if not written:
        return _("The trail holds nothing that this batch has written.")
    if undone := Change.objects.filter(undoes=batch).order_by("id").first():
        return _("This was undone already, by %(who)s on %(when)s.") % _by_whom(undone)
    if timezone.now() - max(table["last"] for table in written.values()) > UNDO_WITHIN:
        hours = UNDO_WITHIN // datetime.timedelta(hours=1)
        return _("This was written more than %d hours ago. Correct the records one by one.") % hours
    if unknown := next((name for name in sorted(written) if not _is_whole_in_the_trail(name)), None):
        return _("The trail does not hold all that stood in the rows of “%s”: correct them one by one.") % _called(
            unknown
        )
    asked = {"batch": batch, "stays": list(STAYS), "first": min(table["first"] for table in written.values())}
    with connection.cursor() as cursor:
        why = _why_touched(cursor, asked) or _why_pointed_to(cursor, asked, written)
    return why or next(filter(None, (question(batch) for question in OBSTACLES)), None)


@begun_anew
def undo_batch(batch, *, by, action, reason="", new_batch="", progress=None):
    """Take back all that `batch` wrote, in one transaction; returns {name of the model: number of rows}.

    The trail says that `by` did it as `action` for this reason, under the batch `new_batch`; whether `by` may is the
    caller's to ask. `progress` is a job's. Raises ValidationError in words, with nothing undone, for what
    `why_not_undone` says, and for what the database refuses.
    """
    try:
        with acting(by=by, action=action, reason=reason, batch=new_batch), connection.cursor() as cursor:
            take_turns(f"undo {batch}")
            written = _written(batch)
            _refuse_what_cannot(batch, written)
            cursor.execute(_UNDOING, {"batch": batch, "stays": list(STAYS)})
            cursor.execute("ANALYZE undoing")
            deeds = _deeds(cursor)
            _hold(cursor, deeds)
            _refuse_what_cannot(batch, written)  # again: what others did before the rows were held
            cursor.execute("SELECT set_config('bangfu.undoing', %s, true)", [batch])
            with ExitStack() as around:
                for manager in AROUND:
                    around.enter_context(manager())
                counts = _do(cursor, deeds, progress)
            connection.check_constraints()
            cursor.execute("SELECT set_config('bangfu.undoing', '', true)")
            cursor.execute("DROP TABLE undoing")
            return counts
    except IntegrityError as refusal:
        raise ValidationError(refusal_in_words(refusal)) from refusal


def _written(batch):
    """{table: the batch's first change and last instant, and between which keys the rows lie that it made}."""
    if not batch:
        return {}
    changes = Change.objects.filter(batch_id=batch).exclude(table_name__in=STAYS).order_by()
    key, made = Cast("row_pk", BigIntegerField()), Q(operation=Change.Operation.INSERT)
    found = changes.values("table_name").annotate(
        first=Min("id"), last=Max("at"), lowest=Min(key, filter=made), highest=Max(key, filter=made)
    )
    return {table["table_name"]: table for table in found}


def _refuse_what_cannot(batch, written):
    if why := _why_not(batch, written):
        raise ValidationError(why)


def _model(table):
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def _called(table):
    model = _model(table)
    return str(model._meta.verbose_name_plural) if model else table


def _is_whole_in_the_trail(table):
    model = _model(table)
    return model is not None and not getattr(model, "trail_hidden", ())


# What stands in the way


def _by_whom(change):
    entry = entry_of(change)
    return {"who": entry.who or entry.outside, "when": format_instant(change.at), "what": _row(entry)}


def _row(entry):
    """A row, and the record on which it hangs."""
    is_record = entry.root == (entry.change.table_name, entry.change.row_pk)
    return entry.row if is_record or not entry.record else f"{entry.row} ({entry.record})"


def _why_touched(cursor, asked):
    cursor.execute(_TOUCHED, asked)
    if (found := cursor.fetchone()) is None:
        return None
    words = _("%(what)s was worked on by %(who)s on %(when)s. What others have worked on since is not undone.")
    return words % _by_whom(Change.objects.get(pk=found[0]))


def _why_pointed_to(cursor, asked, written):
    """Of rows that others wrote since the batch: one that points to a row which would go."""
    made = {name: table for name, table in written.items() if table["lowest"] is not None}
    cursor.execute(f"SELECT DISTINCT o.table_name FROM {_OTHERS}", asked)  # noqa: S608 - of this module's own words
    pointing = [
        _POINTING.format(**_names(model), **made[target], target=target, column=field.column)
        for (table,) in cursor.fetchall()
        if (model := _model(table))
        for field in model._meta.concrete_fields
        if field.is_relation and (target := field.related_model._meta.db_table) in made
    ]
    if not pointing:
        return None
    cursor.execute(" UNION ALL ".join(pointing) + " ORDER BY 1 LIMIT 1", asked)
    if (found := cursor.fetchone()) is None:
        return None
    key, table, row = found
    change = Change.objects.get(pk=key)
    origin = Change.objects.filter(table_name=table, row_pk=row, operation=Change.Operation.INSERT).latest("id")
    words = _("%(what)s, last seen to by %(who)s on %(when)s, refers to %(made)s. What others need is not undone.")
    return words % {**_by_whom(change), "made": _row(entry_of(origin))}


# What is done


def _deeds(cursor):
    """[(table, deed, number of rows)]; what the trail saw first comes last, and of what may not go while it is pointed
    at what points comes first."""
    cursor.execute("SELECT table_name, deed, count(*), min(first) FROM undoing GROUP BY 1, 2")
    found = cursor.fetchall()
    cursor.execute(_POINTING_AT_ONCE)
    pointing = cursor.fetchall()

    def place(row):
        table, deed, _number, first = row
        before = [other[3] for other in found if deed == "remove" and (other[0], table) in pointing]
        return -min([first, *before]), bool(before)

    return [row[:3] for row in sorted(found, key=place)]


def _hold(cursor, deeds):
    """Lock the rows that are there, after the records that they hang on, as actions do: whoever is changing one is
    waited for, whoever comes later waits, and a row that others just hang on one of them is refused at their commit by
    its foreign key."""
    cursor.execute("SELECT DISTINCT root_table FROM undoing WHERE root_table <> table_name ORDER BY 1")
    for (table,) in cursor.fetchall():
        if model := _model(table):
            cursor.execute(_HOLD_ROOTS.format(**_names(model)))
    for table in sorted({table for table, deed, _number in deeds if deed != "put back"}):
        cursor.execute(_HOLD.format(**_names(_model(table))))


def _do(cursor, deeds, progress):
    counts = Counter()
    if progress is not None:
        progress.of(sum(number for _table, _deed, number in deeds))
    for table, deed, number in deeds:
        model = _model(table)
        cursor.execute(_DEEDS[deed].format(**_names(model), **_columns(model, deed)), [table, deed])
        if cursor.rowcount != number:
            raise ValidationError(_("Rows of “%s” are not as the trail has them. Nothing was undone.") % _called(table))
        counts[model._meta.model_name] += number
        if progress is not None:
            progress.step(number)
    return counts


def _names(model):
    key = model._meta.pk
    return {"table": model._meta.db_table, "key": key.column, "kind": key.rel_db_type(connection)}


def _columns(model, deed):
    """The columns to be filled; version and instant of a row that is there are its trigger's to set."""
    columns = [field.column for field in model._meta.concrete_fields]
    is_versioned = "version" in columns
    if deed == "return":
        columns = [name for name in columns if name not in ("version", "updated_at", model._meta.pk.column)]
    return {
        "columns": ", ".join(columns),
        "values": ", ".join(f"p.{name}" for name in columns),
        "fresh": _FRESH if is_versioned else "'{}'::jsonb",
    }
