"""Projects that a county or an organisation works with: the list, its printed ledger, and the page of one."""

from django.db.models import OuterRef, Prefetch, Subquery
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from projects.board.standard import standard_ledger
from projects.filters import ProjectFilters
from projects.lamps import lamp_of, month_lamp, standing_of
from projects.models import Document, LampRule, MonthlyReport, Project, ProjectStep, Side
from projects.models.documents import DocumentKind
from projects.months import HANDED_IN, Owing
from projects.tables import Row, ledger
from projects.whole import Whole, whole_projects
from registry.core.dates import today
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing

from .forms import givers_of
from .guard import my_page
from .home import names_of

COLUMNS = (
    ("number", _("Number"), "", "rising"),
    ("name", _("Project"), "", "rising"),
    ("", _("Lamp"), "", ""),
    ("", _("Stage"), "", ""),
    ("", _("Committed (10,000 yuan)"), "num", ""),
    ("", _("Received (10,000 yuan)"), "num", ""),
    ("", _("Progress"), "num", ""),
    ("", _("Last report"), "", ""),
)
PRINTED = 1000
"""Rows of a printed ledger, at most."""


class MyRow(Row):
    """A row of the ledger with what its own people want to see of it."""

    def __init__(self, values, on, rule):
        super().__init__(values)
        self.progress, self.last_month = values["progress"], values["last_month"]
        self.side = Side(values["next_side"]).label if values["next_side"] else ""
        self.lamp = lamp_of(ProjectStep(due_on=values["next_due"]), on, rule) if values["next_side"] else ""

    @property
    def committed(self):
        return self.sum("committed")

    @property
    def received(self):
        return self.sum("received")

    @property
    def pledged(self):
        return self.sum("pledged")


def my_ledger(found):
    """The rows with progress, the side and due date of the most urgent open step, and the last report."""
    steps = ProjectStep.objects.filter(project=OuterRef("pk"), status__in=ProjectStep.OPEN).order_by("due_on")
    reports = MonthlyReport.objects.filter(project=OuterRef("pk"), status__in=HANDED_IN).order_by("-month")
    columns = {
        "next_side": Subquery(steps.values("side")[:1]), "next_due": Subquery(steps.values("due_on")[:1]),
        "last_month": Subquery(reports.values("month")[:1]),
    }  # fmt: skip
    return ledger(found, extra=("progress",), **columns)


def _filters(request):
    return ProjectFilters(request.GET, Project.objects.within_scope_of(request.user), request=request)


def _rows(listing):
    day, rule = today(), LampRule.objects.current()
    return [MyRow(values, day, rule) for values in listing.page]


@my_page
@require_safe
@gives_files
def projects(request):
    listing = Listing(_filters(request), my_ledger, as_file=True)
    if listing.is_file:
        page = standard_ledger(listing, request.user, on=today(), rule=LampRule.objects.current())
        return hand_out(request, page)
    context = {
        "listing": listing,
        "ways": listing.ways_out(request),
        "rows": _rows(listing),
        "heads": list(listing.heads(COLUMNS)),
    }
    return render(request, "my/projects.html", context, status=listing.status)


@my_page
@require_safe
def printed(request):
    """The whole ledger under its usual head, for paper; the same questions may be asked as of the list."""
    listing = Listing(_filters(request), my_ledger, size=PRINTED)
    rows = _rows(listing)
    keys = [row.id for row in rows]
    last = MonthlyReport.objects.filter(project__in=keys, status__in=HANDED_IN).order_by("project_id", "-month")
    reports = {report.project_id: report for report in last.distinct("project_id")}
    with_results = Project.objects.filter(pk__in=keys).select_related("officer").prefetch_related("results")
    about = {project.pk: project for project in with_results}
    context = {
        "listing": listing,
        "names": names_of(request.user),
        "rows": [(row, about[row.id], reports.get(row.id), _counted(about[row.id])) for row in rows],
    }
    return render(request, "my/ledger.html", context, status=listing.status)


def _counted(project):
    """Approved households and person-times, by unit: they are never added together."""
    approved = [result for result in project.results.all() if result.status == result.Status.APPROVED]
    return {
        name: sum(result.actual for result in approved if result.unit == unit)
        for name, unit in (("households", "户"), ("times", "人次"))
        if any(result.unit == unit for result in approved)
    }


@my_page
@require_safe
def project(request, number):
    mine = Project.objects.within_scope_of(request.user).values("pk")
    number = number.replace("\x00", " ")  # the database has no such text, and no project such a number
    found = get_object_or_404(whole_projects(request.user).filter(pk__in=mine), number=number)
    user, day = request.user, today()
    whole = Whole(found, user)
    whole.in_scope = True  # the query above has asked already
    rule = LampRule.objects.current()
    writes = user.has_perm("projects.submit_monthlyreport")
    owed = Owing(Project.objects.filter(pk=found.pk), day, rule).rows if writes else []
    context = {
        "project": found,
        "whole": whole,
        "steps": _steps(found, user, day, rule),
        "documents": [document for document in whole.documents if not document.step_id],
        "owed": [(one, month_lamp(one, day)) for one in owed],
        "reports": MonthlyReport.objects.filter(project=found)[:24],
        "difficulties": found.difficulties.all(),
        "confirms": user.has_perm("projects.confirm_funding"),
        "may_enter_money": user.has_perm("projects.add_funding") and bool(givers_of(found, user)),
        "may_raise": user.has_perm("projects.add_difficulty"),
    }
    return render(request, "my/project.html", context)


def _steps(found, user, on, rule):
    """[(step with its files, its lamp and what it waits for, what is missing, whether the person reports it)]."""
    files = Prefetch("documents", Document.objects.order_by("pk"))
    steps = ProjectStep.objects.filter(project=found).select_related("responsible", "depends_on")
    return [
        (step, standing_of(step, on, rule, page_of_step), step.missing_evidence(), may_report(step, user))
        for step in steps.prefetch_related(files)
    ]


def page_of_step(step):
    return reverse("my-step", args=(step.pk,))


def may_report(step, user):
    """Whether the person may attach files to the step and ask for its sign-off, evidence and order aside."""
    move = step.lifecycle.find(step.status, ProjectStep.Status.DONE)
    return move is not None and user.has_perm(move.permission) and step.allows(move, user)


def kind_wanted(step):
    """The kind of file to offer first: the first that is missing, else a photo."""
    return next(iter(step.missing_kinds()), DocumentKind.PHOTO)
