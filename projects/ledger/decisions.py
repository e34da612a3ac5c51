"""What a person decided of single rows before the ledger is judged: that it names rows and columns that are there."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.core.text import excerpt

from .columns import COLUMNS
from .rows import readers_of

SKIP, UPDATE, NEW = ACTS = ("skip", "update", "new")
"""A row is left out; its chosen cells are written to the project that it names; or it is logged as a new project."""


def check_decisions(layout, fixes, picks):
    """Raises ValidationError, with all that is wrong, for rows, columns and acts that are not there."""
    tables = {f"{table.sheet}!{line.number}": table for table in layout.tables for line in table.lines}
    wrong = [_no_row(place) for place in {**fixes, **picks} if place not in tables]
    for place, cells in fixes.items():
        if table := tables.get(place):
            wrong += [_no_column(place, key) for key in cells if key not in readers_of(table, cells)]
    for place, pick in picks.items():
        if pick.get("act") not in ACTS:
            params = {"place": excerpt(place), "act": excerpt(str(pick.get("act"))), "acts": ", ".join(ACTS)}
            wrong.append(_("Row %(place)s: “%(act)s” is no decision. Known are: %(acts)s.") % params)
        wrong += [_no_column(place, key) for key in pick.get("cells", ()) if key not in COLUMNS]
    if wrong:
        raise ValidationError(wrong)


def _no_row(place):
    return _("The ledger has no row %s.") % excerpt(place)


def _no_column(place, key):
    return _("Row %(place)s: the ledger has no column “%(key)s”.") % {"place": excerpt(place), "key": excerpt(key)}
