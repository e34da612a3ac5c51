"""Monthly reports of the made-up projects: approved, submitted, returned, begun, and missing, in the demo county above
all. They tell of progress and results as these stand, and of no money: the funding lines are there already."""

import datetime

from projects.models import Document, MonthlyReport, Project, ReportedResult, Result
from projects.models.documents import DocumentKind
from projects.models.stages import Stage
from projects.months import due_days, end_of, ended_months, needing_report
from registry.core.blobs import store
from registry.core.loading import write_all

from .files import picture

Status = MonthlyReport.Status
AHEAD = (5, 0, -4, 2, -16, 0, -38)
"""How far projects are before or behind the straight line from start to end, in turn, in percentage points."""

LAST = (None, Status.SUBMITTED, Status.APPROVED, Status.RETURNED, Status.APPROVED, Status.DRAFT, Status.SUBMITTED)
BEFORE_LAST = (Status.APPROVED, Status.APPROVED, None, Status.APPROVED, Status.SUBMITTED, Status.APPROVED)
AT_HOME = ((None, None), (None, Status.RETURNED), (None, Status.APPROVED), (None, Status.SUBMITTED))
"""In the demo county nothing of the last month is handed in yet: (last month, the one before), in turn."""


def make_reports(world, plans):
    months = ended_months(world.today)
    asked = set(needing_report(Project.objects.filter(is_demo=True), months[0]).values_list("pk", flat=True))
    due, told = due_days(months), {}
    for place, plan in enumerate(plan for plan in plans if plan.project.pk in asked):
        told[plan.project.pk] = [
            _report(world, plan, place, month, status, due[month])
            for month, status in zip(months, _states(world, plan, place, len(months)), strict=True)
            if status and plan.project.actual_start <= end_of(month)
        ]
    write_all(MonthlyReport, [report for reports in told.values() for report in reports])
    last = [approved for approved in map(_last_approved, told.values()) if approved]
    _tell_progress(plans, last)
    _tell_results(last)
    _add_photos(world, last[::5])


def _states(world, plan, place, number):
    """The states of the reports of a project, the newest month first; what is older was approved."""
    if world.counties[0] in plan.counties:
        newest = AT_HOME[plan.serial // 20 % len(AT_HOME)]
    else:
        newest = LAST[place % len(LAST)], BEFORE_LAST[place % len(BEFORE_LAST)]
    return [*newest, *[Status.APPROVED] * (number - 2)]


def _report(world, plan, place, month, status, due):
    words, dice = world.words["reports"], world.dice(f"reports/{plan.serial}/{month}")
    person = world.county_person(plan.counties[0] if plan.counties else None)
    approver = world.people["verifier" if place % 2 else "bureau"]
    at = world.instant(world.past(due - datetime.timedelta(days=dice.randint(0, 4))))
    signed = {}
    if status in (Status.SUBMITTED, Status.APPROVED):
        signed = {"submitted_by": person, "submitted_at": at}
    if status == Status.APPROVED:
        at = world.instant(world.past(due + datetime.timedelta(days=dice.randint(1, 5))), 16)
        signed |= {"approved_by": approver, "approved_at": at}
    return MonthlyReport(
        project=plan.project, month=month, progress=_progress(plan, place, month), status=status, status_at=at,
        status_reason=dice.choice(words["returned"]) if status == Status.RETURNED else "",
        is_unchanged=status == Status.APPROVED and dice.random() < 0.1, done=dice.choice(words["done"]),
        problems=dice.choice(words["problems"]), next_steps=dice.choice(words["next_steps"]), is_demo=True, **signed,
    )  # fmt: skip


def _progress(plan, place, month):
    """Percent at the month's end, along the straight line with each project's own lead or lag."""
    project, last = plan.project, end_of(month)
    if plan.has_come_to(Stage.FINISHED) and project.actual_end <= last:
        return 100
    whole = (project.planned_end - project.planned_start).days
    planned = (last - project.planned_start).days * 100 // whole
    return max(3, min(96, planned + AHEAD[place % len(AHEAD)]))


def _last_approved(reports):
    return next((report for report in reports if report.status == Status.APPROVED), None)


def _tell_progress(plans, reports):
    projects = {plan.project.pk: plan.project for plan in plans}
    for report in reports:
        project = projects[report.project_id]
        project.progress, project.progress_on = report.progress, end_of(report.month)
    changed = [projects[report.project_id] for report in reports]
    Project.objects.bulk_update(changed, ("progress", "progress_on"), batch_size=500)


def _tell_results(reports):
    """The newest approved report of a project tells its approved results as they stand."""
    by_project = {report.project_id: report for report in reports}
    results = Result.objects.filter(project__in=by_project).approved()
    lines = [
        ReportedResult(
            report=by_project[result.project_id], result=result, reached=result.actual, qualifier=result.qualifier,
            is_demo=True,
        )
        for result in results
    ]  # fmt: skip
    write_all(ReportedResult, lines)


def _add_photos(world, reports):
    words, blob = world.words["reports"], store(picture(), "demo-photo.png", by=world.people["bureau"])
    photos = [
        Document(
            report=report, kind=DocumentKind.PHOTO, title=words["photo"], blob=blob, original_name="demo-photo.png",
            dated=end_of(report.month), place=words["place"], uploaded_by=report.submitted_by, is_demo=True,
        )
        for report in reports
    ]  # fmt: skip
    write_all(Document, photos)
