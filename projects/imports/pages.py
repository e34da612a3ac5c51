"""The pages of the wizard. Each is given the frame in which it stands; what may be done is said by the actions."""

import logging
from functools import wraps

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.actions.imports import (
    name_columns,
    receive_ledger,
)
from projects.ledger.template import template_book
from projects.ledger.template_words import FILE as TEMPLATE_NAME
from projects.models import LedgerImport, LedgerRow
from projects.models.imports import PERMISSION
from registry.core.addresses import desk_list
from registry.core.blobs import opened
from registry.core.exports import attached
from registry.core.history import masks_personal
from registry.core.jobs import label_of
from registry.core.models import Change
from registry.core.paging import Listing
from registry.core.session_roles import whole_register
from registry.core.translations import in_own_language
from registry.core.undo import UNDO_WITHIN, why_not_undone

from .faults_book import faults_book
from .forms import ColumnsForm, UploadForm
from .listing import ImportFilters, RowFilters, counted
from .shown import ShownRow

logger = logging.getLogger(__name__)
Status, Outcome = LedgerImport.Status, LedgerRow.Outcome
PER_PAGE = 50
LATEST = 20
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_WORK = {"ledger.survey": "upload", "ledger.check": "check", "ledger.import": "confirm", "ledger.undo": "result"}
"""At which of the five steps (send, columns, check, confirm, result) a job is."""


def found_or_404(user, pk):
    """The import, or the same answer as for one that does not exist."""
    rows = LedgerImport.objects.within_scope_of(user).select_related("blob", "job", "sender", "campaign", "imported_by")
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def of_ledger(view):
    """Make `f(request, frame, ledger)` of an address with the key of an import."""

    @wraps(view)
    def keyed(request, frame, pk):
        return view(request, frame, found_or_404(request.user, pk))

    return keyed


def _page(request, frame, name, status=200, **context):
    context |= {"frame": frame, "imports": request.user.has_perm(PERMISSION)}
    return render(request, f"projects/import/{name}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ledgers(request, frame):
    """Step one: send a ledger; and the imports that there were."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                found = receive_ledger(upload=form.cleaned_data["upload"], by=request.user)
            except ValidationError as refusal:
                form.add_error("upload", refusal.messages)
            else:
                return redirect(frame.url("ledger", found.pk))
    rows = LedgerImport.objects.within_scope_of(request.user).select_related("sender", "job")
    listing = Listing(ImportFilters(request.GET, rows), size=LATEST)
    return _page(request, frame, "ledgers", 400 if form.errors else listing.status, form=form, listing=listing)


@of_ledger
@require_safe
@never_cache
def ledger(request, frame, found):
    """The step at which an import is; its rows once it was checked."""
    if found.job is not None and not found.job.is_over:
        step = AT_WORK.get(found.job.kind, _step_of(found))
        return _page(request, frame, "working", **_about(request, frame, found) | _work(found) | {"step": step})
    if found.status == Status.RECEIVED and not found.is_surveyed:
        return _page(request, frame, "ended", **_about(request, frame, found))
    if found.status == Status.RECEIVED or (found.status == Status.CHECKED and request.GET.get("step") == "columns"):
        return _columns(request, frame, found, ColumnsForm(ledger=found))
    if found.status in (Status.REFUSED, Status.DROPPED):
        return _page(request, frame, "ended", **_about(request, frame, found))
    return _rows(request, frame, found)


def _about(request, frame, found):
    """What every page of an import shows."""
    failed = found.job is not None and found.job.is_over and found.job.error
    return {
        "ledger": found,
        "step": _step_of(found),
        "told": in_own_language(found.told, []),
        "refusal": in_own_language({key: words for key, words in found.refusal.items() if key != "code"}, ""),
        "failure": found.job.error if failed else "",
        "twins": _twins(found, request.user),
        "decides": request.user.pk == found.sender_id and request.user.has_perm(PERMISSION),
        "reads_file": _reads_file(request.user, found),
        "here": frame.url("ledger", found.pk),
    }


def _step_of(found):
    """At which step an import is when no work is in hand."""
    if found.status in (Status.IMPORTED, Status.UNDONE):
        return "result"
    return "check" if found.status == Status.CHECKED else "columns"


def _work(found):
    return {"job": found.job, "label": label_of(found.job.kind)}


@of_ledger
@require_safe
@never_cache
def progress(request, frame, found):
    """How far the work in hand is, for htmx; its end sends the whole page on."""
    if found.job is None or found.job.is_over:
        here = frame.url("ledger", found.pk)
        return HttpResponse(headers={"HX-Redirect": here}) if request.htmx else redirect(here)
    return render(
        request, "projects/import/_progress.html", _work(found) | {"ledger": found, "frame": frame}
    )  # fmt: skip


@of_ledger
@require_POST
def columns(request, frame, found):
    """Step two: what the columns mean, and in which unit the money is."""
    if not found.is_surveyed:
        raise Http404
    form = ColumnsForm(request.POST, ledger=found)
    if not form.is_valid():
        return _columns(request, frame, found, form, 400)
    asked = form.cleaned_data
    try:
        name_columns(ledger=found, by=request.user, sheet=asked["sheet"], unit=asked["unit"],
                     campaign=asked["campaign"], heads=form.said)  # fmt: skip
    except ValidationError as refusal:
        return _columns(request, frame, found, form, 409, refusals=refusal.messages)
    return redirect(frame.url("ledger", found.pk))


def _columns(request, frame, found, form, status=200, refusals=()):
    context = _about(request, frame, found) | {"step": "columns"}
    return _page(request, frame, "columns", status, form=form, refusals=refusals, **context)


def _rows(request, frame, found, status=200, refusals=()):
    """Step three, and what became of the rows in step five."""
    filters = RowFilters(request.GET, found.rows.all())
    listing = Listing(filters, size=PER_PAGE)
    several = len({page["name"] for page in found.layout.get("sheets", ()) if page["rows"]}) > 1
    numbers = counted(found.rows.all())
    masks = masks_personal(request.user) and request.user.pk != found.sender_id
    context = _about(request, frame, found)
    may_undo = found.status == Status.IMPORTED and found.allows(
        found.lifecycle.find(Status.IMPORTED, Status.UNDONE), request.user
    )
    context |= {
        "listing": listing,
        "rows": [ShownRow(row, several, masks) for row in listing.page],
        "chips": [_chip(listing, numbers, outcome) for outcome in (None, *Outcome)],
        "numbers": {name.name.lower(): numbers.get(name, 0) for name in Outcome},
        "to_write": {"new": found.rows.new().count(), "update": found.rows.to_update().count()},
        "trail": _trail_of(found, request.user),
        "sheets": found.layout.get("sheets", ()),
        "why_not": why_not_undone(found.batch) if may_undo else "",
        "undo_until": found.imported_at + UNDO_WITHIN if may_undo else None,
        "may_undo": may_undo,
        "query": listing.query,
        "may_decide": context["decides"] and found.status == Status.CHECKED,
        "refusals": refusals,
    }
    name = "rows" if found.status == Status.CHECKED else "result"
    return _page(request, frame, name, status if status != 200 else listing.status, **context)


def _chip(listing, numbers, outcome):
    label = outcome.label if outcome else _("All rows")
    return {
        "label": label, "count": numbers.get(outcome, 0) if outcome else sum(numbers.values()),
        "url": f"?{listing.address(outcome=outcome and outcome.value)}",
        "current": listing.filters.data.get("outcome") == (outcome.value if outcome else None),
    }  # fmt: skip


def _trail_of(found, user):
    """Where every change that the import made can be read, for those who read the trail at the desk."""
    if not (found.imported_at and user.is_staff and user.has_perm("core.view_change")):
        return ""
    return desk_list(Change, f"?q={found.batch}")


def _twins(found, user):
    """Imports of the same file: who made them is told to those who may know of them."""
    with transaction.atomic(), whole_register():  # that there is one is told to everybody; by whom, within scope
        twins = list(LedgerImport.objects.of_same_file(found).select_related("imported_by"))
    known = set(LedgerImport.objects.within_scope_of(user).filter(pk__in=[twin.pk for twin in twins]).values_list("pk"))
    return [(twin, (twin.pk,) in known) for twin in twins]


@of_ledger
@require_safe
@never_cache
def confirm(request, frame, found):
    """Step four: what will be written, in figures; a second word writes it."""
    if found.status != Status.CHECKED or (found.job is not None and not found.job.is_over):
        return redirect(frame.url("ledger", found.pk))
    rows, numbers = found.rows.all(), counted(found.rows.all())
    new, picks = rows.new().count(), list(rows.to_update().values_list("pick", flat=True))
    context = _about(request, frame, found) | {
        "step": "confirm", "new": new, "update": len(picks), "cells": sum(len(pick["cells"]) for pick in picks),
        "left": sum(numbers.values()) - new - len(picks), "faulty": numbers.get(Outcome.REJECTED, 0),
        "funds": rows.new().funds(),
    }  # fmt: skip
    return _page(request, frame, "confirm", **context)


def _reads_file(user, found):
    """Whoever sent it, and the bureau: contacts stand in it unmasked."""
    return user.pk == found.sender_id or user.is_bureau


@of_ledger
@require_safe
def file(request, frame, found):
    """The file as it was sent."""
    _refuse_others(request.user, found)
    try:
        content = opened(found.blob)
    except FileNotFoundError:
        logger.exception("the bytes of import %s are lost", found.pk)
        raise Http404 from None
    return attached(content, found.original_name, "application/octet-stream")


def _refuse_others(user, found):
    if not _reads_file(user, found):
        raise PermissionDenied(_("The file is for its sender and the bureau: contacts stand in it unmasked."))


@of_ledger
@require_safe
def faults(request, frame, found):
    """The faulty rows as a workbook of the same columns, each with its reasons."""
    _refuse_others(request.user, found)
    if not found.rows.faulty().exists():
        raise Http404(_("No row is faulty."))
    content, name = faults_book(found)
    return attached(content, name, WORKBOOK)


@require_safe
def template(request, frame):
    """The workbook that people fill in."""
    return attached(template_book(), TEMPLATE_NAME, WORKBOOK)
