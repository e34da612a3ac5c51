"""Conditions that find rows by an index where Django's own words would look at all of them."""

import datetime
from functools import reduce
from operator import or_

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from .prepared import Among


def one_of(column, rows):
    """That `column` is one of `rows`, a QuerySet of one value each. They are asked for once, before anything else, so
    that the column's own index finds what holds them, also as one side of an OR; `column__in=rows` there would be put
    to every row."""
    return Q(Among(F(column), ArraySubquery(rows)))


def among(rows, ways):
    """Those of `rows` that one of `ways` finds, all of them where there is none. A way is a condition that has an
    index, or {column: value} by which an index begins."""
    return rows.filter(reduce(or_, (Q(**way) if isinstance(way, dict) else way for way in ways))) if ways else rows


def by_way(rows, way):
    """Those of `rows` that one way of `among` finds, in their order. The index that begins by its columns is read in
    the order of those behind them; by `=` PostgreSQL would see as well that it may look at all rows in their order, and
    take those that are looked for to be everywhere in it."""
    if not isinstance(way, dict):
        return rows.filter(way)
    order = rows.query.order_by
    falls = getattr(order[0], "descending", str(order[0]).startswith("-")) if order else False
    sign = "-" if falls else ""
    bounds = {f"{column}__{side}": value for column, value in way.items() for side in ("gte", "lte")}
    return rows.filter(**bounds).order_by(*(f"{sign}{column}" for column in way), *order)


FOUND = RawSQL("SELECT key FROM found", ())  # nosec B611 - a name of our own
"""In a question that is asked by `asked_with`: the keys that are given to it. `filter(project__in=FOUND)`."""


def asked_with(keys, question):
    """The rows of `question`, a QuerySet of values, in which `FOUND` stands for `keys`, a QuerySet of one value each:
    they are looked for once, however often it names them."""
    try:
        found, of_keys = keys.query.sql_with_params()
    except EmptyResultSet:
        return []
    asked, params = question.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH found (key) AS MATERIALIZED ({found}) {asked}", [*of_keys, *params])
        return cursor.fetchall()


def years_among(model, column):
    """The first day of each year in which a date of the column lies, of all rows: one look into the column's index for
    each, instead of a look at every row."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE found (day) AS (
                (SELECT min({column}) FROM {table})
                UNION ALL
                SELECT (SELECT min({column}) FROM {table}
                    WHERE {column} >= make_date(extract(year FROM day)::int + 1, 1, 1))
                FROM found WHERE day IS NOT NULL
            )
            SELECT extract(year FROM day)::int FROM found WHERE day IS NOT NULL"""  # noqa: S608 - names of our own
        )
        return [datetime.date(year, 1, 1) for (year,) in cursor.fetchall()]
