"""The table of holidays: filled from the announcements, kept by the bureau, and never overwritten."""

import datetime

import pytest

from registry.core.models import CalendarDay, Change
from registry.core.reference import load_calendar
from registry.core.workdays import is_known, is_working, next_working_day, unknown_year
from tests.desk import page
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NATIONAL_DAY = datetime.date(2021, 10, 1)
EXCHANGED = datetime.date(2021, 10, 9)


def test_a_holiday_is_off_and_the_saturday_worked_for_it_is_worked():
    assert load_calendar() > 100
    assert (is_working(NATIONAL_DAY), is_working(EXCHANGED)) == (False, True)
    assert next_working_day(NATIONAL_DAY) == datetime.date(2021, 10, 8)
    assert CalendarDay.objects.get(day=NATIONAL_DAY).name == "国庆节"


def test_only_days_that_are_not_what_their_weekday_says_are_kept():
    load_calendar()
    wrong = [row for row in CalendarDay.objects.all() if row.is_working == (row.day.weekday() < 5)]
    assert wrong == []


def test_a_second_load_adds_nothing_and_a_year_that_the_bureau_touched_stays():
    CalendarDay.objects.create(day=NATIONAL_DAY, is_working=True, name="省里加班")
    load_calendar()
    assert list(CalendarDay.objects.filter(day__year=2021).values_list("name", flat=True)) == ["省里加班"]
    assert load_calendar() == 0


def test_a_year_of_which_nothing_is_known_is_told_from_december_on():
    CalendarDay.objects.create(day=NATIONAL_DAY)
    assert (is_known(2021), is_known(2022)) == (True, False)
    assert unknown_year(datetime.date(2021, 11, 30)) is None
    assert unknown_year(datetime.date(2021, 12, 1)) == 2022
    assert unknown_year(datetime.date(2022, 3, 1)) == 2022


def test_the_bureau_keeps_the_table_and_every_change_is_in_the_trail(client):
    bureau = make_user("bureau")
    client.force_login(bureau)
    client.post(page(CalendarDay, "add"), {"day": "2027年1月1日", "name": "元旦"})
    row = CalendarDay.objects.get()
    assert (row.day, row.is_working) == (datetime.date(2027, 1, 1), False)
    client.post(page(row, "delete"), {"post": "yes"})
    assert not CalendarDay.objects.exists()
    rows = Change.objects.filter(table_name=CalendarDay._meta.db_table).order_by("pk")
    assert [(one.operation, one.actor_id) for one in rows] == [("I", bureau.pk), ("D", bureau.pk)]


@pytest.mark.parametrize("role", ["partner", "auditor"])
def test_others_read_it_and_change_nothing(client, role):
    row = CalendarDay.objects.create(day=NATIONAL_DAY)
    client.force_login(make_user(role))
    assert client.get(page(CalendarDay, "changelist")).status_code == 200
    assert client.post(page(CalendarDay, "add"), {"day": "2027-01-01"}).status_code == 403
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403
