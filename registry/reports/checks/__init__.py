"""Data checks (数据核对): each a named rule that lists what looks wrong in the register, from the person's scope."""

from registry.core.dates import today

from . import likeness, money, personal, work
from .rule import Doubt, Rule

RULES = (*money.RULES, *work.RULES, *likeness.RULES, *personal.RULES)
CHECKS = {rule.code: rule for rule in RULES}


def checks_open_to(user):
    """The rules whose rows the person's role may see."""
    return [rule for rule in RULES if user.has_perm(rule.permission)]


def counted(user, on=None):
    """[(rule, number of rows that it finds)] with the usual limits. One query a rule, and the days of the reports."""
    on = on or today()
    return [(rule, rule.rows(rule.asked(user, on)).count()) for rule in checks_open_to(user)]


__all__ = ["CHECKS", "RULES", "Doubt", "Rule", "checks_open_to", "counted"]
