"""Working days by the editable table of holidays; Monday to Friday where the table is silent.

Source of the rules: reminders and answers are due by working days, and the State Council publishes each year's
holidays and exchanged days late in the year before. A year without any row is told as such (`is_known`).
"""

import datetime
from functools import cached_property

from registry.core.models import CalendarDay

ONE = datetime.timedelta(days=1)


class Calendar:
    """The table as it is now: one query, whatever days are asked for. It holds some thirty days a year."""

    @cached_property
    def _exceptions(self):
        return dict(CalendarDay.objects.values_list("day", "is_working"))

    def is_working(self, day):
        """Whether `day` is worked."""
        return self._exceptions.get(day, day.weekday() < 5)

    def add(self, day, number):
        """The day `number` working days after `day` (0: the first working day on or after it)."""
        if number < 0:
            raise ValueError("working days are counted forwards")
        day += ONE if number else datetime.timedelta()
        wanted = max(number, 1) - self.is_working(day)
        while wanted:
            day += ONE
            wanted -= self.is_working(day)
        return day


def is_working(day):
    """Whether `day` is worked."""
    return Calendar().is_working(day)


def add_working_days(day, number):
    """The day `number` working days after `day` (0: the first working day on or after it)."""
    return Calendar().add(day, number)


def next_working_day(day):
    """`day` itself where it is worked, else the next one that is."""
    return add_working_days(day, 0)


def is_known(year):
    """Whether the table holds anything of `year`; if not, pages say so beside what they computed."""
    return not _unknown({year})


def unknown_year(on):
    """The year whose holidays are not in the table though they count already: that of the day `on`, and from December
    the next one too; None when all is known."""
    return next(iter(_unknown({on.year, on.year + 1} if on.month == 12 else {on.year})), None)


def unknown_years(days):
    """The years among `days` (None is passed over) of which the table holds nothing, rising. One query, or none."""
    years = {day.year for day in days if day is not None}
    return _unknown(years) if years else []


def _unknown(years):
    known = CalendarDay.objects.filter(day__year__in=years).values_list("day__year", flat=True).distinct()
    return sorted(years - set(known))
