"""Monthly reports on the desk: read beside the month before, judged by a second person, and who is late with them."""

from collections import Counter

from django.contrib import admin
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counties.models import Division
from projects.actions.monthly import approve_report, return_report, submit_report
from projects.answerable import counties_with_staff
from projects.lamps import status_of
from projects.models import MonthlyReport, Project, Site, StandardReason
from projects.months import ASKED, HANDED_IN, due_days, ended_months, needing_report, newest_late, told_before
from registry.core.addresses import desk_list, desk_page
from registry.core.admin import Panel, Way
from registry.core.dates import format_date, today
from registry.core.desk_pages import desk_page_at
from registry.core.history import name_actions
from registry.core.quantity import Quantity, format_quantity

from .documents import documents_panel
from .parts import CountyFilter, OfProjectAdmin

Status = MonthlyReport.Status

MOST = 500
"""So many projects does the page of late reports show at once; where more are late, one county after the other."""

name_actions(
    {
        "monthlyreport.save": gettext_lazy("Draft of a monthly report kept"),
        "monthlyreport.submitted": gettext_lazy("Monthly report handed in"),
        "monthlyreport.unchanged": gettext_lazy("Monthly report handed in as unchanged"),
        "monthlyreport.approved": gettext_lazy("Monthly report approved"),
        "monthlyreport.returned": gettext_lazy("Monthly report returned"),
    }
)


def reports_panel(request, project):
    """The monthly reports of a project, for its page on the desk."""
    panel = Panel(
        _("Monthly reports"),
        (
            (_("month"), "nowrap"), (_("progress"), "num"), (_("what was done"), ""), (_("problems"), ""),
            (_("photos"), "num"), (_("status"), ""),
        ),
        _("No month has been reported yet."),
        "reports",
        more=(desk_list(MonthlyReport, f"?project__id__exact={project.pk}"), _("All reports")),
    )  # fmt: skip
    if request.user.has_perm("projects.add_monthlyreport"):
        month = ended_months(today(), 1)[0]
        if needing_report(Project.objects.filter(pk=project.pk), month).exists():
            panel.new = (reverse("my-report", args=(project.number, month)), _("Write a report for the county"))
    for report in project.reports.annotate(photos=Count("documents")).order_by("-month")[:24]:
        panel.add(
            desk_page(report), f"{report.month:%Y-%m}", percent(report.progress), report.done, report.problems,
            str(report.photos or ""), status_of(report),
        )  # fmt: skip
    return panel


def percent(number):
    return "" if number is None else f"{number}%"


class MonthFilter(admin.SimpleListFilter):
    title = gettext_lazy("month")
    parameter_name = "of"

    def lookups(self, request, model_admin):
        return [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in ended_months(today(), 12)]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        months = [month for month in ended_months(today(), 12) if f"{month:%Y-%m}" == self.value()]
        return queryset.filter(month__in=months)


class HandedInFilter(admin.SimpleListFilter):
    title = gettext_lazy("handing in")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("late", _("late: begun or returned, and due already")), ("mine", _("waiting for my approval"))]

    def queryset(self, request, queryset):
        if self.value() == "late":
            return queryset.exclude(status__in=HANDED_IN).filter(month__lte=newest_late(today()))
        return queryset.waiting_for(request.user) if self.value() == "mine" else queryset


@admin.register(MonthlyReport)
class MonthlyReportAdmin(OfProjectAdmin):
    """Read-only: a report is written under `/my/`, by the county or for it."""

    slug = "reports"
    list_display = (
        "month_",
        "project",
        "progress_",
        "light",
        "status",
        "submitted_by_",
        "submitted_at",
        "is_unchanged",
    )
    list_display_links = ("month_", "project")
    list_filter = (MonthFilter, HandedInFilter, "status", CountyFilter, "is_unchanged", "is_demo")
    change_list_template = "admin/monthly_list.html"
    list_select_related = ("project", "submitted_by")
    ordering = ("-month", "project__number")
    fieldsets = (
        (None, {"fields": ("project", "month_", ("progress_", "unchanged"), "done", "problems", "next_steps")}),
        (
            gettext_lazy("State"),
            {"fields": ("status", ("submitted_by", "submitted_at"), ("approved_by", "approved_at"))},
        ),
    )
    readonly_fields = (
        "month_",
        "progress_",
        "unchanged",
        "status",
        "submitted_by",
        "submitted_at",
        "approved_by",
        "approved_at",
    )

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "project__id__exact" or super().lookup_allowed(lookup, value, request)

    def frozen(self, obj):
        return True

    def has_add_permission(self, request):
        return False

    def listed(self, rows):
        late = Q(month__lte=newest_late(today())) & ~Q(status__in=HANDED_IN)
        return rows.annotate(is_late=Case(When(late, then=Value(True)), default=Value(False)))

    @staticmethod
    def move(obj, *, to, by, reason=""):
        """The lawful moves by their actions."""
        moves = {Status.SUBMITTED: submit_report, Status.APPROVED: approve_report, Status.RETURNED: return_report}
        return moves[to](report=obj, by=by, reason=reason)

    def standard_reasons(self, obj, target):
        rows = StandardReason.objects.filter(use=StandardReason.Use.RETURN_RESULT if target == Status.RETURNED else "")
        return rows.values_list("text", flat=True)

    def buttons(self, request, obj):
        """What is not handed in is written on the page where counties write theirs."""
        given = super().buttons(request, obj)
        writes = request.user.has_perm("projects.submit_monthlyreport") and not obj.project.is_locked
        if obj.status in MonthlyReport.EDITABLE and writes:
            return [(Way(_("Correct")), reverse("my-report", args=(obj.project.number, obj.month))), *given]
        return given

    def panels(self, request, obj):
        return compared_panel(obj), money_panel(obj), documents_panel(request, obj)

    @admin.display(description=gettext_lazy("month"), ordering="month")
    def month_(self, report):
        return f"{report.month:%Y-%m}"

    @admin.display(description=gettext_lazy("progress"), ordering="progress")
    def progress_(self, report):
        return percent(report.progress)

    @admin.display(description=gettext_lazy("same as last month"), ordering="is_unchanged")
    def unchanged(self, report):
        return _("yes") if report.is_unchanged else ""

    @admin.display(description=gettext_lazy("light"))
    def light(self, report):
        return render_to_string("partials/lamp.html", {"lamp": "overdue"}) if report.is_late else None

    @admin.display(description=gettext_lazy("submitted by"))
    def submitted_by_(self, report):
        return str(report.submitted_by) if report.submitted_by else None


def compared_panel(report):
    """What the report says beside the month before."""
    before = told_before(report.project, report.month)
    panel = Panel(
        _("Beside the month before"),
        (
            (_("entry"), ""), (f"{before.month:%Y-%m}" if before else _("nothing reported before"), ""),
            (f"{report.month:%Y-%m}", ""),
        ),
        "",
        "compared",
    )  # fmt: skip
    name = report._meta.get_field
    for field in ("done", "problems", "next_steps"):
        panel.add("", str(name(field).verbose_name), getattr(before, field, ""), getattr(report, field))
    panel.add("", str(name("progress").verbose_name), percent(before and before.progress), percent(report.progress))
    told = {line.result_id: line for line in before.results.all()} if before else {}
    for line in report.results.select_related("result"):
        earlier = told.get(line.result_id)
        panel.add("", line.result.indicator, amount(line.result, earlier) if earlier else "", amount(line.result, line))
    return panel


def amount(result, line):
    return format_quantity(Quantity(line.reached, result.unit, qualifier=line.qualifier), "exact")


def money_panel(report):
    panel = Panel(
        _("Money of the month"),
        (
            (_("state"), ""), (_("amount"), "num"), (_("organisation"), ""), (_("date"), "nowrap"), (_("voucher"), ""),
            (_("why more than was committed"), ""),
        ),
        _("No money came or went."),
        "money",
    )  # fmt: skip
    for line in report.money.select_related("organisation"):
        panel.add(
            desk_page(line.funding) if line.funding_id else "", line.get_state_display(),
            format_quantity(line.sum, "exact"), str(line.organisation or _("jointly, shares unknown")),
            format_date(line.occurred_on, "table") if line.occurred_on else "", line.voucher, line.excess_reason,
        )  # fmt: skip
    return panel


@desk_page_at("late-reports/", "late-reports", "projects.view_monthlyreport")
@require_safe
def late_reports(request):
    """Which counties have not reported which projects for a month: `?month=2026-10`, or the last one."""
    months = ended_months(today(), 12)
    word = request.GET.get("month", f"{months[0]:%Y-%m}")
    month = next((month for month in months if f"{month:%Y-%m}" == word), None)
    if month is None:
        raise Http404(_("There is no such month among the last twelve."))
    due = due_days(months)[month]
    scope = needing_report(Project.objects.within_scope_of(request.user), month)
    asked, numbers = missing_by_county(scope, month)
    missing, chosen = sum(numbers.values()), request.GET.get("county")
    if chosen is not None and chosen not in {code for code, _name in numbers}:
        raise Http404(_("Every report of the month has been handed in."))
    found = not_handed_in(scope, month, chosen) if missing <= MOST or chosen is not None else []
    groups = by_county(found[:MOST])
    staffed = counties_with_staff([code for code, _name, _projects in groups if code])
    context = {
        **admin.site.each_context(request),
        "title": _("Reports not handed in"),
        "month": month,
        "due": due,
        "is_late": due < today(),
        "counties": [(name, projects) for _code, name, projects in groups],
        "unreached": {name for code, name, _projects in groups if code not in staffed},
        "is_asked": month in months[:ASKED],
        "numbers": numbers.items() if missing > MOST else (),
        "chosen": chosen,
        "most": MOST,
        "is_cut": len(found) > MOST,
        "missing": missing,
        "asked": asked,
        "months": [
            {"label": f"{one:%Y-%m}", "url": f"?month={one:%Y-%m}", "current": one == month} for one in months
        ],
        "may_write": request.user.has_perm("projects.submit_monthlyreport"),
    }  # fmt: skip
    return TemplateResponse(request, "admin/late_reports.html", context)


def _asked(projects, month):
    """Those asked for a report, with whether one for the month waits for approval or has it (`is_in`), and their
    `place`: the key of today's county of their first site by code."""
    handed_in = MonthlyReport.objects.filter(month=month, project=OuterRef("pk"), status__in=HANDED_IN)
    first = Site.objects.filter(project=OuterRef("pk")).order_by("division__code")
    first = first.values(place=Coalesce("division__home", "division"))[:1]
    return projects.order_by().annotate(is_in=Exists(handed_in), place=Subquery(first))


def missing_by_county(projects, month):
    """(number of projects asked, {(code, county in words): number of those without a report}), by code; what lies in
    several stands under the first, and what lies in none under "", before all."""
    counted = (
        _asked(projects, month).values("place").annotate(all=Count("pk"), number=Count("pk", filter=Q(is_in=False)))
    )
    counted = list(counted.values_list("place", "all", "number"))
    places = Division.objects.in_bulk([key for key, _all, number in counted if key and number])
    numbers = Counter()
    for key, _all, number in counted:
        if number:
            numbers[(places[key].code, str(places[key])) if key else ("", _("no county stated"))] += number
    return sum(every for _key, every, _number in counted), dict(sorted(numbers.items()))


def not_handed_in(projects, month, county=None):
    """The projects without a report, one more of them than are shown, with what was begun or returned; where the code
    of a `county` is given, those that stand under it."""
    rows = _asked(projects, month).filter(is_in=False).select_related("officer").order_by("number")
    if county:
        here = Division.objects.filter(Q(code=county) | Q(home__code=county)).values("pk")
        rows = rows.filter(pk__in=Site.objects.filter(division__in=here).values("project"), place__in=here)
    elif county is not None:
        rows = rows.filter(place__isnull=True)
    return list(
        rows.prefetch_related(
            Prefetch("reports", MonthlyReport.objects.filter(month=month), to_attr="of_month"),
            Prefetch("sites", Site.objects.select_related("division__home").order_by("division__code")),
        )[: MOST + 1]
    )


def by_county(projects):
    """[(code, county in words, its projects)], by the code of today's county; of several the first."""
    groups = {}
    for project in projects:
        site = next(iter(project.sites.all()), None)
        county = site and (site.division.home or site.division)
        groups.setdefault((county.code, str(county)) if county else ("", _("no county stated")), []).append(project)
    return [(code, name, groups[code, name]) for code, name in sorted(groups)]
