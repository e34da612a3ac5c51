"""The register against its trail: every row is what its last record says, or it was changed behind the triggers."""

from django.apps import apps
from django.db import DataError, connection, transaction

from ..triggers import Trail

SAMPLE = 20
"""Rows of one table and kind that are named."""

STAMPS = ("version", "updated_at")
"""A row counts these itself, also for a change that the trail leaves out (`trail_hidden`)."""

_COMPARED = """
    SELECT kind, count(*), count(*) FILTER (WHERE partly), (array_agg(names) FILTER (WHERE kind <> 'sound'))[:{sample}]
    FROM (
        SELECT coalesce(l.row_pk, t.{key}::text) || ' ' || coalesce(l.id::text, '') AS names,
               l.after IS NOT NULL AND t.{key} IS NOT NULL AND NOT l.after ?& %(columns)s AS partly,
               CASE WHEN l.row_pk IS NULL THEN 'row added'
                    WHEN t.{key} IS NULL AND l.operation = 'D' THEN 'gone'
                    WHEN t.{key} IS NULL THEN 'row removed'
                    WHEN l.operation = 'D' THEN 'row back'
                    WHEN {differs} THEN 'row changed'
                    ELSE 'sound' END AS kind
        FROM {table} t {join} JOIN (
            SELECT c.row_pk, c.id, c.operation, c.after FROM core_change c
            JOIN (SELECT max(id) AS id FROM core_change WHERE table_name = %(table)s GROUP BY row_pk) m USING (id)
            WHERE c.id >= %(since)s
        ) l ON l.row_pk = t.{key}::text
    ) compared WHERE kind <> 'gone' GROUP BY kind
"""

# What the record does not say (a hidden column, a value that was taken out, a column that came later) is the row's own.
# JSON's null and no value at all look the same in a record, so what differs is compared as JSON once more.
_AS_RECORDED = "jsonb_populate_record(t, l.after - %(stamps)s)"
_TYPED = (
    f"t IS DISTINCT FROM {_AS_RECORDED} AND to_jsonb(t) - %(stamps)s IS DISTINCT FROM"
    f" to_jsonb({_AS_RECORDED}) - %(stamps)s"
)
_AS_JSON = "to_jsonb(t) - %(stamps)s - %(hidden)s IS DISTINCT FROM l.after - %(stamps)s"


def traced():
    """{table: a model of it whose rows are in the trail}, by name."""
    return {
        model._meta.db_table: model
        for model in sorted(apps.get_models(), key=lambda model: model._meta.db_table)
        if any(isinstance(trigger, Trail) for trigger in getattr(model._meta, "triggers", ()))
    }


def check_rows(report, tables, since, progress):
    """One statement a table, each in a snapshot of its own. With `since` only rows whose last record is not older."""
    for table, model in tables.items():
        for kind, number, partly, names in _compared(report, table, model, since):
            report.counts["rows"] += number if kind != "row removed" else 0
            report.counts["partly"] += partly
            for name in names or ():
                row, _space, record = name.partition(" ")
                report.find(kind, table=table, row=row, number=record)
            if names and number > len(names):
                report.found[kind] += number - len(names)
        report.counts["tables"] += 1
        if progress is not None:
            progress.step()


def _compared(report, table, model, since):
    hidden = list(getattr(model, "trail_hidden", ()))
    columns = [field.column for field in model._meta.concrete_fields if field.column not in hidden]
    told = {"table": table, "since": since, "stamps": list(STAMPS), "hidden": hidden, "columns": columns}
    names = {"table": table, "key": model._meta.pk.column, "sample": SAMPLE, "join": "RIGHT" if since else "FULL"}
    for differs in (_TYPED, _AS_JSON):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_COMPARED.format(**names, differs=differs), told)
                return cursor.fetchall()
        except DataError as problem:  # a record that no row of this table can have come from
            what = str(problem).strip().splitlines()[0]
    report.find("table", table=table, what=what)
    return []
