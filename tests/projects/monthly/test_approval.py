"""What the approval of a monthly report makes true: money, results and progress, by a second person."""

import datetime
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from projects.actions.monthly import approve_report, return_report
from projects.models import Funding, MonthlyReport, ReportedMoney, Result
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change, Notice
from registry.reports.figures import figures
from tests.factories import make_county_user, make_funding, make_org_user, make_result, make_user

from .reports import OCTOBER, SEPTEMBER, handed_in, money, saved

pytestmark = pytest.mark.django_db


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
