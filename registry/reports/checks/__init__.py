"""Data checks (数据核对): each a named rule that lists what looks wrong in the register, from the person's scope."""

import time

from django.db import OperationalError, connection
from psycopg2.errors import QueryCanceled

from registry.core.dates import today
from registry.core.session_settings import told_first

from . import likeness, money, personal, work
from .rule import Doubt, Rule

SHARES = 3
"""How many times its part of the time that is left a rule may take."""

RULES = (*money.RULES, *work.RULES, *likeness.RULES, *personal.RULES)
CHECKS = {rule.code: rule for rule in RULES}


def checks_open_to(user):
    """The rules whose rows the person's role may see."""
    return [rule for rule in RULES if user.has_perm(rule.permission)]


def counted(user, on=None, *, within=None):
    """[(rule, number of rows that it finds)] with the usual limits. One query a rule, and the days of the reports.

    After `within` seconds for all of them no more is counted, and None stands for each number that is not known: so a
    page is made however large the register is. No rule takes more than three times its part of what is left, or the
    first slow one would leave nothing to all others."""
    on, rules = on or today(), checks_open_to(user)
    until = None if within is None else time.monotonic() + within
    return [(rule, _number(rule, rule.asked(user, on), until, len(rules) - place)) for place, rule in enumerate(rules)]


def _number(rule, asked, until, waiting):
    """The number of rows that the rule finds, None where it is not known at the moment `until`, or not yet. `waiting`:
    how many rules share what is left until then, with this one."""
    if until is None or connection.in_atomic_block:  # which an end by force would break
        return _count(rule, asked)
    left = int((until - time.monotonic()) * 1000 * min(1, SHARES / waiting))
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
