"""Months, quarters and years of a report, as they are written in an address: 2021-11, 2021-Q4, 2021."""

import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .dates import FIRST_YEAR, LAST_YEAR, SHANGHAI

ONE = datetime.timedelta(days=1)
KINDS = {"month": 1, "quarter": 3, "year": 12}
"""How many months each kind of period has."""

_WORD = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A month, quarter or year, from its `first` day to its `last`."""

    kind: str
    first: datetime.date

    @classmethod
    def containing(cls, day, kind):
        months = KINDS[kind]
        return cls(kind, day.replace(month=(day.month - 1) // months * months + 1, day=1))

    @classmethod
    def read(cls, text):
        """The period written as in an address. Raises ValidationError."""
        found = _WORD.fullmatch(text)
        if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
            raise ValidationError(
                _("“%s” is no period. Write a month, a quarter or a year: 2021-11, 2021-Q4 or 2021.") % text[:20]
            )
        year = int(found["year"])
        if found["month"]:
            return cls("month", datetime.date(year, int(found["month"]), 1))
        if found["quarter"]:
            return cls("quarter", datetime.date(year, int(found["quarter"]) * 3 - 2, 1))
        return cls("year", datetime.date(year, 1, 1))

    @property
    def last(self):
        return self.next.first - ONE

    @property
    def next(self):
        months = self.first.year * 12 + self.first.month - 1 + KINDS[self.kind]
        return Period(self.kind, datetime.date(months // 12, months % 12 + 1, 1))

    @property
    def previous(self):
        return Period.containing(self.first - ONE, self.kind)

    @property
    def instants(self):
        """The instant at which it begins in Shanghai, and the one before which it ends."""
        days = (self.first, self.next.first)
        return tuple(datetime.datetime.combine(day, datetime.time(), SHANGHAI) for day in days)

    def __str__(self):
        """As in an address."""
        return {
            "month": f"{self.first:%Y-%m}",
            "quarter": f"{self.first.year}-Q{self.first.month // 3 + 1}",
            "year": f"{self.first.year}",
        }[self.kind]

    @property
    def label(self):
        """For people: 2021年11月, 2021年第4季度, 2021年."""
        number = {"year": self.first.year, "month": self.first.month, "quarter": self.first.month // 3 + 1}
        return {
            "month": _("%(month)d/%(year)d"), "quarter": _("%(year)d Q%(quarter)d"), "year": _("the year %(year)d"),
        }[self.kind] % number  # fmt: skip


def choices_around(period, today):
    """What a page offers beside `period`: the one before, the one after, and the current one of each kind."""
    near = [period.previous, period.next]
    return near, [current for kind in KINDS if (current := Period.containing(today, kind)) != period]
