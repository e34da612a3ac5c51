"""The county's monthly reports: what is owed, one report's form with its draft, and “same as last month”."""

import datetime
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.documents import attach_document
from projects.actions.monthly import Stale, save_report, submit_report, submit_unchanged
from projects.lamps import month_lamp
from projects.models import MonthlyReport, Project
from projects.models.documents import DocumentKind
from projects.models.lamps import LampRule
from projects.months import HANDED_IN, Owing, due_on, end_of, first_of, last_values, told_of, why_not_asked
from registry.core.dates import format_instant, today
from registry.core.trail import acting

from .guard import my_page, project_or_404, report_page
from .report_entry import ReportEntry

LATELY = 20
"""Reports handed in that the list shows."""

MOST = 200
"""So many reports are handed in as unchanged at once, at most, and so many that are owed does the list show."""


def writes_reports(user):
    return user.has_perm("projects.submit_monthlyreport")


@my_page
@require_safe
def reports(request):
    day, user = today(), request.user
    scope = Project.objects.within_scope_of(user)
    owing = Owing(scope, day) if writes_reports(user) else None
    told = MonthlyReport.objects.within_scope_of(user).filter(status__in=HANDED_IN).select_related("project")
    context = {
        "day": day,
        "rows": [(owed, month_lamp(owed, day)) for owed in owing.rows[:MOST]] if owing else [],
        "owed": len(owing.rows) if owing else 0,
        "late": len(owing.late) if owing else 0,
        "most": MOST,
        "writes": owing is not None,
        "running": running_reports(scope, day) if owing else [],
        "told": told.order_by("-month", "project__number")[:LATELY],
    }
    return render(request, "my/reports.html", context)


def running_reports(projects, on):
    """Drafts for the month that is not over yet."""
    drafts = MonthlyReport.objects.filter(month=first_of(on), status__in=MonthlyReport.EDITABLE)
    return drafts.filter(project__in=projects).select_related("project")


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def unchanged(request):
    """Asks once for everything chosen as “same as last month”, then hands it all in: all of it or nothing."""
    asked = request.POST if request.method == "POST" else request.GET
    if not writes_reports(request.user):
        raise PermissionDenied(_("Monthly reports are written by the county."))
    chosen = _chosen(request.user, asked.getlist("chosen"))
    if not chosen:
        messages.warning(request, _("Nothing was chosen: tick the projects that are as they were."))
        return redirect("my-reports")
    if request.method == "POST":
        return _hand_in(request, chosen)
    rows = _repeating(chosen)
    return render(request, "my/unchanged.html", {"rows": rows, "chosen": asked.getlist("chosen")})


def _chosen(user, words):
    """[(project, month)] of words such as "12.2026-10", the earliest month first; raises Http404 for any other."""
    pairs = []
    for word in dict.fromkeys(words[: MOST + 1]):
        key, _dot, month = word.partition(".")
        if not (key.isascii() and key.isdigit() and len(key) < 19) or len(words) > MOST:
            raise Http404
        try:
            pairs.append((int(key), datetime.date.fromisoformat(f"{month}-01")))
        except ValueError as error:
            raise Http404 from error
    projects = Project.objects.within_scope_of(user).prefetch_related("results").in_bulk([key for key, _month in pairs])
    if any(key not in projects for key, _month in pairs):
        raise Http404
    return sorted(((projects[key], month) for key, month in pairs), key=lambda pair: (pair[1], pair[0].number))


def _repeating(chosen):
    """[(project, month, the last report before it, its values)]."""
    told = told_of({project for project, _month in chosen})
    rows = []
    for project, month in chosen:
        before = next((report for report in told.get(project.pk, ()) if report.month < month), None)
        rows.append((project, month, before, last_values(project, before)))
    return rows


def _hand_in(request, chosen):
    try:
        with acting(by=request.user, action="monthlyreport.unchanged", batch=uuid.uuid4().hex):
            for project, month in chosen:
                submit_unchanged(project=project, month=month, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join([*refusal.messages, _("Nothing was handed in.")]))
        return redirect("my-reports")
    number = len(chosen)
    words = ngettext("%d report was handed in as unchanged.", "%d reports were handed in as unchanged.", number)
    messages.success(request, words % number)
    return redirect("my-reports")


@report_page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, number, month):
    project = project_or_404(request.user, number)
    found = MonthlyReport.objects.filter(project=project, month=month).first()
    writes = writes_reports(request.user)
    is_open = found is None or found.status in MonthlyReport.EDITABLE
    if request.method != "POST":
        why = why_not_asked(project, month, today()) if writes and is_open else ""
        if writes and is_open and not why:
            return _form(request, ReportEntry(project, month, found))
        if found is None:
            if why:
                return _not_asked(request, project, month, why)
            raise Http404
        lines = {"results": found.results.select_related("result"), "money": found.money.select_related("organisation")}
        return render(request, "my/report.html", _about(request, project, month, found) | lines | {"why": why})
    if not writes:
        raise PermissionDenied(_("Monthly reports are written by the county."))
    return _posted(request, project, month, found)


def _not_asked(request, project, month, why):
    """Said before anything is typed, with the way to the months that are asked for."""
    owed = Owing(Project.objects.filter(pk=project.pk), today()).rows
    about = _about(request, project, month, None)
    return render(request, "my/report_not_asked.html", about | {"why": why, "owed": owed})


def _about(request, project, month, found):
    due = due_on(month, LampRule.objects.current())
    is_open = found is None or found.status in MonthlyReport.EDITABLE
    return {
        "project": project, "month": month, "report": found, "due": due, "is_late": is_open and due < today(),
        "photos": found.documents.all() if found else (), "at_desk": not request.user.holds("county", "organisation"),
        "writes": writes_reports(request.user), "runs_until": end_of(month) if end_of(month) > today() else None,
    }  # fmt: skip


def _form(request, entry, status=200, **more):
    about = _about(request, entry.project, entry.month, entry.report)
    may_repeat = entry.report is None and entry.before is not None and about["runs_until"] is None
    return render(
        request, "my/report_form.html", about | {"entry": entry, "may_repeat": may_repeat} | more, status=status
    )


def _posted(request, project, month, found):
    """`act` says which button: keep (the script's), save, submit, unchanged."""
    act = request.POST.get("act", "save")
    if act == "unchanged":
        return _repeated(request, project, month, found)
    entry = ReportEntry(project, month, found, request.POST, request.FILES)
    if act == "keep":
        return _kept(request, entry)
    if not entry.is_valid():
        return _form(request, entry, 400)
    try:
        saved = _save(request, entry)
        _attach(request, entry, saved)
        if act == "submit":
            submit_report(report=saved, by=request.user)
    except Stale:
        return _form(request, entry, 409, conflict=entry.conflict())
    except ValidationError as refusal:
        return _refused(request, project, month, entry, refusal)
    if act == "submit":
        messages.success(request, _("Handed in: %s") % saved)
        return redirect(_way_on(request, saved))
    messages.success(request, _("The draft is kept."))
    return redirect("my-report", project.number, month)


def _save(request, entry):
    """Keep the draft; where it has changed since to what is typed here anyway, that is no conflict."""
    about = {"project": entry.project, "month": entry.month, "by": request.user}
    try:
        return save_report(seen=entry.seen, **about, **entry.readable())
    except Stale:
        entry.report = MonthlyReport.objects.filter(project=entry.project, month=entry.month).first()
        if entry.conflict():
            raise
    return save_report(seen=entry.version, **about, **entry.readable())


def _attach(request, entry, saved):
    """Each photo for itself: one that is not taken does not cost the others."""
    typed = entry.photos.cleaned_data
    for photo in typed["photos"]:
        try:
            attach_document(
                owner=saved, upload=photo, by=request.user, kind=DocumentKind.PHOTO, dated=typed["dated"],
                place=typed["place"],
            )  # fmt: skip
        except ValidationError as refusal:
            messages.error(request, f"{photo.name}: {' '.join(refusal.messages)}")


def _kept(request, entry):
    """The script's save: what can be read is kept, the rest is named."""
    entry.is_valid()
    try:
        saved = _save(request, entry)
    except Stale as stale:
        words = _("Press “Save draft” to see both versions side by side.")
        return JsonResponse({"words": " ".join([*stale.messages, words])}, status=409)
    except ValidationError as refusal:
        return JsonResponse({"words": " ".join(refusal.messages)}, status=400)
    words = _("Draft kept at %s.") % format_instant(saved.updated_at, "table")[-5:]
    faults = [f"{label}: {text}" if label else text for label, text, _field in entry.faults]
    if faults:
        words = " ".join([words, _("Not kept yet:"), *faults])
    return JsonResponse({"words": words, "version": saved.version, "whole": not faults})


def _refused(request, project, month, entry, refusal):
    """What was typed is kept as a draft wherever it could be; the form comes back about the newest version."""
    fresh = MonthlyReport.objects.filter(project=project, month=month).first()
    if fresh is not None and fresh.status not in MonthlyReport.EDITABLE:
        messages.error(request, " ".join(refusal.messages))
        return redirect("my-report", project.number, month)
    shown = ReportEntry(project, month, fresh) if fresh and fresh.version != entry.version else entry
    return _form(request, shown, 409, refusal=refusal.messages)


def _repeated(request, project, month, found):
    try:
        saved = submit_unchanged(project=project, month=month, by=request.user)
    except ValidationError as refusal:
        return _form(request, ReportEntry(project, month, found), 409, refusal=refusal.messages)
    messages.success(request, _("Handed in as unchanged: %s") % saved)
    return redirect(_way_on(request, saved))


def _way_on(request, saved):
    """Back to the list of what is owed; those of the desk to the project there."""
    if request.user.holds("county"):
        return reverse("my-reports")
    return reverse("my-report", args=(saved.project.number, saved.month))
