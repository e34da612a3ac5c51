"""Pledges of an organisation: the list, the page of one with where it stands, and its receipt on paper."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.documents import attach_document
from projects.actions.pledging import withdraw_pledge
from projects.contacts import AGREED, contact_of
from projects.filters import PledgeFilters
from projects.models import Pledge
from projects.models.documents import DocumentKind
from registry.core.forms import refused
from registry.core.paging import Listing

from .forms import FilesField
from .pledge_forms import ReasonForm, givers_of
from .pledge_shown import Content, course_of, papers_of
from .pledging import givers_page, own_pledge_or_404


class OwnPledgeFilters(PledgeFilters):
    """Of one's own pledges: by what they are for and where they stand."""

    organisation = campaign = need = None


def _rows(found):
    return found.select_related("organisation", "need__county", "county", "field").prefetch_related(
        "items__enterprise"
    )  # fmt: skip


@givers_page
@require_safe
def pledges(request):
    own = Pledge.objects.spoken_for_by(request.user)
    listing = Listing(OwnPledgeFilters(request.GET, own, request=request), _rows)
    numbers = dict(own.order_by().values_list("status").annotate(Count("pk")))
    states = [
        {
            "label": label, "count": numbers[state], "url": f"?{listing.address(status=state)}",
            "current": request.GET.get("status") == state,
        }
        for state, label in Pledge.Status.choices
        if state in numbers
    ]  # fmt: skip
    context = {"listing": listing, "states": states, "may_pledge": bool(givers_of(request.user))}
    return render(request, "my/pledges.html", context, status=listing.status)


@givers_page
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request, number):
    """One pledge (`act`: withdraw with a reason, or upload the signed agreement)."""
    found = own_pledge_or_404(request, number)
    if request.method != "POST":
        return _page(request, found, ReasonForm(initial={"seen_version": found.version}))
    if request.POST.get("act") == "upload":
        return _upload(request, found)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 400)
    try:
        withdraw_pledge(
            pledge=found, by=request.user, reason=form.cleaned_data["reason"], version=form.cleaned_data["seen_version"]
        )
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as refusal:
        refused(form, refusal)
        return _page(request, found, form, 409)
    messages.success(request, _("Withdrawn: %s") % found)
    return redirect("my-pledge", found.number)


def _page(request, found, form, status=200, **more):
    user = request.user
    ways = [move for move in found.moves_open_to(user) if move.target == Pledge.Status.WITHDRAWN]
    ways = [move for move in ways if move.permission == "projects.submit_pledge"]
    context = {
        "pledge": found, "need": found.need, "content": Content(found), "course": course_of(found), "form": form,
        "may_withdraw": bool(ways), "may_upload": found.status in AGREED, "papers": papers_of(found),
        "contact": contact_of(found.need, user) if found.need else None,
    }  # fmt: skip
    return render(request, "my/pledge.html", context | more, status=status)


def _upload(request, found):
    """The signed agreement as a scan, to the pledge's agreement where one was drawn up, else to the pledge."""
    if found.status not in AGREED:
        raise PermissionDenied(_("There is nothing to sign before the county has confirmed."))
    form = ReasonForm(initial={"seen_version": found.version})
    try:
        files = FilesField(required=True, label=gettext_lazy("files")).clean(request.FILES.getlist("files"))
        owner = found.agreements.first() or found
        for upload in files:
            attach_document(owner=owner, upload=upload, by=request.user, kind=DocumentKind.AGREEMENT)
    except ValidationError as refusal:
        return _page(request, found, form, 400, refusal=refusal.messages)
    messages.success(request, _("The files are attached."))
    return redirect("my-pledge", found.number)


@givers_page
@require_safe
def pledge_receipt(request, number):
    """The receipt on A4: what was pledged, when, and who answers by when."""
    found = own_pledge_or_404(request, number)
    if found.status == Pledge.Status.DRAFT:
        raise Http404
    return render(request, "my/pledge_receipt.html", {"pledge": found, "content": Content(found)})
