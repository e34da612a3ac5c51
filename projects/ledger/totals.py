"""Totals that a ledger states, against the rows above them: told before anything is written, never imported."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from registry.core.quantity import Money, format_quantity

from . import values, words
from .columns import COLUMNS, MONEY
from .faults import Said, Wrong

COUNTED = (*MONEY, "people", "households")


def totals_told(table, entries):
    """What to tell of the totals of a table whose lines gave `entries`, in the same order."""
    told, since = [], 0
    for passed in table.passed:
        if passed.kind != "total":
            continue
        for key in COUNTED:
            if key in passed.cells and not values.is_empty(passed.cells[key]):
                told += _compare(table, entries[: passed.after], since, passed, key)
        since = passed.after
    return told


def _compare(table, above, since, passed, key):
    place = {"sheet": table.sheet, "row": passed.number, "word": COLUMNS[key].word}
    try:
        stated = _stated(table, passed.cells[key], key)
    except Wrong as wrong:
        message = _("Sheet “%(sheet)s”, row %(row)d: the total of %(word)s cannot be read: %(why)s")
        return [Said(message, place | {"why": wrong.said})]
    if not stated.is_stated:
        return []
    sums = {
        "since": sum((value for value in map(_figure(key), above[since:])), Decimal(0)),
        "all": sum((value for value in map(_figure(key), above)), Decimal(0)),
    }
    fitting = {"since"} if passed.text.startswith(words.SUBTOTAL) else set(sums)
    if stated.value in {sums[name] for name in fitting}:
        return []
    counted = sums["since" if passed.text.startswith(words.SUBTOTAL) else "all"]
    message = _(
        "Sheet “%(sheet)s”, row %(row)d states a total of %(word)s of %(stated)s, but its rows add up to %(sum)s."
    )
    return [Said(message, place | {"stated": _shown(stated.value, key), "sum": _shown(counted, key)})]


def _stated(table, cell, key):
    if key in MONEY:
        return values.money(cell, [], table.units[key])
    return values.people(cell, [], *(("户", "") if key == "households" else ()))


def _figure(key):
    def figure(entry):
        found = entry[key]
        return found.value if found and found.is_stated else Decimal(0)

    return figure


def _shown(value, key):
    return format_quantity(Money(value), "exact") if key in MONEY else f"{value:f}"
