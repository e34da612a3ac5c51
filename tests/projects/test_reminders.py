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
from projects.models import Project
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
    make_org_user,
    make_organisation,
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
    colleague = make_user("bureau")
    make_difficulty(make_project(officer=officer), wanted_from="bureau", wanted_by=day(-1))
    send_digests(day=DAY, by=None)
    assert (groups(officer), groups(colleague)) == ({"difficulties_late": 1}, {})


def test_a_difficulty_is_told_to_the_side_that_it_is_wanted_from_and_without_an_officer_to_all_who_handle_it(county):
    organisation = make_organisation()
    of_county, of_organisation = make_county_user(county), make_org_user(organisation)
    handlers = [make_user("bureau"), make_user("bureau")]
    strangers = [make_county_user(make_division()), make_org_user(make_organisation())]
    project = make_project(county=county, lead=organisation)
    for number, side in enumerate(("county", "organisation", "bureau")):
        make_difficulty(project, wanted_from=side, wanted_by=day(number))
    make_difficulty(project, wanted_from="county", wanted_by=day(8))
    send_digests(day=DAY, by=None)
    assert [groups(person) for person in (of_county, of_organisation, *handlers)] == [{"difficulties": 1}] * 4
    assert [groups(person) for person in strangers] == [{}, {}]


def test_a_submitted_report_waits_for_who_may_approve_it_and_not_for_who_handed_it_in(officer):
    other = make_user("bureau")
    make_report(make_project(), status="submitted", submitted_by=officer)
    send_digests(day=DAY, by=None)
    assert (groups(officer), groups(other)) == ({}, {"reports": 1})


def test_the_newest_report_is_due_before_it_is_late(county):
    person = make_county_user(county)
    make_project(county=county, stage="under_way", actual_start=datetime.date(2026, 10, 8))
    early = datetime.date(2026, 11, 2)
    send_digests(day=early, by=None)
    send_digests(day=DAY, by=None)
    assert (groups(person, early), groups(person)) == ({"reports_due": 1}, {"reports_late": 1})


def test_nobody_is_reminded_of_a_project_that_was_carried_on(officer):
    project = make_project(stage="under_way", actual_start=datetime.date(2026, 8, 3))
    make_step(project, responsible=officer, due_on=DAY)
    make_step(project, status="done", done_by=make_user("bureau"), done_at="2026-11-20T00:00Z")
    make_report(project, status="submitted")
    Project.objects.filter(pk=project.pk).update(phase="locked", phase_by=officer, phase_at="2026-11-20T00:00Z")
    assert send_digests(day=DAY, by=None) == []


def test_a_digest_never_names_what_its_reader_could_not_open(county):
    moved_away = make_county_user(make_division())
    make_step(make_project(county=county), side="county", responsible=moved_away, due_on=DAY)
    make_step(make_project(), responsible=make_user("partner"), due_on=DAY)
    assert send_digests(day=DAY, by=None) == []


def test_of_many_it_names_five_and_counts_the_rest(officer):
    project = make_project()
    for number in range(7):
        make_step(project, title=f"第{number}步", responsible=officer, due_on=DAY)
    send_digests(day=DAY, by=None)
    notice = officer.notices.get()
    assert [item["title"] for item in notice.facts["groups"][0]["items"]] == [f"第{number}步" for number in range(5)]
    _title, (line,) = in_words(notice)
    assert "7" in line.text
    assert line.items[5:] == ((line.items[5][0], line.url),)
    assert "2" in line.items[5][0]


def test_every_line_leads_its_reader_to_where_it_is_dealt_with(client, county, officer):
    organisation = make_organisation()
    sides = {"bureau": officer, "county": make_county_user(county), "organisation": make_org_user(organisation)}
    project = make_project(county=county, lead=organisation, officer=officer, stage="under_way",
                           actual_start=datetime.date(2026, 8, 3))  # fmt: skip
    for side, person in sides.items():
        for fields in ({"due_on": DAY}, {"due_on": day(-3)}, {"due_on": DAY, "status": "returned"}):
            make_step(project, side=side, responsible=person, **fields)
        make_difficulty(project, wanted_from=side, wanted_by=DAY)
        make_difficulty(project, wanted_from=side, wanted_by=day(-3))
    make_step(project, status="done", done_by=sides["county"], done_at="2026-11-20T00:00Z")
    make_report(project, month=datetime.date(2026, 8, 1), status="submitted")
    make_report(project, month=datetime.date(2026, 9, 1), status="returned")
    send_digests(day=DAY, by=None)
    assert {person: len(groups(person)) for person in sides.values()} == dict(
        zip(sides.values(), (7, 7, 5), strict=True)
    )
    for person in sides.values():
        client.force_login(person)
        notice = person.notices.get()
        lines = in_words(notice)[1]
        ways = [notice.url, *(line.url for line in lines), *(url for line in lines for _text, url in line.items)]
        assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)
        assert all(ways)


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
    assert [job.kind for job in ask_for_due(now)].count(digest.kind) == asked
    Job.objects.update(queued_at=now)
    assert ask_for_due(now) == [], "asked for once a day"


def test_the_job_says_how_many_it_sent(officer):
    on = next_working_day(today())
    make_step(make_project(), responsible=officer, due_on=on)
    due = ask_for_due(datetime.datetime.combine(on, datetime.time(9), SHANGHAI))
    (asked,) = [job for job in due if job.kind == digest.kind]
    Job.objects.exclude(pk=asked.pk).delete()
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
