"""What a pivot is asked: read from an address, which says all of it, and written back into one."""

import datetime
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Campaign
from registry.core.text import excerpt
from registry.reports.as_of import parse_instant
from registry.reports.asking import PARAMETERS, read_question
from registry.reports.figures import FIGURES, Definition, Dimension, dimension
from registry.reports.figures.dimensions import Quarter, Year

USUAL = {"rows": "county", "columns": "field", "measure": "funds"}
NOTHING = "none"
"""The word for no columns: an empty parameter asks for the usual ones."""

ORDERS = {
    "": gettext_lazy("as listed"),
    "falling": gettext_lazy("largest total first"),
    "rising": gettext_lazy("smallest total first"),
}
VIEWS = {
    "table": gettext_lazy("Table"),
    "bars": gettext_lazy("Bars"),
    "lines": gettext_lazy("Lines over time"),
    "tiles": gettext_lazy("Tiles by county"),
}
OWN = (*USUAL, "against", "empty", "order", "view")
ALSO = ("format", "page", "row", "column", "moved")
"""What only some of the pages take."""


@dataclass(frozen=True)
class Question:
    """`asked`: the parameters as they stood in the address, without what is empty. `against`: the instant that is
    compared with, earlier than `as_of` (None: now). `empty`: show rows and columns in which nothing counts."""

    rows: Dimension
    columns: Dimension | None
    measure: Definition
    campaign: Campaign | None
    as_of: datetime.datetime | None
    against: datetime.datetime | None
    filters: dict[str, str]
    empty: bool = False
    order: str = ""
    view: str = "table"
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def by(self):
        return [one.code for one in (self.rows, self.columns) if one]

    @property
    def dimensions(self):
        return tuple(one for one in (self.rows, self.columns) if one)

    @cached_property
    def over_time(self):
        """The dimension that is a time, rows before columns, or None."""
        return next((one for one in self.dimensions if isinstance(one, Year | Quarter)), None)

    @property
    def views(self):
        """The views that this question has."""
        fitting = {"lines": self.over_time is not None, "tiles": self.rows.code == "county"}
        return [name for name in VIEWS if fitting.get(name, True)]

    def query(self, **changes):
        """The question as the query of an address, with `changes`; None or "" drops a parameter."""
        parts = self._written | {name: _written(name, word) for name, word in changes.items()}
        return "&".join(filter(None, parts.values()))

    @cached_property
    def _written(self):
        """{parameter: its part of an address}: a table has dozens of addresses that differ in two of them."""
        return {name: _written(name, word) for name, word in self.asked.items()}


@lru_cache(4096)
def _written(name, word):
    return "" if word in (None, "") else urlencode({name: word})


def read(params, also=()):
    """The `Question` of an address. `also`: the parameters beside it that the page takes.

    Raises ValidationError, in words, for a parameter that is unknown or given twice, a dimension, figure or value
    that is not known, the same dimension twice, an instant that cannot be read, lies ahead or is not before the other.
    """
    asked = _plain(params, also)
    rows = dimension(asked.get("rows", USUAL["rows"]))
    columns = asked.get("columns", USUAL["columns"] if "rows" not in asked else NOTHING)
    columns = None if columns == NOTHING else dimension(columns)
    if columns is rows:
        raise ValidationError(_("Rows and columns are the same. Choose another of them, or no columns."), "same")
    about = read_question(asked)
    against = parse_instant(asked["against"]) if asked.get("against") else None
    if against and against >= (about["as_of"] or timezone.now()):
        raise ValidationError(_("The instant to compare with must lie before the other."), "order")
    question = Question(
        rows, columns, _one_of(FIGURES, asked.get("measure", USUAL["measure"]), "measure"), against=against, **about,
        empty=bool(_one_of({"": False, "shown": True}, asked.get("empty", ""), "empty")),
        order=_known(ORDERS, asked.get("order", ""), "order"), view=_known(VIEWS, asked.get("view", "table"), "view"),
        asked={name: word for name, word in asked.items() if name not in ALSO},
    )  # fmt: skip
    if question.view not in question.views:
        raise ValidationError(
            _("This question has no view “%(view)s”: lines need years or quarters, tiles need counties as rows.")
            % {"view": VIEWS[question.view]}
        )
    for code, word in question.filters.items():
        dimension(code).key(word)  # refused here, before anything is counted
    return question


def _plain(params, also):
    known = (*OWN, *PARAMETERS, *also)
    unknown = [excerpt(name) for name in params if name not in known]
    if unknown:
        raise ValidationError(
            _("Unknown parameters: %(names)s. Known are: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(known)}
        )
    twice = [name for name, words in params.lists() if len(words) > 1]
    if twice:
        raise ValidationError(_("Given more than once: %s. Give it once.") % ", ".join(twice))
    return {name: word.strip() for name, word in params.items() if word.strip()}


def _known(words, word, name):
    _one_of(words, word, name)
    return word


def _one_of(table, word, name):
    if word not in table:
        raise ValidationError(
            _("“%(value)s” is not a value of “%(dimension)s”. Known are: %(known)s."),
            "unknown_value",
            {"value": excerpt(word), "dimension": name, "known": ", ".join(filter(None, table))},
        )
    return table[word]
