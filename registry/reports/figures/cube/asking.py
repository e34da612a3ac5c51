"""The SQL of the cube, made of the definitions: what projects give, and by how much the noted ones have changed it."""

from django.db import connection
from django.db.models import F

from projects.models import Project

from .held import BY, COLUMNS, HELD, PLACES, SCHEMA, TYPES, grouped_by, number_of

_KEYS = ", ".join(COLUMNS)
SUMS = ("value", "lines", "not_stated", "about", "over")
NOTED = "ARRAY(SELECT project FROM noted)"
"""The projects that have changed since what is kept was brought up to date."""

GIVEN = "given_"
"""How the names of functions begin that tell what projects give to a figure."""

SHARE = ("figure", "project", *COLUMNS, "thing", *SUMS)
CELL = ("figure", "grouped", *COLUMNS, *SUMS)

_THING = "thing::bigint AS thing, 0::numeric AS value, 0 AS lines, 0 AS not_stated, 0 AS about, 0 AS over"
_LINES = """NULL::bigint AS thing, coalesce(sum(thing), 0)::numeric AS value, count(*) AS lines,
    count(*) FILTER (WHERE thing IS NULL) AS not_stated,
    count(*) FILTER (WHERE thing IS NOT NULL AND how = 'about') AS about,
    count(*) FILTER (WHERE thing IS NOT NULL AND how IN ('over', 'at_least')) AS over"""


def shares_sql(codes=HELD, where="true"):
    """SELECT of what each project gives to the figures `codes`, by its cell: a row of `SHARE` for each thing that is
    counted, or one with the sum of its lines. `where` is a condition on `whose`, the project."""
    return " UNION ALL ".join(_shares(code, where) for code in codes)


def _shares(code, where):
    definition, keys = HELD[code], f"'{code}'::text AS figure, whose AS project, {_KEYS}"
    counted = f"FROM ({_counted(definition)}) counted WHERE {where}"
    if definition.each:
        return f"SELECT DISTINCT {keys}, {_THING} {counted}"
    return f"SELECT {keys}, {_LINES} {counted} GROUP BY whose, {_KEYS}"


def _counted(definition):
    """The rows that count, as the honest question has them, with every value in its place."""
    projects = Project.objects.landed() if definition.landed else Project.objects.all()
    rows = definition.counted(definition.source.rows(projects))
    columns = {f"by_{code}": one.place(definition.source) for code, one in PLACES.items()}
    columns |= {"whose": F(f"{definition.source.project}pk"), **definition.counts_what}
    query, params = rows.order_by().annotate(**columns).values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        return cursor.mogrify(query, params).decode()


class _Grouped:
    """Rows with the columns of all dimensions grouped several ways at once: what stands in SELECT and GROUP BY."""

    def __init__(self, groupings):
        named = {code for number in groupings for code in grouped_by(number)}
        bits = [f"{number_of([code])} * (1 - GROUPING(by_{code}))" for code in BY if code in named]
        keys = (f"by_{code}" if code in named else f"NULL::{TYPES[code]} AS by_{code}" for code in BY)
        self.selected = f"{' + '.join(bits) or 0} AS grouped, {', '.join(keys)}"
        sets = (", ".join(f"by_{code}" for code in grouped_by(number)) for number in sorted(groupings))
        self.sets = f"GROUPING SETS ({', '.join(f'({one})' for one in sets)})"


def cells_sql(groupings):
    """SELECT of the cells that the kept shares add up to, counted from all of them."""
    each, by = ", ".join(f"sum({one}) AS {one}" for one in SUMS), _Grouped(groupings)
    return f"""
        SELECT figure, {by.selected}, {each} FROM {SCHEMA}.share WHERE thing IS NULL GROUP BY figure, {by.sets}
        UNION ALL
        SELECT figure, {by.selected}, count(DISTINCT thing), 0, 0, 0, 0 FROM {SCHEMA}.share WHERE thing IS NOT NULL
        GROUP BY figure, {by.sets}"""


def kept_plans_sql(codes):
    """The same as `shares_sql` of the noted projects, by functions whose plans a session keeps."""
    return " UNION ALL ".join(f"SELECT {', '.join(SHARE)} FROM {SCHEMA}.{GIVEN}{code}({NOTED})" for code in codes)


def changes_sql(codes, groupings, noted=f"SELECT project FROM {SCHEMA}.noted", fresh=None):
    """Parts of a WITH, the last of which, `changes`, holds by how much the cells differ from what is kept, because of
    the `noted` projects; `fresh` holds what those give now.

    A thing comes into a cell, or leaves it, only where no other project keeps it there.
    """
    by, names = _Grouped(groupings), ", ".join(f"'{code}'" for code in codes)
    each = ", ".join(f"sum(sign * {one}) AS {one}" for one in SUMS)
    kept = " AND ".join(
        f"(p.grouped & {1 << place} = 0 OR s.by_{code} IS NOT DISTINCT FROM p.by_{code})"
        for place, code in enumerate(reversed(BY))
    )
    return f"""
        noted AS MATERIALIZED ({noted}),
        fresh AS MATERIALIZED ({fresh or shares_sql(codes, f"whose = ANY ({NOTED})")}),
        apart AS MATERIALIZED (
            SELECT 1 AS sign, {", ".join(SHARE)} FROM fresh
            UNION ALL
            SELECT -1, {", ".join(SHARE)} FROM {SCHEMA}.share WHERE project = ANY ({NOTED}) AND figure IN ({names})
        ),
        pairs AS MATERIALIZED (
            SELECT figure, thing, {by.selected}, bool_or(sign > 0) AS now, bool_or(sign < 0) AS before
            FROM apart WHERE thing IS NOT NULL GROUP BY figure, thing, {by.sets}
        ),
        changes AS MATERIALIZED (
            SELECT figure, {by.selected}, {each} FROM apart WHERE thing IS NULL GROUP BY figure, {by.sets}
            UNION ALL
            SELECT figure, grouped, {_KEYS}, sum(CASE WHEN now THEN 1 ELSE -1 END), 0, 0, 0, 0 FROM pairs p
            WHERE now <> before AND NOT EXISTS (
                SELECT FROM {SCHEMA}.share s WHERE s.thing = p.thing AND s.figure = p.figure AND {kept}
                AND s.project NOT IN (SELECT project FROM noted)
            )
            GROUP BY figure, grouped, {_KEYS}
        )"""
