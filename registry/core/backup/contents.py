"""What a database holds, told by digests that depend on neither the order of its rows nor the bytes of a dump.

Of each table: how many rows, and the SHA-256 over the sorted SHA-256 of every row as text. A table of up to thirty
million rows fits (a digest is 32 bytes, and PostgreSQL joins up to 1 GiB).
"""

from django.apps import apps
from django.db import connection

from .programs import literal

FORM = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL row_security = off;"
)
"""How values are written as text, whatever the session was set to; and a hidden row is an error, not left out."""

_ROWS = (
    "SELECT count(*), encode(sha256(coalesce(string_agg(h, ''::bytea ORDER BY h), ''::bytea)), 'hex')"
    " FROM (SELECT sha256(convert_to(t::text, 'UTF8')) AS h FROM {table} t) AS each"
)
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT LIKE 'pg\\_%%'
      AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""


def left_out():
    """Tables whose rows no backup holds, as their models say by `left_out_of_backups`: sessions."""
    marked = [model._meta.db_table for model in apps.get_models() if getattr(model, "left_out_of_backups", False)]
    return sorted(marked)


def contents():
    """{"schema.table": [rows, digest]} of all tables that a backup holds. Call it in a transaction."""
    found, hidden = {}, {("public", table) for table in left_out()}
    with connection.cursor() as cursor:
        cursor.execute(FORM)
        cursor.execute(_TABLES.replace("%%", "%"))
        for schema, table in cursor.fetchall():
            if (schema, table) not in hidden:
                cursor.execute(_ROWS.format(table=f'"{schema}"."{table}"'))
                found[f"{schema}.{table}"] = list(cursor.fetchone())
    return found


def comparing(expected):
    """SQL that raises an exception, which names the table, where a database does not hold what is `expected`."""
    rows = ", ".join(f"({literal(name)}, {number:d}, {literal(digest)})" for name, (number, digest) in expected.items())
    question = _ROWS.format(table="%s").replace("'", "''")
    return f"""
        {FORM}
        DO $compare$ DECLARE expected record; found record; BEGIN
            FOR expected IN SELECT * FROM (VALUES {rows}) AS told (name, number, digest) LOOP
                EXECUTE format('{question}', quote_ident(split_part(expected.name, '.', 1)) || '.'
                    || quote_ident(split_part(expected.name, '.', 2))) INTO found;
                IF (found.count, found.encode) IS DISTINCT FROM (expected.number::bigint, expected.digest) THEN
                    RAISE EXCEPTION 'the contents of % differ: % rows, % expected',
                        expected.name, found.count, expected.number;
                END IF;
            END LOOP;
        END $compare$;
    """


def differences(one, other):
    """The names of tables that do not hold the same, sorted."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
