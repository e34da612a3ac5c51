"""The monthly report: its draft, and what handing it in refuses."""

import datetime
from decimal import Decimal
from unittest import mock

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.actions.monthly import Stale, approve_report, save_report, submit_report, submit_unchanged
from projects.models import Funding, MonthlyReport, Project, ReportedMoney
from projects.months import end_of
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from tests.factories import (
    make_county_user,
    make_division,
    make_funding,
    make_org_user,
    make_organisation,
    make_report,
    make_result,
    make_user,
)
from tests.lifecycles import LifecycleRules

from .reports import OCTOBER, SEPTEMBER, handed_in, make_running, money, saved

pytestmark = pytest.mark.django_db


class TestLifecycle(LifecycleRules):
    model = MonthlyReport
    untrue = {"progress": lambda report: MonthlyReport.objects.filter(pk=report.pk).update(progress=None)}

    def make_in(self, state, towards=""):
        return make_report(make_running(), status=state)


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
