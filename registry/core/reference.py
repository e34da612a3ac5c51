"""Reference data of the calendar: public holidays and the weekend days worked for them, as the State Council announced.

Source: the package chinesecalendar, which follows the announcements; it knows each year from late in the year before.
"""

from chinese_calendar.constants import Holiday, holidays, workdays

from .loading import write_all
from .models import CalendarDay

FIRST_YEAR = 2018
"""The first year of the register's first campaign."""


def load_calendar():
    """Fill the years of which nothing stands in the table; a year that the bureau has touched stays as it is.

    Only days that are not what their weekday says are kept. Returns how many days were added.
    """
    touched = {day.year for day in CalendarDay.objects.dates("day", "year")}
    told = [(day, False, name) for day, name in holidays.items() if day.weekday() < 5]
    told += [(day, True, name) for day, name in workdays.items() if day.weekday() >= 5]
    records = [
        CalendarDay(day=day, is_working=is_working, name=_name(name))
        for day, is_working, name in sorted(told)
        if day.year >= FIRST_YEAR and day.year not in touched
    ]
    return len(write_all(CalendarDay, records))


def _name(english):
    return next((holiday.chinese for holiday in Holiday if holiday.value == english), english)
