"""What counties and organisations do about a project: apply for a sign-off, confirm a receipt, enter money."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects.actions.checklists import complete_step
from projects.actions.documents import attach_document
from projects.actions.funding import confirm_receipt, record_funding
from projects.lamps import standing_of
from projects.models import Funding, LampRule, ProjectStep
from projects.models.documents import DocumentKind
from registry.core.dates import today
from registry.core.forms import refused

from .forms import EvidenceForm, ReceivedForm, givers_of
from .guard import my_page, project_or_404, row_or_404
from .projects import kind_wanted, may_report, page_of_step


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, pk):
    """One step: its files, more of them, and the application for its sign-off (`act`: upload, apply)."""
    found = row_or_404(ProjectStep.objects.within_scope_of(request.user).select_related("depends_on"), pk)
    if request.method != "POST":
        return _step_page(request, found, EvidenceForm(initial={"kind": kind_wanted(found)}))
    if not may_report(found, request.user):
        raise PermissionDenied(_("Your side does not report this step, or it waits for its sign-off already."))
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _step_page(request, found, form, 400)
    applies = request.POST.get("act") == "apply"
    if not applies and not form.cleaned_data["files"]:
        form.add_error("files", _("Choose a file first."))
        return _step_page(request, found, form, 400)
    try:
        with transaction.atomic():
            _attach(found, form.cleaned_data, request.user)
            if applies:
                complete_step(step=found, by=request.user, note=form.cleaned_data["note"])
    except ValidationError as refusal:
        refused(form, refusal)
        return _step_page(request, found, form, 409)
    if applies:
        messages.success(request, _("The sign-off of “%s” has been applied for.") % found)
        return redirect(f"{reverse('my-project', args=(found.project.number,))}#steps")
    messages.success(request, _("The files are attached."))
    return redirect("my-step", found.pk)


def _attach(owner, typed, by):
    for upload in typed["files"]:
        try:
            attach_document(
                owner=owner, upload=upload, by=by, kind=typed["kind"], dated=typed["dated"], place=typed["place"]
            )
        except ValidationError as refusal:
            raise ValidationError({"files": f"{upload.name}: {' '.join(refusal.messages)}"}) from refusal


def _step_page(request, found, form, status=200):
    lamp = standing_of(found, today(), LampRule.objects.current(), page_of_step)
    context = {
        "step": found, "form": form, "lamp": lamp, "missing": found.missing_evidence(),
        "files": found.documents.order_by("pk"), "may_report": may_report(found, request.user),
    }  # fmt: skip
    return render(request, "my/step.html", context, status=status)


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request, pk):
    """The county says that what a line names has arrived."""
    rows = Funding.objects.within_scope_of(request.user).select_related("organisation", "enterprise", "confirmed_by")
    found = row_or_404(rows, pk)
    if request.method != "POST":
        may = request.user.has_perm("projects.confirm_funding") and found.state == Funding.State.RECEIVED
        may = may and not found.is_voided and found.confirmed_at is None
        return render(request, "my/receipt.html", {"line": found, "may_confirm": may})
    try:
        confirm_receipt(funding=found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("my-receipt", found.pk)
    messages.success(request, _("Confirmed: %s") % found)
    return redirect(f"{reverse('my-project', args=(found.project.number,))}#money")


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def money(request, number):
    """An organisation enters what it has paid, with the voucher."""
    project = project_or_404(request.user, number)
    givers = givers_of(project, request.user)
    if not (givers and request.user.has_perm("projects.add_funding")):
        raise PermissionDenied(_("Your role does not enter funding."))
    form = ReceivedForm(request.POST or None, request.FILES or None, givers=givers)
    if request.method != "POST":
        return render(request, "my/money.html", {"project": project, "form": form})
    status = 400
    if form.is_valid():
        try:
            _record(project, form, request.user)
        except ValidationError as refusal:
            refused(form, refusal)
            status = 409
        except ObjectDoesNotExist:
            raise Http404 from None
        else:
            messages.success(request, _("Entered. The county confirms the receipt."))
            return redirect(f"{reverse('my-project', args=(project.number,))}#money")
    return render(request, "my/money.html", {"project": project, "form": form}, status=status)


def _record(project, form, by):
    typed = form.cleaned_data
    more = {"excess_reason": typed["excess_reason"]} if typed["excess_reason"] else {}
    with transaction.atomic():
        line = record_funding(
            project=project, by=by, state=Funding.State.RECEIVED, kind=Funding.Kind.CASH, origin=typed["origin"],
            organisation=form.givers[typed["organisation"]], amount=typed["amount"].value,
            qualifier=typed["amount"].qualifier, wording=typed["amount"].wording, occurred_on=typed["occurred_on"],
            voucher=typed["voucher"], **more,
        )  # fmt: skip
        _attach(line, typed | {"kind": DocumentKind.VOUCHER, "dated": typed["occurred_on"], "place": ""}, by)
