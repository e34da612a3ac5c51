"""One INSERT .. SELECT per table, so that triggers and constraints see every row as one that was typed."""

import io

from django.db import connection

from registry.core.models import User
from registry.core.pinyin import initials_of, pinyin_of

IMPORTER, CHECKER = ("dataset", "数据集导入"), ("dataset-check", "数据集核验")
"""The two closed accounts under which a data set's approvals and sign-offs stand: they need two persons."""


def insert(cursor, model, columns, source, /, **constants):
    """Insert `columns` ({column: SQL}) and `constants` from `source`; returns how many rows.

    What is not named takes the model's default, as if the model had saved it.
    """
    values = dict(constants)
    for field in model._meta.concrete_fields:
        given = field.column in columns or field.column in values
        if not (given or field.primary_key or field.has_db_default() or field.null):
            values[field.column] = field.get_db_prep_save(field.get_default(), connection)
    names = ", ".join([*columns, *values])
    taken = ", ".join([*columns.values(), *["%s"] * len(values)])
    cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {taken} FROM {source}", list(values.values()))  # noqa: S608
    return cursor.rowcount


def set_search_keys(cursor, table):
    """Make the table `<table>_keys` of a staging table's names with their pinyin, which only Python knows."""
    cursor.execute(f"SELECT DISTINCT name FROM {table}")  # noqa: S608 - of this package's own table
    lines = "".join(
        f"{_escaped(name)}\t{pinyin_of(name)[:600]}\t{initials_of(name)[:200]}\n" for (name,) in cursor.fetchall()
    )
    cursor.execute(f"CREATE TEMP TABLE {table}_keys (name text, pinyin text, initials text) ON COMMIT DROP")
    cursor.copy_expert(f"COPY {table}_keys FROM STDIN WITH (ENCODING 'UTF8')", io.StringIO(lines))
    cursor.execute(f"ANALYZE {table}_keys")


def _escaped(name):
    """As COPY's text format has it; names hold neither line breaks nor tabs."""
    return name.replace("\\", "\\\\")


def account(username, name):
    """A closed account, made when it is first needed."""
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(username, name=name, is_active=False)
