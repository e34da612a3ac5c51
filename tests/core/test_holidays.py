"""The table of holidays: filled from the announcements where nothing stands, and from then on the bureau's own."""

import datetime
import io

import pytest
from django.core.management import call_command

from registry.core import reference
from registry.core.models import CalendarDay, Change
from registry.core.reference import FIRST_YEAR, load_calendar
from tests.counting import queries_of
from tests.desk import filled, page
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NATIONAL_DAY = datetime.date(2020, 10, 1)
READERS, WRITER = ("partner", "auditor"), "bureau"


def days(year):
    return CalendarDay.objects.filter(day__year=year)


# Filled from the announcements


def test_every_year_since_the_first_campaign_is_filled_with_what_is_not_as_its_weekday_says():
    number = load_calendar()
    assert number == CalendarDay.objects.count() > 100
    years = [first.year for first in CalendarDay.objects.dates("day", "year")]
    assert years == list(range(FIRST_YEAR, years[-1] + 1))
    for row in CalendarDay.objects.all():
        assert row.is_working == (row.day.weekday() >= 5), row


@pytest.mark.parametrize(
    ("day", "is_working", "name"),
    [
        ("2018-02-15", False, "春节"),
        ("2018-02-11", True, "春节"),
        ("2020-01-31", False, "春节"),  # prolonged because of the epidemic
        ("2020-10-08", False, "国庆节"),
        ("2020-10-10", True, "国庆节"),
        ("2021-05-04", False, "劳动节"),
    ],
)
def test_days_are_as_the_state_council_announced_them(day, is_working, name):
    load_calendar()
    row = CalendarDay.objects.get(day=day)
    assert (row.is_working, row.name) == (is_working, name)


def test_a_second_load_adds_nothing():
    assert load_calendar()
    assert load_calendar() == 0


def test_what_the_bureau_has_changed_or_taken_out_stays_so():
    load_calendar()
    days(2020).filter(day="2020-10-10").update(is_working=False, name="改")
    days(2020).filter(day="2020-10-08").delete()
    assert load_calendar() == 0
    assert CalendarDay.objects.get(day="2020-10-10").name == "改"
    assert not days(2020).filter(day="2020-10-08").exists()


def test_a_year_that_the_bureau_entered_itself_is_left_to_it_and_the_others_are_filled():
    CalendarDay.objects.create(day=NATIONAL_DAY, name="国庆节")
    load_calendar()
    assert [row.day for row in days(2020)] == [NATIONAL_DAY]
    assert days(2019).count() > 10


def test_a_year_announced_later_comes_with_the_next_load(monkeypatch):
    load_calendar()
    monkeypatch.setitem(reference.holidays, datetime.date(2099, 10, 1), "National Day")
    monkeypatch.setitem(reference.workdays, datetime.date(2099, 10, 10), "Somebody's Day")
    assert load_calendar() == 2
    assert [(row.name, row.is_working) for row in days(2099)] == [("Somebody's Day", True), ("国庆节", False)]


def test_the_command_for_reference_data_fills_it_and_says_how_much():
    told = io.StringIO()
    call_command("load_reference", stdout=told)
    assert f"{CalendarDay.objects.count()} holidays and exchanged days" in told.getvalue()
    call_command("load_reference", stdout=(again := io.StringIO()))
    assert " 0 holidays and exchanged days" in again.getvalue()


# Kept at the desk


@pytest.fixture
def sign_in(client):
    def signed_in(role):
        client.force_login(user := make_user(role))
        return user

    return signed_in


@pytest.fixture
def holiday():
    return CalendarDay.objects.create(day=NATIONAL_DAY, name="国庆节")


def last_change(key):
    return Change.objects.filter(table_name="core_calendarday", row_pk=str(key)).latest("id")


def test_the_bureau_enters_a_day(client, sign_in):
    by = sign_in(WRITER)
    data = {"day": "2027年10月9日", "is_working": "on", "name": "国庆节调休", "change_reason": "国办通知"}
    assert client.post(page(CalendarDay, "add"), data).status_code == 302
    made = CalendarDay.objects.get()
    assert (made.day, made.is_working, made.name) == (datetime.date(2027, 10, 9), True, "国庆节调休")
    change = last_change(made.pk)
    assert (change.actor_id, change.action, change.reason) == (by.pk, "desk.calendarday.add", "国办通知")


def test_the_bureau_corrects_a_day(client, sign_in, holiday):
    by = sign_in(WRITER)
    data = filled(client.get(page(holiday)), name="国庆节、中秋节")
    assert client.post(page(holiday), data).status_code == 302
    holiday.refresh_from_db()
    assert holiday.name == "国庆节、中秋节"
    assert (last_change(holiday.pk).actor_id, last_change(holiday.pk).action) == (by.pk, "desk.calendarday.change")


def test_a_day_that_somebody_changed_meanwhile_is_not_overwritten(client, sign_in, holiday):
    sign_in(WRITER)
    data = filled(client.get(page(holiday)), name="我的")
    CalendarDay.objects.filter(pk=holiday.pk).update(name="别人的")
    assert client.post(page(holiday), data).status_code == 409
    holiday.refresh_from_db()
    assert holiday.name == "别人的"


def test_the_bureau_takes_out_a_day_entered_by_mistake_and_the_trail_keeps_it(client, sign_in, holiday):
    by, key = sign_in(WRITER), holiday.pk
    assert client.get(page(holiday, "delete")).status_code == 200
    assert client.post(page(holiday, "delete"), {"post": "yes"}).status_code == 302
    assert not CalendarDay.objects.exists()
    change = last_change(key)
    assert (change.actor_id, change.action, change.before["name"]) == (by.pk, "desk.calendarday.delete", "国庆节")


@pytest.mark.parametrize("day", ["2020-10-01", "", "10月1日", "2020-02-30", "99999999-01-01", "\x00"])
def test_a_day_that_stands_already_or_is_none_is_refused_beside_its_field(client, sign_in, holiday, day):
    sign_in(WRITER)
    answer = client.post(page(CalendarDay, "add"), {"day": day, "name": "又一次"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["day"]
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize("role", READERS)
def test_others_at_the_desk_read_it_and_change_nothing(client, sign_in, holiday, role):
    sign_in(role)
    assert "国庆节" in client.get(page(CalendarDay, "changelist")).content.decode()
    assert client.get(page(holiday)).status_code == 200
    assert client.get(page(CalendarDay, "add")).status_code == 403
    for address in (page(CalendarDay, "add"), page(holiday), page(holiday, "delete")):
        assert client.post(address, {"post": "yes", "day": "2027-10-09", "name": "x"}).status_code == 403
    assert CalendarDay.objects.get().name == "国庆节"


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin", "county", "organisation"])
def test_whoever_has_nothing_to_do_with_it_sees_none_of_it(client, sign_in, holiday, role):
    sign_in(role)
    for address in (page(CalendarDay, "changelist"), page(holiday), page(holiday, "delete")):
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(address, {"post": "yes"}).status_code in (302, 403, 404)
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize(
    ("year", "number"), [("2020", 1), ("2019", 0), ("", 2), ("二零", 2), ("²020", 2), ("0000", 2), ("1" * 30, 2)]
)
def test_the_list_is_read_year_by_year_and_rubbish_is_passed_over(client, sign_in, holiday, year, number):
    CalendarDay.objects.create(day="2021-10-01", name="国庆节")
    sign_in(WRITER)
    answer = client.get(page(CalendarDay, "changelist"), {"year": year})
    assert answer.context["cl"].result_count == number


def test_the_list_says_the_weekday_and_what_the_day_counts_as(client, sign_in, holiday):
    CalendarDay.objects.create(day="2020-10-10", is_working=True)
    sign_in(WRITER)
    text = client.get(page(CalendarDay, "changelist")).content.decode()
    for said in ("星期四", "星期六"):
        assert said in text


def test_a_longer_list_asks_no_more_questions(client, sign_in, holiday):
    sign_in(WRITER)
    one = queries_of(client, page(CalendarDay, "changelist"))
    for day in ("2020-10-02", "2020-10-05"):
        CalendarDay.objects.create(day=day)
    assert queries_of(client, page(CalendarDay, "changelist")) == one <= 25
