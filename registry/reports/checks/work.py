"""Checks of the work itself: what was left lying, what is late, what was never shown."""

import datetime

from django.db.models import Exists, F, OuterRef, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Document, MonthlyReport, Pledge, Project, ProjectStep
from projects.models.documents import DocumentKind
from projects.models.stages import Stage
from projects.months import HANDED_IN, needing_report, newest_late
from registry.core.dates import SHANGHAI
from registry.core.models import Change

from .money import months_before, of_project
from .rule import Limit, Rule, Told

ACCEPTED = (Stage.ACCEPTED, Stage.AFTERCARE, Stage.CLOSED)
HOLDERS = ("project", "step__project", "funding__project", "result__project", "agreement__project", "report__project")
"""The ways by which a file belongs to a project."""


def _start_of(day):
    return datetime.datetime.combine(day, datetime.time(), SHANGHAI)


def _without_files(projects, asked):
    for holder in HOLDERS:
        projects = projects.filter(~Exists(Document.objects.filter(**{holder: OuterRef("pk")})))
    return projects.landed().order_by("-year", "-id")


def _without_notice(projects, asked):
    notices = Document.objects.filter(kind=DocumentKind.NOTICE)
    for holder in ("project", "step__project"):
        projects = projects.filter(~Exists(notices.filter(**{holder: OuterRef("pk")})))
    return projects.filter(stage__in=ACCEPTED).order_by("-year", "-id")


def _stale(projects, asked):
    changes = Change.objects.filter(root_table=Project._meta.db_table, root_pk=Cast(OuterRef("pk"), TextField()))
    return (
        projects.landed()
        .exclude(stage__in=(Stage.CLOSED, Stage.TERMINATED))
        .filter(phase=Project.Phase.OPEN)
        .annotate(last_change=Subquery(changes.order_by("-id").values("at")[:1]))
        .filter(last_change__lt=_start_of(months_before(asked.on, asked.limit)))
        .order_by("last_change", "pk")
    )


def _tell_stale(project, asked):
    last = timezone.localtime(project.last_change, SHANGHAI).date()
    return of_project(project, _("Nothing was written since."), since=last)


def _abandoned(steps, asked):
    late = steps.overdue(asked.on).filter(stage=Stage.AFTERCARE, project__stage__in=ACCEPTED)
    return late.select_related("project").order_by("due_on", "pk")


def _tell_step(step, asked):
    days = (asked.on - step.due_on).days
    about = f"{step.project.number} {step.project.name}"
    return Told(str(step), about, None, step.due_on, _("Overdue by %d days.") % days)


def _unreported(projects, asked):
    month = newest_late(asked.on)
    reports = MonthlyReport.objects.filter(project=OuterRef("pk"), month=month, status__in=HANDED_IN)
    return needing_report(projects, month).filter(~Exists(reports)).order_by("number")


def _tell_unreported(project, asked, month):
    return of_project(project, _("No report for %s was handed in.") % f"{month:%Y-%m}", since=month)


def _of_pledge(pledge, since, words):
    return Told(f"{pledge.number} {pledge.organisation}", str(pledge.need or ""), None, since, words)


def _pledges(rows):
    return rows.select_related("organisation", "need").order_by(F("answer_by").asc(nulls_last=True), "status_at", "pk")


def _unanswered(rows, asked):
    return _pledges(rows.late(asked.on))


def _tell_unanswered(pledge, asked):
    side = _("The bureau owes the answer.") if pledge.status == Pledge.Status.SUBMITTED else _("The county owes it.")
    return _of_pledge(pledge, pledge.answer_by, side)


def _unsigned(rows, asked):
    until = _start_of(asked.on - datetime.timedelta(days=asked.limit))
    return _pledges(rows.filter(status=Pledge.Status.CONFIRMED, status_at__lt=until))


def _tell_unsigned(pledge, asked):
    since = timezone.localtime(pledge.status_at, SHANGHAI).date()
    return _of_pledge(pledge, since, _("Confirmed %d days ago and not signed.") % (asked.on - since).days)


RULES = (
    Rule(
        "no-files", gettext_lazy("Landed without any file"),
        gettext_lazy(
            "Landed projects without a single file: on the project, its steps, money, results, agreements or reports."
        ),
        gettext_lazy("Nothing proves that the project exists. Attach agreement, photos and acceptance."),
        Project, _without_files, lambda project, asked: of_project(project, project.get_stage_display()),
    ),
    Rule(
        "no-notice", gettext_lazy("No public notice"),
        gettext_lazy("Projects that were accepted, and whose public notice is in no file of theirs or of their steps."),
        gettext_lazy("What was accepted is to be made public (公示). Make it up, and attach the notice."),
        Project, _without_notice, lambda project, asked: of_project(project, project.get_stage_display()),
    ),
    Rule(
        "stale", gettext_lazy("Stale projects"),
        gettext_lazy(
            "Landed projects that are not over, and of which nothing at all was written for so many months, by the "
            "trail: no step, report, money, result or note."
        ),
        gettext_lazy("The project stands still, or nobody reports. Ask the county and the leading organisation."),
        Project, _stale, _tell_stale, Limit("months", gettext_lazy("months"), 6, 60),
    ),
    Rule(
        "abandoned", gettext_lazy("Abandoned after completion"),
        gettext_lazy("Open aftercare steps past their due date, of projects that were accepted."),
        gettext_lazy("What was built may not be looked after. Have the step done, or move its date with a reason."),
        ProjectStep, _abandoned, _tell_step,
    ),
    Rule(
        "late-reports", gettext_lazy("Late monthly reports"),
        gettext_lazy(
            "Projects whose report for the newest month that is due was not handed in. Reports are cumulative: older "
            "months are told by it."
        ),
        gettext_lazy("The figures of the project are out of date. Chase the county."),
        Project, _unreported, _tell_unreported, along=lambda rows, asked: newest_late(asked.on),
    ),
    Rule(
        "unanswered-pledges", gettext_lazy("Pledges without an answer"),
        gettext_lazy("Pledges whose answer, by the bureau or by the county, was due and has not come."),
        gettext_lazy("The giver waits. Accept, confirm or decline."),
        Pledge, _unanswered, _tell_unanswered,
    ),
    Rule(
        "unsigned-pledges", gettext_lazy("Confirmed and not signed"),
        gettext_lazy("Pledges that the county has confirmed more than so many days ago, and that nobody has signed."),
        gettext_lazy("They bind the need's gap and bring nothing. Sign them, or release the need."),
        Pledge, _unsigned, _tell_unsigned, Limit("days", gettext_lazy("days"), 30, 366),
    ),
)  # fmt: skip
