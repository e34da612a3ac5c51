"""Constraints that many tables share, so that the database itself refuses what makes no sense."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

ASKS = {}
"""{the name of a constraint: (what it asks, in words; of which fields; what else the words name)}, by its kind."""

_TOGETHER = _("Give all of these or none: %(all)s.")
_IN_ORDER = _("%(last)s: not before “%(first)s”.")
_ONE = _("Give one of these, and only one: %(all)s.")
_ONCE = _("There is one already for the same time. Choose another time, or end the other one first.")
_NOT_NEGATIVE = _("Less than zero is not possible: %(all)s.")
_LEAST_AND_MOST = _("%(all)s: from %(least)s to %(most)s.")
_TWO_PERSONS = _("This takes two persons: %(all)s cannot be the same.")


def paired(name, *fields):
    """A check constraint for facts that are known together: all of `fields` or none."""
    ASKS[name] = (_TOGETHER, fields, {})
    none = models.Q(**{f"{field}__isnull": True for field in fields})
    every = models.Q(**{f"{field}__isnull": False for field in fields})
    return models.CheckConstraint(name=name, condition=none | every)


def in_order(name, earlier, later):
    """A check constraint: `later` is not before `earlier`, where both are known."""
    ASKS[name] = (_IN_ORDER, (earlier, later), {})
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{earlier}__isnull": True})
        | models.Q(**{f"{later}__isnull": True})
        | models.Q(**{f"{later}__gte": models.F(earlier)}),
    )


def exactly_one(name, *fields):
    """A check constraint that exactly one of `fields` is given."""
    ASKS[name] = (_ONE, fields, {})
    condition = models.Q()
    for chosen in fields:
        condition |= models.Q(**{f"{field}__isnull": field != chosen for field in fields})
    return models.CheckConstraint(name=name, condition=condition)


def never_twice_at_once(name, *same, start, end, kind="daterange"):
    """An exclusion constraint: rows equal in `same` never overlap in [start, end); an empty end is open."""
    ASKS[name] = (_ONCE, (), {})
    expressions = [(field, RangeOperators.EQUAL) for field in same]
    return ExclusionConstraint(
        name=name, expressions=[*expressions, (Func(start, end, function=kind), RangeOperators.OVERLAPS)]
    )


def not_negative(name, *fields):
    ASKS[name] = (_NOT_NEGATIVE, fields, {})
    condition = models.Q()
    for field in fields:
        condition &= models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__gte": 0})
    return models.CheckConstraint(name=name, condition=condition)


def within(name, field, least, most):
    """A check constraint: `field` is a number from `least` to `most`."""
    ASKS[name] = (_LEAST_AND_MOST, (field,), {"least": least, "most": most})
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__gte": least, f"{field}__lte": most}))


def where_set(prefix, *fields):
    """Indexes, each of one foreign key, that hold only the rows in which it is set: for tables that get thousands of
    rows with hardly any of them set. Whose rows name a person or a company is found as by a whole index."""
    return [
        models.Index(fields=(field,), name=f"{prefix}_{field}", condition=models.Q(**{f"{field}__isnull": False}))
        for field in fields
    ]


def second_person(name, first, second):
    """A check constraint: the person of `second` differs from the person of `first`."""
    ASKS[name] = (_TWO_PERSONS, (first, second), {})
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{first}__isnull": True})
        | models.Q(**{f"{second}__isnull": True})
        | ~models.Q(**{first: models.F(second)}),
    )
