"""Data checks (数据核对): each a named rule that lists what looks wrong in the register, from the person's scope."""

import time

from django.db import OperationalError, connection
from psycopg2.errors import QueryCanceled

from registry.core.dates import today
from registry.core.session_settings import told_first

from . import likeness, money, personal, work
from .rule import Doubt, Rule

RULES = (*money.RULES, *work.RULES, *likeness.RULES, *personal.RULES)
CHECKS = {rule.code: rule for rule in RULES}


def checks_open_to(user):
    """The rules whose rows the person's role may see."""
    return [rule for rule in RULES if user.has_perm(rule.permission)]


def counted(user, on=None, *, within=None):
    """[(rule, number of rows that it finds)] with the usual limits. One query a rule, and the days of the reports.

    After `within` seconds for all of them no more is counted, and None stands for each number that is not known: so a
    page is made however large the register is."""
    on, until = on or today(), None if within is None else time.monotonic() + within
    return [(rule, _number(rule, rule.asked(user, on), until)) for rule in checks_open_to(user)]


def _number(rule, asked, until):
    """The number of rows that the rule finds, None where it is not known at the moment `until`, or not yet."""
    if until is None or connection.in_atomic_block:  # which an end by force would break
        return _count(rule, asked)
    left = int((until - time.monotonic()) * 1000)
    if left <= 0:
        return None
    try:
        with told_first(f"SET LOCAL statement_timeout = {left}"):
            return _count(rule, asked)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return None


def _count(rule, asked):
    return rule.rows(asked).count() if rule.stands(asked).is_known else None


__all__ = ["CHECKS", "RULES", "Doubt", "Rule", "checks_open_to", "counted"]
