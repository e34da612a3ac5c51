"""Conditions that find rows by an index where Django's own words would look at all of them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q

from .prepared import Among


def one_of(column, rows):
    """That `column` is one of `rows`, a QuerySet of one value each. They are asked for once, before anything else, so
    that the column's own index finds what holds them, also as one side of an OR; `column__in=rows` there would be put
    to every row."""
    return Q(Among(F(column), ArraySubquery(rows)))
