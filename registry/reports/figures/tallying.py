"""A figure in all and by dimensions from one query: the rows that count are read once and grouped several ways.

Whole, rows, columns and cells are each grouped for themselves: what is counted distinct does not add up.
"""

from collections.abc import Iterable

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F

_DISTINCT = "count(DISTINCT thing) AS value"
_SUM = """sum(thing) AS value, count(*) AS lines, count(*) FILTER (WHERE thing IS NULL) AS not_stated,
    count(*) FILTER (WHERE thing IS NOT NULL AND how = 'about') AS about,
    count(*) FILTER (WHERE thing IS NOT NULL AND how IN ('over', 'at_least')) AS over"""


def tally(definition, rows, dimensions, groupings: Iterable[tuple[int, ...]]) -> dict:
    """{grouping: {key: row for `definition.total`}} of counted `rows`.

    A grouping names places in `dimensions`, the empty one the whole; its keys hold one key of each of its dimensions.
    """
    groupings = list(groupings)
    found = {grouping: {} for grouping in groupings}
    names = _names(dimensions)
    sets = ", ".join(f"({', '.join(names[place] for place in grouping)})" for grouping in groupings)
    selected = ", ".join([*names, _marked(names), _DISTINCT if definition.each else _SUM])
    statement = f"SELECT {selected} FROM ({{}}) counted"  # noqa: S608 - names of our own
    for row in _asked(definition, rows, dimensions, statement + f" GROUP BY GROUPING SETS ({sets})" * bool(names)):
        grouping = tuple(place for place in range(len(names)) if not row["left_out"] >> (len(names) - 1 - place) & 1)
        found[grouping][tuple(row[names[place]] for place in grouping)] = row
    return found


def prints(definition, rows, dimensions) -> dict:
    """{id of a project: (digest of what it gives to which cell, its total)}: two that differ move a cell."""
    parts = f"ROW({', '.join([*_names(dimensions), 'thing', *([] if definition.each else ['how'])])})::text"
    parts = f"DISTINCT {parts}" if definition.each else parts  # a sum has lines that are alike
    ordered = f"string_agg({parts}, ',' ORDER BY {parts.removeprefix('DISTINCT ')})"
    total = _DISTINCT if definition.each else _SUM
    statement = f"SELECT whose, md5({ordered}) AS print, {total} FROM ({{}}) counted GROUP BY whose"  # noqa: S608 - ours
    found = _asked(definition, rows, dimensions, statement)
    return {row["whose"]: (row["print"], definition.total(row)) for row in found}


def _names(dimensions):
    return [f"by_{one.code}" for one in dimensions]


def _marked(names):
    return f"GROUPING({', '.join(names)}) AS left_out" if names else "0 AS left_out"


def _asked(definition, rows, dimensions, statement):
    """The answers to `statement` over the rows as: keys of the dimensions, whose (project), thing, how exact."""
    columns = dict(zip(_names(dimensions), (one.place(definition.source) for one in dimensions), strict=True))
    columns |= {"whose": F(f"{definition.source.project}pk"), **definition.counts_what}
    try:
        query, params = rows.order_by().annotate(**columns).values(*columns).query.sql_with_params()
    except EmptyResultSet:  # nothing can be found, and Django asks nothing
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.format(query), params)
        heads = [column.name for column in cursor.description]
        return [dict(zip(heads, row, strict=True)) for row in cursor]
