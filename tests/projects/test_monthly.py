"""The monthly report: who owes it until when, its draft, and what its approval makes true: once, and never before."""

import datetime
from decimal import Decimal
from unittest import mock

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.actions.monthly import (
    Stale,
    approve_report,
    return_report,
    save_report,
    submit_report,
    submit_unchanged,
)
from projects.models import Funding, LampRule, MonthlyReport, Project, ReportedMoney, Result
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
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import CalendarDay, Change, Notice
from registry.reports.figures import figures
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_funding,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_report,
    make_result,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = datetime.date(2020, 9, 1), datetime.date(2020, 10, 1)


@pytest.fixture
def county():
    return make_division()


@pytest.fixture
def giver():
    return make_organisation()


@pytest.fixture
def project(county, giver):
    return make_running(county=county, lead=giver)


@pytest.fixture
def user(county):
    return make_county_user(county)


@pytest.fixture
def partner_work(county):
    """A partner bureau, and a project in the county that one of its organisations runs."""
    division = make_division(code="110000", level="province")
    partner = make_user("partner")
    make_posting(partner, division)
    lead = make_organisation(authority=make_authority(division=division))
    return partner, make_running(county=county, lead=lead)


def make_running(**overrides):
    return make_project(**{"stage": "under_way", "actual_start": datetime.date(2020, 3, 1)} | overrides)


def saved(project, by, month=SEPTEMBER, **content):
    return save_report(project=project, month=month, by=by, **{"progress": 40} | content)


def money(giver=None, amount="30000", **more):
    return {"state": "received", "organisation": giver, "amount": Decimal(amount), "qualifier": "exact"} | more


def handed_in(project, by, **content):
    return submit_report(report=saved(project, by, **content), by=by)


class TestLifecycle(LifecycleRules):
    model = MonthlyReport
    untrue = {"progress": lambda report: MonthlyReport.objects.filter(pk=report.pk).update(progress=None)}

    def make_in(self, state, towards=""):
        return make_report(make_running(), status=state)


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


# The draft


def test_a_draft_is_kept_changed_and_cut_line_by_line(project, user, giver):
    result = make_result(project, actual=100)
    report = saved(
        project, user, done="开工", money=[money(giver), money(amount="5")], results={result: (110, "exact")}
    )
    first = report.money.first()
    report = saved(
        project, user, seen=report.version, progress=50, money=[money(giver, amount="40000")],
        results={result: (None, "exact")},
    )  # fmt: skip
    assert (report.progress, report.done, report.status) == (50, "开工", "draft")
    assert [(line.pk, line.amount) for line in report.money.all()] == [(first.pk, Decimal("40000.00"))]
    assert report.results.count() == 0


def test_what_is_not_given_stays(project, user):
    report = saved(project, user, done="开工", money=[money()])
    report = save_report(project=project, month=SEPTEMBER, by=user, seen=report.version, progress=60)
    assert (report.progress, report.done, report.money.count()) == (60, "开工", 1)


def test_nobody_saves_over_a_version_that_they_have_not_seen(project, user, county):
    report = saved(project, user)
    other = make_county_user(county)
    for seen in (0, report.version + 1):
        with pytest.raises(Stale):
            saved(project, other, seen=seen, progress=99)
    saved(project, other, seen=report.version, money=[money()])
    with pytest.raises(Stale):
        saved(project, user, seen=report.version, progress=99)  # a new line of money is a new version too
    assert MonthlyReport.objects.get().progress == 40


def test_saving_the_same_again_writes_nothing(project, user):
    report = saved(project, user, money=[money()])
    changes = Change.objects.count()
    again = saved(project, user, seen=report.version, money=[money()])
    assert (again.version, Change.objects.count()) == (report.version, changes)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"progress": 101}, ValidationError),
        ({"money": [money(amount="-1")]}, ValidationError),
        ({"done": "\x00"}, ValidationError),
        ({"month": datetime.date(2019, 9, 1)}, ValidationError),
        ({"month": datetime.date(2098, 9, 1)}, ValidationError),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_and_nothing_of_it_is_kept(project, user, content, error):
    with pytest.raises(error):
        saved(project, user, **content)
    assert not MonthlyReport.objects.exists()
    assert not ReportedMoney.objects.exists()


def test_only_parties_give_money_and_only_results_of_the_project_are_told(project, user):
    with pytest.raises(ValidationError, match="参与方"):
        saved(project, user, money=[money(make_organisation())])
    with pytest.raises(ValidationError, match="成效"):
        saved(project, user, results={make_result(make_running()): (1, "exact")})


def test_another_county_an_organisation_and_an_auditor_write_no_report(project, giver):
    with pytest.raises(ObjectDoesNotExist):
        saved(project, make_county_user(make_division()))
    for person in (make_org_user(giver), make_user("auditor"), make_user()):
        with pytest.raises(PermissionDenied):
            saved(project, person)


def test_the_bureau_writes_down_what_a_county_told_it(project):
    assert handed_in(project, make_user("bureau")).status == "submitted"


def test_a_locked_project_takes_no_report(project, user):
    report = saved(project, user)
    waiting = handed_in(project, user, month=OCTOBER)
    Project.objects.update(phase="locked", phase_by=user, phase_at=timezone.now())
    for attempt in (
        lambda: saved(project, user, seen=report.version),
        lambda: submit_report(report=report, by=user),
        lambda: submit_unchanged(project=project, month=datetime.date(2020, 11, 1), by=user),
        lambda: approve_report(report=waiting, by=make_user("bureau")),
    ):
        with pytest.raises(ValidationError, match="下一行动"):
            attempt()
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        MonthlyReport.objects.update(done="改")


# Handing in


def test_a_handed_in_report_is_not_written_any_more(project, user):
    report = handed_in(project, user)
    assert (report.submitted_by, report.status) == (user, "submitted")
    with pytest.raises(ValidationError, match="已提交"):
        saved(project, user, seen=report.version)


def test_without_progress_it_is_not_handed_in(project, user):
    with pytest.raises(UnlawfulMove, match="进度"):
        handed_in(project, user, progress=None)


def test_the_running_month_may_be_begun_and_not_handed_in(county, user):
    month = today().replace(day=1)
    project = make_running(county=county)
    report = saved(project, user, month=month)
    if end_of(month) > today():
        with pytest.raises(ValidationError, match="尚未结束"):
            submit_report(report=report, by=user)


def test_money_of_a_later_month_is_refused(project, user):
    report = saved(project, user, money=[money(occurred_on=datetime.date(2020, 10, 1))])
    with pytest.raises(ValidationError, match="本月之后"):
        submit_report(report=report, by=user)


def test_what_the_rules_of_funding_would_refuse_is_refused_when_handing_in_and_leaves_no_trace(project, user, giver):
    report = saved(project, user, money=[money(giver, excess_reason="追加捐赠")])
    refusal = ValidationError({"excess_reason": "到位超过签约"})
    with mock.patch("projects.actions.monthly.record_funding", side_effect=refusal) as record:
        with pytest.raises(ValidationError, match="到位超过签约"):
            submit_report(report=report, by=user)
        assert record.call_args.kwargs["excess_reason"] == "追加捐赠"
    assert MonthlyReport.objects.get().status == "draft"
    submit_report(report=report, by=user)
    assert (Funding.objects.count(), ReportedMoney.objects.get().funding) == (0, None)


def test_more_than_was_committed_is_handed_in_with_a_reason_only_and_keeps_it_when_approved(project, user, giver):
    make_funding(project, "20000", state="committed", organisation=giver)
    report = saved(project, user, money=[money(giver)])
    with pytest.raises(ValidationError) as refusal:
        submit_report(report=report, by=user)
    assert "3 万元" in refusal.value.messages[0], "the line at fault is named"
    report = saved(project, user, seen=report.version, money=[money(giver, excess_reason="追加捐赠")])
    approve_report(report=submit_report(report=report, by=user), by=make_user("bureau"))
    assert Funding.objects.get(state="received").excess_reason == "追加捐赠"


def test_unchanged_hands_in_the_last_values_once_more(project, user):
    result = make_result(project, actual=100)
    handed_in(project, user, progress=45, next_steps="打井", money=[money()], results={result: (120, "exact")})
    report = submit_unchanged(project=project, month=OCTOBER, by=user)
    assert (report.status, report.is_unchanged, report.progress, report.next_steps, report.done) == (
        "submitted", True, 45, "打井", "",
    )  # fmt: skip
    assert report.money.count() == 0
    assert [(line.result, line.reached) for line in report.results.all()] == [(result, 120)]


def test_unchanged_needs_an_earlier_report_and_never_drops_a_draft(project, user):
    with pytest.raises(ValidationError, match="首次月报"):
        submit_unchanged(project=project, month=SEPTEMBER, by=user)
    handed_in(project, user)
    saved(project, user, month=OCTOBER, done="我的草稿")
    with pytest.raises(ValidationError, match="草稿"):
        submit_unchanged(project=project, month=OCTOBER, by=user)
    assert MonthlyReport.objects.get(month=OCTOBER).done == "我的草稿"
    with pytest.raises(PermissionDenied):
        submit_unchanged(project=project, month=OCTOBER, by=make_user("auditor"))


# Approval


def shown(user, *codes):
    return {figure.code: figure.quantity.value for figure in figures(user=user, codes=codes)}


def test_nothing_of_a_report_counts_before_it_is_approved_and_all_of_it_once_it_is(project, user, giver):
    bureau = make_user("bureau")
    result = make_result(project, actual=100, unit="人次", status="draft")
    make_funding(project, "50000", state="committed", organisation=giver)
    report = handed_in(
        project, user, progress=60, money=[money(giver, voucher="凭证1", occurred_on=datetime.date(2020, 9, 15))],
        results={result: (150, "about")},
    )  # fmt: skip
    assert shown(bureau, "funds", "beneficiaries") == {"funds": 50000, "beneficiaries": 0}
    approve_report(report=report, by=bureau)
    assert shown(bureau, "funds", "beneficiaries") == {"funds": 30000, "beneficiaries": 150}
    line = Funding.objects.get(state="received")
    assert (line.amount, line.organisation, line.voucher, line.occurred_on) == (
        30000, giver, "凭证1", datetime.date(2020, 9, 15),
    )  # fmt: skip
    assert (line.confirmed_by, line.confirmed_at) == (user, report.submitted_at)
    assert ReportedMoney.objects.get().funding == line
    result.refresh_from_db()
    assert (result.actual, result.qualifier, result.status, result.occurred_on) == (
        150, "about", "approved", datetime.date(2020, 9, 30),
    )  # fmt: skip
    assert (result.submitted_by, result.approved_by) == (user, bureau)
    project.refresh_from_db()
    assert (project.progress, project.progress_on) == (60, datetime.date(2020, 9, 30))
    with pytest.raises(UnlawfulMove):
        approve_report(report=report, by=make_user("bureau"))
    assert Funding.objects.filter(state="received").count() == 1


def test_all_of_an_approval_stands_in_the_trail_under_one_name_and_one_transaction(project, user):
    result = make_result(project, actual=1)
    report = handed_in(project, user, money=[money()], results={result: (2, "exact")})
    before, bureau = Change.objects.latest("id").pk, make_user("bureau")
    approve_report(report=report, by=bureau)
    changes = Change.objects.filter(pk__gt=before, table_name__startswith="projects_")
    assert {change.actor_id for change in changes} == {bureau.pk}
    assert {change.table_name for change in changes} == {
        "projects_monthlyreport", "projects_funding", "projects_reportedmoney", "projects_result", "projects_project",
    }  # fmt: skip
    assert len({change.transaction for change in changes}) == 1


def test_received_money_that_the_bureau_wrote_down_still_waits_for_the_county(project):
    report = handed_in(project, make_user("bureau"), money=[money(), money(amount="10", state="spent")])
    approve_report(report=report, by=make_user("bureau"))
    assert [(line.state, line.confirmed_by) for line in Funding.objects.all()] == [("received", None), ("spent", None)]


def test_spent_money_is_never_confirmed(project, user):
    report = handed_in(project, user, money=[money(), money(amount="10", state="spent")])
    approve_report(report=report, by=make_user("bureau"))
    assert Funding.objects.get(state="spent").confirmed_at is None


def test_money_keeps_the_origin_that_its_giver_has_named(project, user, giver):
    make_funding(project, "90000", state="committed", organisation=giver, origin="raised")
    approve_report(report=handed_in(project, user, money=[money(giver), money()]), by=make_user("bureau"))
    assert [line.origin for line in Funding.objects.filter(state="received")] == ["raised", "own"]


def test_money_without_a_day_is_dated_on_the_month_s_last(project, user):
    approve_report(report=handed_in(project, user, money=[money()]), by=make_user("bureau"))
    assert Funding.objects.get().occurred_on == datetime.date(2020, 9, 30)


def test_a_refused_line_refuses_the_whole_approval(project, user):
    report = handed_in(project, user, progress=60, money=[money()])
    with (
        mock.patch("projects.actions.monthly.record_funding", side_effect=ValidationError("不行")),
        pytest.raises(ValidationError, match="不行"),
    ):
        approve_report(report=report, by=make_user("bureau"))
    project.refresh_from_db()
    assert (MonthlyReport.objects.get().status, project.progress) == ("submitted", None)


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "returned"])
def test_a_result_in_any_state_is_replaced_and_approved_by_two_persons(project, user, status):
    result = make_result(project, actual=100, status=status)
    bureau = make_user("bureau")
    approve_report(report=handed_in(project, user, results={result: (130, "exact")}), by=bureau)
    result.refresh_from_db()
    assert (result.actual, result.status, result.submitted_by, result.approved_by) == (130, "approved", user, bureau)


def test_an_approved_result_that_is_told_unchanged_is_left_alone(project, user):
    result = make_result(project, actual=100)
    approve_report(report=handed_in(project, user, results={result: (100, "exact")}), by=make_user("bureau"))
    assert Result.objects.get().version == result.version


def test_an_older_month_never_takes_progress_or_results_back(project, user):
    result, bureau = make_result(project, actual=100), make_user("bureau")
    older = handed_in(project, user, progress=40, results={result: (110, "exact")})
    newer = handed_in(project, user, month=OCTOBER, progress=70, results={result: (150, "exact")})
    for report in (newer, older):
        approve_report(report=report, by=bureau)
    project.refresh_from_db()
    result.refresh_from_db()
    assert (project.progress, project.progress_on, result.actual) == (70, datetime.date(2020, 10, 31), 150)


def test_nobody_approves_their_own_report(project):
    bureau = make_user("bureau")
    report = handed_in(project, bureau)
    with pytest.raises(UnlawfulMove, match="另一人"):
        approve_report(report=report, by=bureau)


def test_neither_county_nor_organisation_approves(project, user, giver, county):
    report = handed_in(project, user)
    for person in (make_county_user(county), make_org_user(giver)):
        with pytest.raises(PermissionDenied):
            approve_report(report=report, by=person)


def test_a_partner_bureau_approves_what_changes_no_result_and_sends_the_rest_to_the_bureau(user, county, partner_work):
    partner, project = partner_work
    result = make_result(project, actual=100)
    approve_report(report=handed_in(project, user, results={result: (100, "exact")}), by=partner)
    report = handed_in(project, user, month=OCTOBER, results={result: (130, "exact")})
    with pytest.raises(ValidationError, match="省厅"):
        approve_report(report=report, by=partner)
    assert MonthlyReport.objects.get(pk=report.pk).status == "submitted"


def test_a_returned_report_needs_a_reason_and_tells_whoever_handed_it_in(project, user):
    bureau = make_user("bureau")
    report = handed_in(project, user)
    with pytest.raises(UnlawfulMove):
        return_report(report=report, by=bureau, reason=" ")
    report = return_report(report=report, by=bureau, reason="请补充照片")
    assert (report.status, report.submitted_by, report.status_reason) == ("returned", None, "请补充照片")
    notice = Notice.objects.get()
    assert (notice.recipient, notice.sender, notice.kind) == (user, bureau, "returned")
    assert notice.facts["reason"] == "请补充照片"
    assert notice.url == reverse("my-report", args=(project.number, SEPTEMBER))
    report.refresh_from_db()
    assert saved(project, user, seen=report.version, progress=55).status == "returned"


def test_an_approval_sends_no_message(project, user):
    approve_report(report=handed_in(project, user), by=make_user("bureau"))
    assert not Notice.objects.exists()
