"""Monthly reports as the tests of them begin."""

import datetime
from decimal import Decimal

from projects.actions.monthly import save_report, submit_report
from tests.factories import make_project

SEPTEMBER, OCTOBER = datetime.date(2020, 9, 1), datetime.date(2020, 10, 1)


def make_running(**overrides):
    return make_project(**{"stage": "under_way", "actual_start": datetime.date(2020, 3, 1)} | overrides)


def saved(project, by, month=SEPTEMBER, **content):
    return save_report(project=project, month=month, by=by, **{"progress": 40} | content)


def money(giver=None, amount="30000", **more):
    return {"state": "received", "organisation": giver, "amount": Decimal(amount), "qualifier": "exact"} | more


def handed_in(project, by, **content):
    return submit_report(report=saved(project, by, **content), by=by)
