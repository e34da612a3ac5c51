"""What the rules of the data checks find, and what they find it in."""

import datetime

from registry.core.dates import today
from registry.reports.checks import CHECKS
from tests.factories import make_funding

LONG_AGO = datetime.date(2020, 1, 15)


def found(code, user, on=None, **limits):
    """The rows that the rule finds for `user`."""
    rule = CHECKS[code]
    return set(rule.rows(rule.asked(user, on or today(), {name: str(value) for name, value in limits.items()})))


def make_beyond(project):
    make_funding(project, "100", state="committed")
    return make_funding(project, "120", excess_reason="追加")
