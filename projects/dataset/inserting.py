"""Rows into tables by INSERT .. SELECT or COPY, so that triggers and constraints see each as one that was typed."""

import io
from dataclasses import dataclass

from django.db import connection

from registry.core.models import User
from registry.core.pinyin import search_keys

_COPIED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

IMPORTER, CHECKER = ("dataset", "数据集导入"), ("dataset-check", "数据集核验")
"""The two closed accounts under which a data set's approvals and sign-offs stand: they need two persons."""


def insert(cursor, model, columns, source, /, **constants):
    """Insert `columns` ({column: SQL}) and `constants` from `source`; returns how many rows.

    What is not named takes the model's default, as if the model had saved it.
    """
    values = constants | _defaults(model, {*columns, *constants})
    names = ", ".join([*columns, *values])
    taken = ", ".join([*columns.values(), *["%s"] * len(values)])
    cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {taken} FROM {source}", list(values.values()))  # noqa: S608
    return cursor.rowcount


@dataclass(frozen=True)
class Lines:
    """Rows of a model as COPY reads them: `names` of the columns, `text`, how many."""

    model: type
    names: str
    text: str
    number: int


def lines_of(model, rows):
    """The `Lines` of `rows`, dicts of the same columns. What is not named takes the model's default.

    Values go in as they are: whoever calls has cleaned them. The database is not asked.
    """
    rows = list(rows)
    defaults = _defaults(model, rows[0].keys()) if rows else {}
    tail = "".join(f"\t{_as_copied(value)}" for value in defaults.values())
    text = "".join("\t".join(map(_as_copied, row.values())) + tail + "\n" for row in rows)
    return Lines(model, ", ".join([*rows[0], *defaults]) if rows else "", text, len(rows))


def copy_lines(cursor, lines):
    """Write `lines` by COPY; returns how many. Triggers and constraints see every row.

    By way of a table beside, since PostgreSQL copies nothing into tables whose rows are not everybody's.
    """
    if lines.number:
        names, table = lines.names, lines.model._meta.db_table
        cursor.execute(f"CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
        cursor.copy_expert("COPY copied FROM STDIN", io.StringIO(lines.text))
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT * FROM copied; DROP TABLE copied")  # noqa: S608
    return lines.number


def copy_in(cursor, model, rows):
    """Write `rows`, dicts of the same columns, by COPY; returns how many."""
    return copy_lines(cursor, lines_of(model, rows))


def _defaults(model, given):
    """{column: value} of what neither the caller, the database nor NULL fills."""
    return {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if not (field.column in given or field.primary_key or field.has_db_default() or field.null)
    }


def _as_copied(value):
    """As COPY's text format has it."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(_COPIED)
    return str(value)


def set_search_keys(cursor, table):
    """Make the table `<table>_keys` of a staging table's names with their pinyin, which only Python knows."""
    cursor.execute(f"SELECT DISTINCT name FROM {table}")  # noqa: S608 - of this package's own table
    lines = "".join("\t".join((_as_copied(name), *search_keys(name))) + "\n" for (name,) in cursor.fetchall())
    cursor.execute(f"CREATE TEMP TABLE {table}_keys (name text, pinyin text, initials text) ON COMMIT DROP")
    cursor.copy_expert(f"COPY {table}_keys FROM STDIN WITH (ENCODING 'UTF8')", io.StringIO(lines))
    cursor.execute(f"ANALYZE {table}_keys")


def account(username, name):
    """A closed account, made when it is first needed."""
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(username, name=name, is_active=False)
