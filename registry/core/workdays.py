"""Working days by the editable table of holidays; Monday to Friday where the table is silent.

Source of the rules: reminders and answers are due by working days, and the State Council publishes each year's
holidays and exchanged days late in the year before. A year without any row is told as such (`is_known`).
"""

import datetime
from itertools import count

from registry.core.models import CalendarDay

ONE = datetime.timedelta(days=1)
REACH = datetime.timedelta(days=31)
"""How far a look-up reads ahead: no run of days off is longer."""


def exceptions(first, last):
    """{day: worked} of the days from `first` to `last` that are not what their weekday says."""
    rows = CalendarDay.objects.filter(day__gte=first, day__lte=last)
    return dict(rows.values_list("day", "is_working"))


def is_working(day):
    """Whether `day` is worked."""
    return exceptions(day, day).get(day, day.weekday() < 5)


def add_working_days(day, number, known=None):
    """The day `number` working days after `day` (0: the first working day on or after it). A query a month; none with
    `known`, the `exceptions` of a time that is long enough."""
    if number < 0:
        raise ValueError("working days are counted forwards")
    found, read_to = (known, datetime.date.max) if known is not None else ({}, day - ONE)
    wanted = max(number, 1)
    current = day if number == 0 else day + ONE
    for _step in count():
        if current > read_to:
            found, read_to = exceptions(current, current + REACH), current + REACH
        wanted -= found.get(current, current.weekday() < 5)
        if not wanted:
            return current
        current += ONE
    raise AssertionError


def next_working_day(day):
    """`day` itself where it is worked, else the next one that is."""
    return add_working_days(day, 0)


def is_known(year):
    """Whether the table holds anything of `year`; if not, pages say so beside what they computed."""
    return CalendarDay.objects.filter(day__year=year).exists()


def unknown_year(on):
    """The year whose holidays are not in the table though they count already: that of the day `on`, and from December
    the next one too; None when all is known."""
    years = (on.year, on.year + 1) if on.month == 12 else (on.year,)
    return next((year for year in years if not is_known(year)), None)
