"""The daily digest: each person hears once every working day what waits, and only of what is theirs."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions.reminding import send_digests
from projects.jobs import digest
from registry.core.daily import ask_for_due
from registry.core.dates import SHANGHAI, today
from registry.core.jobs import run_next
from registry.core.models import CalendarDay, Channels, Job, Notice
from registry.core.notices import in_words
from registry.core.workdays import next_working_day
from tests.factories import (
    make_county_user,
    make_difficulty,
    make_division,
    make_project,
    make_report,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 24)  # a Tuesday


def day(offset):
    return DAY + datetime.timedelta(days=offset)


def groups(person, on=DAY):
    """{group: how many} of the person's digest; {} where there is none."""
    found = person.notices.filter(day=on).first()
    return {told["group"]: told["count"] for told in found.facts["groups"]} if found else {}


@pytest.fixture
def county():
    return make_division()


@pytest.fixture
def officer():
    return make_user("bureau")


def test_a_step_due_in_seven_days_is_one_line_with_the_way_to_it(client, county):
    person = make_county_user(county)
    step = make_step(make_project(county=county), title="竣工验收", side="county", responsible=person, due_on=day(7))
    send_digests(day=DAY, by=None)
    notice = person.notices.get()
    _title, lines = in_words(notice)
    assert len(lines) == 1
    (item,) = lines[0].items
    assert step.title in item[0]
    client.force_login(person)
    assert client.get(item[1]).status_code == 200


@pytest.mark.parametrize(("offset", "group"), [(-1, "overdue"), (0, "due"), (7, "due"), (8, None)])
def test_what_is_late_is_told_apart_from_what_is_due_soon(officer, offset, group):
    make_step(make_project(), responsible=officer, due_on=day(offset))
    send_digests(day=DAY, by=None)
    assert groups(officer) == ({group: 1} if group else {})


def test_a_returned_step_is_told_as_returned_whatever_its_due_date(officer):
    make_step(make_project(), responsible=officer, status="returned", due_on=day(-3))
    make_step(make_project(), responsible=officer, status="returned", due_on=day(90))
    send_digests(day=DAY, by=None)
    assert groups(officer) == {"returned": 2}


def test_what_waits_for_sign_off_is_counted_for_who_may_sign_it_off_and_not_for_the_doer(officer):
    other = make_user("bureau")
    make_step(make_project(), status="done", done_by=officer, done_at="2026-11-20T00:00Z")
    send_digests(day=DAY, by=None)
    assert (groups(officer), groups(other)) == ({}, {"sign_off": 1})


def test_a_county_hears_of_its_own_late_reports_only(county):
    mine, stranger = make_county_user(county), make_county_user(make_division())
    project = make_project(county=county, stage="under_way", actual_start=datetime.date(2026, 8, 3))
    make_report(project, month=datetime.date(2026, 8, 1), status="submitted")
    make_report(project, month=datetime.date(2026, 9, 1), status="returned")
    send_digests(day=DAY, by=None)
    assert groups(mine) == {"reports_returned": 1, "reports_late": 1}
    assert groups(stranger) == {}


def test_a_difficulty_past_its_day_goes_to_the_officer_it_is_wanted_from(officer):
    make_difficulty(make_project(officer=officer), wanted_from="bureau", wanted_by=day(-1))
    send_digests(day=DAY, by=None)
    assert groups(officer) == {"difficulties_late": 1}


def test_who_has_nothing_to_do_or_wants_no_digest_or_is_gone_gets_none(officer):
    quiet, gone, idle = make_user("bureau"), make_user("bureau", is_active=False), make_user("bureau")
    Channels.objects.create(user=quiet, digest=False)
    for person in (officer, quiet, gone):
        make_step(make_project(), responsible=person, due_on=DAY)
    send_digests(day=DAY, by=None)
    assert [person.notices.count() for person in (officer, quiet, gone, idle)] == [1, 0, 0, 0]


def test_the_same_day_is_never_told_twice(officer):
    make_step(make_project(), responsible=officer, due_on=DAY)
    assert len(send_digests(day=DAY, by=None)) == 1
    assert send_digests(day=DAY, by=None) == []
    assert len(send_digests(day=day(1), by=None)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(officer):
    make_step(make_project(), responsible=officer, due_on=DAY)
    start, sent = threading.Barrier(2), []

    def work():
        start.wait()
        sent.append(len(send_digests(day=DAY, by=None)))
        connection.close()

    workers = [threading.Thread(target=work) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == [0, 1]
    assert officer.notices.count() == 1


def test_a_day_off_sends_nothing_and_names_the_next_working_day(officer):
    CalendarDay.objects.create(day=DAY, name="试验假日")
    make_step(make_project(), responsible=officer, due_on=DAY)
    with pytest.raises(ValidationError, match=r"2026年11月25日|25 November 2026"):
        send_digests(day=DAY, by=None)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("hour", "off", "asked"), [((8, 29), False, 0), ((8, 30), False, 1), ((17, 0), False, 1), ((9, 0), True, 0)]
)
def test_the_worker_asks_for_it_at_half_past_eight_on_working_days(hour, off, asked):
    if off:
        CalendarDay.objects.create(day=DAY)
    now = datetime.datetime.combine(DAY, datetime.time(*hour), SHANGHAI)
    assert [job.kind for job in ask_for_due(now)] == [digest.kind] * asked
    Job.objects.update(queued_at=now)
    assert ask_for_due(now) == [], "asked for once a day"


def test_the_job_says_how_many_it_sent(officer):
    on = next_working_day(today())
    make_step(make_project(), responsible=officer, due_on=on)
    (asked,) = ask_for_due(datetime.datetime.combine(on, datetime.time(9), SHANGHAI))
    done = run_next()
    assert (done.pk, done.state, done.done, groups(officer, on)) == (asked.pk, "done", 1, {"due": 1})
    assert done.result["words"]


def test_the_command_sends_by_hand(officer, capsys):
    on = next_working_day(today())
    make_step(make_project(), responsible=officer, due_on=on)
    call_command("remind", day=on.isoformat())
    assert groups(officer, on) == {"due": 1}


def test_it_asks_the_same_for_one_person_and_for_three():
    counts = []
    for number in (1, 2):
        for _each in range(number):
            make_step(make_project(), responsible=make_user("bureau"), due_on=DAY)
        with CaptureQueriesContext(connection) as captured:
            send_digests(day=DAY, by=None)
        counts.append(len(captured))
        Notice.objects.all().delete()
    assert counts[0] == counts[1]
