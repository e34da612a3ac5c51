"""Which monthly reports are owed, until when, and with what each begins."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import LampRule, Project
from projects.months import (
    Owing,
    due_days,
    end_of,
    ended_months,
    first_of,
    last_values,
    month_after,
    month_before,
    needing_report,
    newest_late,
    told_before,
    why_not_asked,
)
from registry.core.dates import today
from registry.core.models import CalendarDay
from tests.factories import make_report, make_result, make_user

from .reports import OCTOBER, SEPTEMBER, handed_in, make_running, money, saved

pytestmark = pytest.mark.django_db


# What is owed


@pytest.mark.parametrize(
    ("stage", "more", "is_asked"),
    [
        ("under_way", {}, True),
        ("finished", {}, True),
        ("accepted", {}, True),
        ("aftercare", {}, True),
        ("suspended", {"left_stage": "under_way"}, True),
        ("suspended", {"left_stage": "signed"}, False),
        ("signed", {}, False),
        ("planned", {}, False),
        ("closed", {}, False),
        ("terminated", {"left_stage": "under_way"}, False),
        ("under_way", {"actual_start": datetime.date(2020, 9, 30)}, True),
        ("under_way", {"actual_start": datetime.date(2020, 10, 1)}, False),
        ("finished", {"actual_start": None}, False),
        ("under_way", {"phase": "locked"}, False),
    ],
)
def test_a_report_is_asked_for_of_what_is_landed_not_over_and_had_started(stage, more, is_asked):
    if "phase" in more:
        more = more | {"phase_by": make_user(), "phase_at": timezone.now()}
    project = make_running(stage=stage, **more)
    assert list(needing_report(Project.objects.all(), SEPTEMBER)) == ([project] if is_asked else [])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"phase": "locked"}, "转入下一行动"),
        ({"stage": "closed"}, "已结束"),
        ({"stage": "terminated", "left_stage": "under_way"}, "已结束"),
        ({"stage": "signed"}, "尚未进入实施"),
        ({"actual_start": None}, "实际开工日期"),
        ({"actual_start": datetime.date(2020, 10, 1)}, "首次月报为 2020-10"),
        ({}, ""),
        ({"stage": "suspended", "left_stage": "under_way"}, ""),
    ],
)
def test_why_no_report_is_asked_for_is_said_and_the_action_says_the_same(user, county, more, words):
    project = make_running(county=county)
    if "phase" in more:
        more = more | {"phase_by": make_user(), "phase_at": timezone.now()}
    Project.objects.filter(pk=project.pk).update(**more)
    project.refresh_from_db()
    why = why_not_asked(project, SEPTEMBER, today())
    assert (words in why, bool(why)) == (True, bool(words))
    assert bool(why) != needing_report(Project.objects.all(), SEPTEMBER).exists()
    if words:
        with pytest.raises(ValidationError, match=words):
            saved(project, user)


def test_a_month_that_has_not_begun_is_told_from_which_day_on_it_is(project):
    following = month_after(first_of(today()))
    assert str(following.year) in why_not_asked(project, following, today())
    assert why_not_asked(project, first_of(today()), today()) == ""


def test_months_end_where_the_calendar_says():
    assert [end_of(datetime.date(year, 2, 1)).day for year in (2020, 2021)] == [29, 28]
    assert (month_before(datetime.date(2021, 1, 1)), month_after(datetime.date(2020, 12, 1))) == (
        datetime.date(2020, 12, 1),
        datetime.date(2021, 1, 1),
    )
    assert ended_months(datetime.date(2021, 2, 28), 3) == [
        datetime.date(2021, 1, 1),
        datetime.date(2020, 12, 1),
        datetime.date(2020, 11, 1),
    ]


def test_a_report_is_due_so_many_working_days_after_the_month_and_late_the_day_after():
    """September 2020 ended on a Wednesday; the holidays ran from the 1st to the 8th of October."""
    for day in range(1, 9):
        CalendarDay.objects.create(day=datetime.date(2020, 10, day), name="国庆")
    CalendarDay.objects.create(day=datetime.date(2020, 10, 10), is_working=True)
    due = datetime.date(2020, 10, 14)  # 9th, 10th, 12th, 13th, 14th
    assert due_days([SEPTEMBER])[SEPTEMBER] == due
    assert newest_late(due) < SEPTEMBER
    assert newest_late(due + datetime.timedelta(days=1)) == SEPTEMBER
    LampRule.objects.create(report_days=6)
    assert due_days([SEPTEMBER])[SEPTEMBER] == due + datetime.timedelta(days=1)


def test_what_is_owed_lists_the_longest_overdue_first_and_leaves_out_what_was_handed_in(project):
    on = datetime.date(2020, 11, 3)
    for month in ("05", "06", "07"):
        make_report(project, month=f"2020-{month}-01", status="approved")
    make_report(project, month="2020-08-01", status="submitted")
    returned = make_report(project, month=SEPTEMBER, status="returned")
    owed = Owing(Project.objects.all(), on).rows
    assert [(one.month, one.report, one.is_late(on), one.lamp(on)) for one in owed] == [
        (SEPTEMBER, returned, True, "overdue"),
        (OCTOBER, None, False, "due"),
    ]
    assert [one.may_be_unchanged for one in owed] == [False, True]


def test_nothing_is_owed_for_months_before_the_start_and_first_reports_are_never_unchanged():
    make_running(actual_start=datetime.date(2020, 10, 20))
    owed = Owing(Project.objects.all(), datetime.date(2020, 11, 3)).rows
    assert [(one.month, one.is_first, one.may_be_unchanged) for one in owed] == [(OCTOBER, True, False)]


def test_what_is_owed_costs_the_same_however_many_projects_there_are():
    counts = []
    for _round in range(2):
        for _each in range(2):
            make_report(make_running(), status="approved")
        with CaptureQueriesContext(connection) as queries:
            assert Owing(Project.objects.all(), datetime.date(2020, 11, 3)).rows
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


# What a report begins with


def test_a_report_begins_with_the_last_values_and_without_money(project, user):
    result = make_result(project, actual=100, unit="人")
    untold = make_result(project, actual=7, unit="户")
    handed_in(
        project,
        user,
        progress=45,
        problems="缺水",
        next_steps="打井",
        money=[money()],
        results={result: (120, "about")},
    )
    make_report(project, month=OCTOBER, progress=90)  # a draft is no last value
    last = last_values(project, told_before(project, datetime.date(2020, 11, 1)))
    assert (last.progress, last.problems, last.next_steps) == (45, "缺水", "打井")
    assert last.results == {result: (120, "about"), untold: (7, "exact")}


def test_a_first_report_begins_with_what_the_project_says():
    project = make_running(progress=30, progress_on=datetime.date(2020, 8, 31))
    assert (told_before(project, SEPTEMBER), last_values(project, None).progress) == (None, 30)
