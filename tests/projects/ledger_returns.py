"""The report on a ledger that comes back, as a check of it gives it."""

from projects.ledger import importing
from projects.ledger.importing import Order
from projects.ledger.report import report

from .exported_ledgers import HEAD, UPPER, laid


def told(*rows, moment, by=None, head=HEAD, upper=UPPER, **order):
    """The rows of the report on a ledger that was exported at `moment`."""
    outcome = importing.check(laid(list(rows), moment, head=head, upper=upper), Order(**order), by=by)
    return report(outcome)["rows"]


def differing(row):
    return {one["key"]: (one["base"], one["there"], one["here"]) for one in row["differences"]}


def without(*keys):
    head = {key: word for key, word in HEAD.items() if key not in keys}
    return {"head": head, "upper": {key: word for key, word in UPPER.items() if key in head}}
