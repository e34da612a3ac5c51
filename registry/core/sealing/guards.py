"""What writes the trail: the triggers are there, always on and call what they should; their functions are ours."""

import re
from contextlib import suppress

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_noop

from ..triggers import FIXED_PATH

KNOWN_TRIGGERS = set()
"""(table, trigger) of those that rooms above make without a model."""

_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\s*\((?:[^()]*)\)(.*?)AS \$\$(.*?)\$\$", re.DOTALL | re.IGNORECASE
)
_CAST = re.compile(r"::(?:character varying|timestamp with time zone|[a-z_]+)(?:\(\d+\))?(?:\[\])?")

_THERE = """
    SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass
"""


_PATTERN = """
    CREATE {constraint} TRIGGER {pgid} {when} {operation} ON {pattern} {timing}
    {referencing} FOR EACH {level} {condition} EXECUTE FUNCTION pg_temp.{execute}
"""

_STAND_IN = "CREATE FUNCTION pg_temp.{name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
"""What writes the trail may be called by nobody but its own triggers, so the worker makes triggers of another function
of the same name."""


def check_triggers(report):
    """Each trigger of the models is there, always on and made as it should be; no other one stands on their tables.

    PostgreSQL prints a trigger in its own words, so each one is made once more on an empty table of the same columns,
    with functions that do nothing, which are thrown away at once.
    """
    wanted = {}
    for (table, name), trigger in _wanted():
        wanted.setdefault(table, {})[name] = trigger
    with connection.cursor() as cursor:
        for table, triggers in sorted(wanted.items()):
            cursor.execute(_THERE, [f"public.{table}"])
            there = {name: (enabled, _bare(text)) for name, enabled, text in cursor.fetchall()}
            made = _made_anew(cursor, table, triggers)
            for name in sorted(triggers):
                if (what := _what_is_wrong(made.get(name), there.pop(name, None))) is not None:
                    report.find("trigger", table=table, trigger=name, what=what)
            for name in sorted(there):
                if (table, name) not in KNOWN_TRIGGERS:
                    report.find("trigger", table=table, trigger=name, what=gettext_noop("it is none of the register's"))
            report.counts["triggers"] += len(triggers)


def _wanted():
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            yield (model._meta.db_table, trigger.get_pgid(model)), trigger.compile(model)


def _made_anew(cursor, table, triggers):
    """{trigger: how PostgreSQL prints it}; one that cannot be made is left out."""
    pattern = "pg_temp.pattern_of_triggers"
    told = [trigger.sql.defaults | trigger.sql.kwargs | {"pattern": pattern} for trigger in triggers.values()]
    orders = [_PATTERN.format(**one) for one in told]
    names = sorted({one["execute"].partition("(")[0] for one in told})
    with transaction.atomic():
        cursor.execute(f"CREATE TEMP TABLE pattern_of_triggers (LIKE public.{table}) ON COMMIT DROP")
        cursor.execute(";".join(_STAND_IN.format(name=name) for name in names))
        try:
            with transaction.atomic():
                cursor.execute(";".join(orders))
        except DatabaseError:  # one of them: each for itself
            for order in orders:
                with suppress(DatabaseError), transaction.atomic():
                    cursor.execute(order)
        cursor.execute(_THERE, [pattern])
        made = {name: _bare(re.sub(r"\bpg_temp(_\d+)?\.", "", text)) for name, _enabled, text in cursor.fetchall()}
        transaction.set_rollback(True)  # which lets go of the locks of so much that was made, too
    return made


def _bare(text):
    """The definition without the table on which it stands, and without casts and brackets, of which PostgreSQL prints
    more when it reads its own words again, as after a restore."""
    return re.sub(r"[\s()]", "", _CAST.sub("", re.sub(r" ON \S+ ", " ", text, count=1)))


def _what_is_wrong(made, found):
    if found is None:
        return gettext_noop("it is missing")
    enabled, text = found
    if enabled != "A":
        return gettext_noop("it is not always on")
    return None if text == made else gettext_noop("it is not the one of the migrations")


def check_functions(report):
    """The body of each function is that of the last migration that makes it, and nothing is set around it but the path
    by which it finds what it names."""
    wanted = _bodies()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc, proconfig FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
            [list(wanted)],
        )
        there = {}
        for name, body, around in cursor.fetchall():
            there.setdefault(name, []).append((body, around))
    for name, (body, is_set) in sorted(wanted.items()):
        found = there.get(name, [])
        if not found:
            report.find("function", function=name, what=gettext_noop("it is missing"))
        elif any(text.strip() != body or not _is_set_well(around, is_set) for text, around in found):
            report.find("function", function=name, what=gettext_noop("it is not the one of the migrations"))
    report.counts["functions"] += len(wanted)


def _is_set_well(around, is_set):
    return bool(around) == is_set or around == [f"search_path={FIXED_PATH}"]


def _bodies():
    """{function: (its body, whether something is set around it)}, as the last migration and the models have it."""
    found = {}
    loader = MigrationLoader(None)
    for key in sorted(loader.disk_migrations):
        for operation in loader.disk_migrations[key].operations:
            if isinstance(operation, RunSQL):
                found |= _functions_in(operation.sql)
    for _key, trigger in _wanted():
        found |= _functions_in(trigger.install_sql)
    return found


def _functions_in(sql):
    texts = [sql] if isinstance(sql, str) else [part if isinstance(part, str) else part[0] for part in sql]
    return {
        name: (body.strip(), bool(re.search(r"\bSET\s+\w+\s*(=|TO)", between)))
        for text in texts
        for name, between, body in _FUNCTION.findall(text)
    }


def check_rules(report):
    """No rewrite rule turns a write into something else before a trigger can see it."""
    tables = sorted({table for (table, _name), _trigger in _wanted()})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, rulename FROM pg_rules WHERE schemaname = 'public' AND tablename = ANY(%s)", [tables]
        )
        for table, rule in cursor.fetchall():
            report.find("rule", table=table, rule=rule)
