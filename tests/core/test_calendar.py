"""Working days: Monday to Friday, but for what the table of holidays and exchanged days says."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.core import workdays
from registry.core.models import CalendarDay

pytestmark = pytest.mark.django_db
FRIDAY = datetime.date(2026, 9, 25)


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def national_day():
    """The first week of October 2026 off, and the Saturday after it worked in exchange."""
    for number in range(1, 8):
        CalendarDay.objects.create(day=datetime.date(2026, 10, number), is_working=False, name="国庆节")
    CalendarDay.objects.create(day=day("2026-10-10"), is_working=True, name="调休")


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        ("2026-09-25", 0, "2026-09-25"),
        ("2026-09-26", 0, "2026-09-28"),
        ("2026-09-25", 1, "2026-09-28"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-10-03", 0, "2026-10-08"),
        ("2026-10-09", 1, "2026-10-10"),
        ("2026-10-10", 1, "2026-10-12"),
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_days_off_are_not_counted_and_exchanged_ones_are(national_day, start, number, expected):
    assert workdays.add_working_days(day(start), number) == day(expected)


def test_working_days_are_counted_forwards_only():
    with pytest.raises(ValueError, match="forwards"):
        workdays.add_working_days(FRIDAY, -1)


def test_a_calendar_reads_the_table_once_whatever_years_are_asked_for(national_day):
    calendar = workdays.Calendar()
    with CaptureQueriesContext(connection) as queries:
        for number in range(200):
            calendar.add(FRIDAY, number)
    assert len(queries) == 1


def test_a_year_of_which_nothing_is_entered_is_told(national_day):
    assert workdays.is_known(2026)
    assert not workdays.is_known(2027)
    days = [day("2028-02-01"), None, FRIDAY, day("2027-01-01"), day("2028-03-01")]
    assert workdays.unknown_years(days) == [2027, 2028]
    with CaptureQueriesContext(connection) as queries:
        assert workdays.unknown_years([None]) == []
    assert len(queries) == 0
