"""The monthly report: kept as a draft, handed in by the county, and approved by a second person.

Approval is where what it tells becomes true in the register: funding lines, results, progress. Never before, and once.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions.funding import record_funding
from projects.models import Funding, MonthlyReport, ReportedMoney, ReportedResult, Result
from projects.months import end_of, last_values, told_before, why_not_asked
from registry.core.actions import locked
from registry.core.addresses import desk_page
from registry.core.dates import format_date, today
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.roles import Role
from registry.core.trail import action

Status = MonthlyReport.Status


class Stale(ValidationError):
    """Somebody else has saved the report since it was read. Nothing was changed."""


def _writable(project, month, by):
    """The project under a lock, once it is sure that `by` may tell of it for the month."""
    if not (by.has_perm("projects.change_monthlyreport") and by.holds(Role.COUNTY, Role.BUREAU, Role.PARTNER)):
        raise PermissionDenied(_("Monthly reports are written by the county."))
    project = locked(project, by=by)
    if why := why_not_asked(project, month, today()):
        raise ValidationError(why)
    return project


def _refuse_locked(project):
    if project.is_locked:
        raise ValidationError(
            _("“%s” was carried into the next campaign: its old phase takes no more reports.") % project
        )


def _editable(project, month):
    """The month's report of the project under a lock, a new one where there is none yet."""
    report = MonthlyReport.objects.select_for_update().filter(project=project, month=month).first()
    if report is not None and report.status not in MonthlyReport.EDITABLE:
        raise ValidationError(_("The report was handed in already. Have it returned if it must be corrected."))
    return report or MonthlyReport(project=project, month=month, is_demo=project.is_demo)


@action("monthlyreport.save")
def save_report(*, project, month, by, seen=0, money=None, results=None, **texts):
    """Keep the draft of a month's report; returns it.

    `seen` is the version that was read, 0 for none. `texts` are fields of the report. `money` is the whole list of
    lines, each a dict of fields of `ReportedMoney`; `results` are {result: (reached, precision)}, reached None for one
    that is not told. What is not given stays as it is. Raises Stale, ValidationError, PermissionDenied, DoesNotExist.
    """
    project = _writable(project, month, by)
    report = _editable(project, month)
    if seen != (report.version if report.pk else 0):
        raise Stale(_("Somebody else has changed this report in the meantime."))
    for name, value in texts.items():
        setattr(report, name, value)
    report.is_unchanged = False
    _keep(report)
    told = money is not None and _keep_money(report, money)
    told = _keep_results(report, results or {}) or told
    if told:  # a line belongs to what was read: the report's version counts it
        report.updated_at = timezone.now()
        report.save(update_fields=["updated_at"])
    report.refresh_from_db()
    return report


def _keep(row):
    row.full_clean()
    row.save()


def _keep_money(report, wanted):
    """Line by line in their order; whether anything changed."""
    parties = set(report.project.participations.values_list("organisation", flat=True))
    standing = list(report.money.all())
    for line in standing[len(wanted) :]:
        line.delete()
    changed = len(standing) != len(wanted)
    for place, values in enumerate(wanted):
        giver = values.get("organisation")
        if giver is not None and giver.pk not in parties:
            raise ValidationError(_("“%s” is no party to this project.") % giver)
        line = standing[place] if place < len(standing) else ReportedMoney(report=report, is_demo=report.is_demo)
        changed = _differs(line, values) or changed
    return changed


def _keep_results(report, wanted):
    standing, changed = {line.result_id: line for line in report.results.all()}, False
    for result, (reached, qualifier) in wanted.items():
        if result.project_id != report.project_id:
            raise ValidationError(_("“%s” is no result of this project.") % result)
        line = standing.get(result.pk)
        if reached is None:
            if line is not None:
                line.delete()
                changed = True
            continue
        line = line or ReportedResult(report=report, result=result, is_demo=report.is_demo)
        changed = _differs(line, {"reached": reached, "qualifier": qualifier}) or changed
    return changed


def _differs(line, values):
    """Write the values into the line where they are new; whether they were."""
    if line.pk and all(getattr(line, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(line, name, value)
    _keep(line)
    return True


@action("monthlyreport.submitted")
def submit_report(*, report, by, reason=""):
    """Hand the report in. What its approval would refuse, money beyond the commitment for one, is refused now.

    Raises ValidationError, UnlawfulMove, PermissionDenied or DoesNotExist.
    """
    project = locked(report.project, by=by)
    _refuse_locked(project)
    report = locked(report, by=by)
    last = end_of(report.month)
    if last > today():
        raise ValidationError(
            _("The month is not over yet: hand the report in from %s on. Your draft is kept.") % format_date(last)
        )
    if late := [line for line in report.money.all() if line.occurred_on and line.occurred_on > last]:
        raise ValidationError(
            _("%s was received or spent after the month's end. Report it for the month in which it happened.") % late[0]
        )
    _rehearse(report)
    report.move_to(Status.SUBMITTED, by=by, reason=reason)
    return report


class _Rehearsed(Exception):
    """Thrown to undo what was only tried."""


def _rehearse(report):
    """Try to record the money and undo it: the rules of funding stand in one place."""
    try:
        with transaction.atomic():
            _record_money(report, by=None)
            raise _Rehearsed
    except _Rehearsed:
        pass


@action("monthlyreport.unchanged")
def submit_unchanged(*, project, month, by):
    """Hand in the last values once more, as “same as last month”; returns the report.

    Raises ValidationError where nothing was told before or a draft of the month holds entries of its own.
    """
    project = _writable(project, month, by)
    before = told_before(project, month)
    if before is None:
        raise ValidationError(_("Nothing was reported of “%s” before: fill in its first report.") % project)
    report = _editable(project, month)
    if report.pk:
        raise ValidationError(_("A draft for “%s” holds entries already: open it and hand it in.") % project)
    last = last_values(project, before)
    report.progress, report.problems, report.next_steps = last.progress, last.problems, last.next_steps
    report.is_unchanged = True
    _keep(report)
    _keep_results(report, last.results)
    return submit_report(report=report, by=by)


@action("monthlyreport.approved")
def approve_report(*, report, by, reason=""):
    """Approve a report as a second person: its money becomes funding lines, its results and progress the project's.

    Raises UnlawfulMove for the submitter, ValidationError for what the rules of funding refuse, PermissionDenied
    where the person's role does not cover what the report tells, or DoesNotExist. All of it happens or nothing.
    """
    project = locked(report.project, by=by)
    _refuse_locked(project)
    report = locked(report, by=by)
    report.move_to(Status.APPROVED, by=by, reason=reason)
    _record_money(report, by=by)
    news = [line for line in report.results.select_related("result") if _is_news(line)]
    if news and not by.has_perm("projects.approve_result"):
        raise ValidationError(
            _("The report changes results, which the provincial bureau approves. Ask it to approve the report.")
        )
    for line in news:
        _approve_result(line, by)
    _take_progress(project, report)
    return report


def _record_money(report, *, by):
    """A funding line for each line of the report. Received money that county staff reported needs no second
    confirmation by the county: whoever handed the report in has confirmed it."""
    confirmed = {}
    if report.submitted_by and report.submitted_by.holds(Role.COUNTY):
        confirmed = {"confirmed_by": report.submitted_by, "confirmed_at": report.submitted_at}
    for line in report.money.select_related("organisation"):
        is_received = line.state == ReportedMoney.State.RECEIVED
        line.funding = _recorded(
            line,
            project=report.project, by=by, state=line.state, kind=Funding.Kind.CASH,
            origin=_origin(report.project, line.organisation), organisation=line.organisation,
            is_joint=line.organisation is None, amount=line.amount, qualifier=line.qualifier,
            occurred_on=line.occurred_on or end_of(report.month), voucher=line.voucher,
            excess_reason=line.excess_reason, **(confirmed if is_received else {}),
        )  # fmt: skip
        line.save(update_fields=["funding"])


def _recorded(line, **funding):
    """The funding line of a reported one; a refusal names the line."""
    try:
        return record_funding(**funding)
    except ValidationError as refusal:
        raise ValidationError([f"{line}: {words}" for words in refusal.messages]) from refusal


def _origin(project, organisation):
    """Own or raised: as the giver's last line of the project says, own where there is none."""
    lines = project.funding.standing().of_organisations().filter(organisation=organisation).order_by("-id")
    return lines.values_list("origin", flat=True).first() or Funding.Origin.OWN


def _is_news(line):
    """Whether the line says what the register does not: an older report never overwrites a newer figure."""
    result, last = line.result, end_of(line.report.month)
    if result.occurred_on and result.occurred_on > last:
        return False
    return result.status != Result.Status.APPROVED or (result.actual, result.qualifier) != (
        line.reached,
        line.qualifier,
    )


def _approve_result(line, by):
    """By the result's own life cycle: handed in by whoever reported it, approved by the second person."""
    result, report = locked(line.result), line.report
    if result.status in (Result.Status.SUBMITTED, Result.Status.APPROVED):
        words = _("Replaced by the monthly report %s.") % f"{report.month:%Y-%m}"
        result.move_to(Result.Status.RETURNED, by=by, reason=words)
    if (result.actual, result.qualifier) != (line.reached, line.qualifier):
        result.actual, result.qualifier, result.wording = line.reached, line.qualifier, ""
    result.occurred_on = end_of(report.month)
    result.move_to(Result.Status.SUBMITTED, by=report.submitted_by)
    result.move_to(Result.Status.APPROVED, by=by)


def _take_progress(project, report):
    last = end_of(report.month)
    if project.progress_on is None or project.progress_on <= last:
        project.progress, project.progress_on = report.progress, last
        project.save(update_fields=["progress", "progress_on"])


@action("monthlyreport.returned")
def return_report(*, report, by, reason):
    """Send a report back with a reason; whoever handed it in gets a message."""
    report = locked(report, by=by)
    submitter = report.submitted_by
    report.move_to(Status.RETURNED, by=by, reason=reason)
    month = f"{report.month:%Y-%m}"
    facts = {"what": "report", "title": f"{month} {report.project}", "reason": report.status_reason, "by": str(by)}
    address = (
        desk_page(report) if submitter.is_staff else reverse("my-report", args=(report.project.number, report.month))
    )
    notify([submitter], Notice.Kind.RETURNED, facts, url=address, sender=by)
    return report
