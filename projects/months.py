"""Which project owes which monthly report, by when, and what was told last: for the county's pages and the desk alike.

A month is its first day. Reports are cumulative but for money, so what is older than `ASKED` months is told by the
next report and no longer asked for.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from projects.models import LampRule, MonthlyReport, Project
from projects.models.checklists import Lamp
from projects.models.stages import Stage
from registry.core.dates import format_date
from registry.core.workdays import Calendar

ONE = datetime.timedelta(days=1)
ASKED = 6
"""Months that have ended and are still asked for."""

HANDED_IN = (MonthlyReport.Status.SUBMITTED, MonthlyReport.Status.APPROVED)


def first_of(day):
    return day.replace(day=1)


def month_before(month):
    return first_of(month - ONE)


def month_after(month):
    return first_of(month.replace(day=28) + datetime.timedelta(days=4))


def end_of(month):
    """The last day of the month."""
    return month_after(month) - ONE


def ended_months(on, number=ASKED):
    """The months that are over on the day `on`, newest first."""
    months = [month_before(first_of(on))]
    while len(months) < number:
        months.append(month_before(months[-1]))
    return months


def needing_report(projects, month):
    """Those of `projects` that must be reported on for the month: landed and not over, not locked by a transition
    into the next campaign, and started before the month's end. A project whose start is not stated is not asked for."""
    return (
        projects.landed()
        .exclude(stage__in=(Stage.CLOSED, Stage.TERMINATED))
        .filter(phase=Project.Phase.OPEN, actual_start__lte=end_of(month))
    )


def why_not_asked(project, month, on):
    """Why no report of the project can be kept for the month on the day `on`, in words; "" where one can.

    One can for each month that has begun and of which `needing_report` asks, and so long as the project is neither over
    nor locked.
    """
    if project.is_locked:
        return _("“%s” was carried into the next campaign: its old phase takes no more reports.") % project
    if month > first_of(on):
        return _("The month has not begun yet: its report can be written from %s on.") % format_date(month)
    if project.stage in (Stage.CLOSED, Stage.TERMINATED):
        told = {"project": project, "stage": project.get_stage_display()}
        return _("“%(project)s” is over (%(stage)s): no more reports are asked for.") % told
    if not Project.objects.filter(pk=project.pk).landed().exists():
        return _("“%s” is not under way yet: reports begin when it is.") % project
    if project.actual_start is None:
        return _("The register does not say when “%s” began: ask the bureau to enter it, then reports begin.") % project
    if project.actual_start > end_of(month):
        told = {"project": project, "day": format_date(project.actual_start), "month": f"{project.actual_start:%Y-%m}"}
        return _("“%(project)s” began on %(day)s only: its first report is the one for %(month)s.") % told
    return ""


def due_on(month, rule, calendar=None):
    """The last day on which the month's report is in time: so many working days after the month's end."""
    return (calendar or Calendar()).add(end_of(month), rule.report_days)


def due_days(months, rule=None):
    """{month: due_on} of months in a row, newest first; a query for the rule where none is given, and one a year."""
    rule, calendar = rule or LampRule.objects.current(), Calendar()
    return {month: due_on(month, rule, calendar) for month in months}


def newest_late(on):
    """The newest month whose reports were due before `on`; those of all earlier months were too."""
    return next(month for month, due in due_days(ended_months(on)).items() if due < on)


@dataclass
class Owed:
    """A report that is not handed in. `report` is None until its first draft; `is_first`: nothing was told before."""

    project: Project
    month: datetime.date
    due: datetime.date
    report: MonthlyReport | None
    is_first: bool

    def is_late(self, on):
        return self.due < on

    def lamp(self, on):
        return Lamp.OVERDUE if self.is_late(on) else Lamp.DUE

    @property
    def may_be_unchanged(self):
        """Whether “same as last month” is an answer: there is something to be the same as, and nothing typed yet."""
        return self.report is None and not self.is_first

    @property
    def is_returned(self):
        return self.report is not None and self.report.status == MonthlyReport.Status.RETURNED


class Owing:
    """The reports that `projects` owe on a day, the longest overdue first. Few queries, however many projects."""

    def __init__(self, projects, on, rule=None):
        self.on, self.months, self.rule = on, ended_months(on), rule
        told = Min("reports__month", filter=Q(reports__status__in=HANDED_IN))
        self._asked = needing_report(projects, self.months[0]).order_by()
        self.projects = list(self._asked.annotate(first_told=told).order_by("number"))

    @cached_property
    def rows(self):
        if not self.projects:
            return []
        due = due_days(self.months, self.rule)
        found = MonthlyReport.objects.filter(project__in=self._asked.values("pk"), month__in=self.months)
        reports = {(report.project_id, report.month): report for report in found}
        owed = []
        for month in reversed(self.months):
            for project in self.projects:
                report = reports.get((project.pk, month))
                if project.actual_start <= end_of(month) and (report is None or report.status not in HANDED_IN):
                    is_first = project.first_told is None or project.first_told >= month
                    owed.append(Owed(project, month, due[month], report, is_first))
        return owed

    @property
    def late(self):
        return [owed for owed in self.rows if owed.is_late(self.on)]


def told_before(project, month):
    """The newest report handed in for an earlier month, with its results; None where there is none."""
    return _told([project]).filter(month__lt=month).first()


def told_of(projects):
    """{project key: its reports that were handed in, newest first}, for many at once."""
    told = {}
    for report in _told(projects):
        told.setdefault(report.project_id, []).append(report)
    return told


def _told(projects):
    return MonthlyReport.objects.filter(project__in=projects, status__in=HANDED_IN).prefetch_related("results")


@dataclass(frozen=True)
class LastValues:
    """What a new report begins with: `results` are {result: (reached, precision)}; money is never carried over."""

    progress: int | None
    problems: str
    next_steps: str
    results: dict


def last_values(project, before):
    """The values of the report `before`; what no report has told is taken from the project."""
    told = {line.result_id: (line.reached, line.qualifier) for line in before.results.all()} if before else {}
    results = {
        result: told.get(result.pk, (result.actual, result.qualifier))
        for result in project.results.all()
        if result.pk in told or result.actual is not None
    }
    if before is None:
        return LastValues(project.progress, "", "", results)
    return LastValues(before.progress, before.problems, before.next_steps, results)
