"""Pledges that the bureau has accepted for a county: the county's own decision, by a person of its own."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.matching import move_pledge
from projects.contacts import contact_of
from projects.models import Pledge, StandardReason
from registry.core.dates import today
from registry.core.forms import refused

from .guard import my_page
from .pledge_forms import ReasonForm
from .pledge_shown import Content, course_of, papers_of, pledge_or_404

SHOWN = 200
"""Pledges of one section of the list, at most."""

DECISIONS = {"confirm": Pledge.Status.CONFIRMED, "decline": Pledge.Status.DECLINED}


def county_page(view):
    """Of counties alone."""

    @my_page
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.has_perm("projects.confirm_pledge"):
            raise PermissionDenied(_("Pledges are confirmed by the county that they are for."))
        return view(request, *args, **kwargs)

    return guarded


@county_page
@require_safe
def received(request):
    rows = Pledge.objects.received_by(request.user).select_related("organisation", "need", "county", "field")
    rows = rows.prefetch_related("items__enterprise")
    waiting = rows.filter(status=Pledge.Status.ACCEPTED).order_by(F("answer_by").asc(nulls_last=True), "accepted_at")
    context = {
        "waiting": waiting[:SHOWN], "day": today(),
        "answered": rows.exclude(status=Pledge.Status.ACCEPTED).order_by("-status_at", "-pk")[:SHOWN],
    }  # fmt: skip
    return render(request, "my/received.html", context)


@county_page
@require_http_methods(["GET", "HEAD", "POST"])
def received_pledge(request, number):
    """One pledge (`act`: confirm, or decline with a reason), decided as the person saw it."""
    found = pledge_or_404(Pledge.objects.received_by(request.user), number)
    if request.method != "POST":
        return _page(request, found, ReasonForm(initial={"seen_version": found.version}))
    form, target = ReasonForm(request.POST), DECISIONS.get(request.POST.get("act"))
    if not form.is_valid() or target is None:
        return _page(request, found, form, 400)
    typed = form.cleaned_data
    reason = typed["reason"] if target == Pledge.Status.DECLINED else ""
    try:
        move_pledge(pledge=found, to=target, by=request.user, reason=reason, version=typed["seen_version"])
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as refusal:
        refused(form, refusal)
        return _page(request, found, form, 409)
    done = _("Confirmed: %s. Both sides now see whom to ring.") if reason == "" else _("Declined: %s")
    messages.success(request, done % found)
    return redirect("my-received")


def _page(request, found, form, status=200):
    reasons = StandardReason.objects.filter(use=StandardReason.Use.DECLINE_PLEDGE)
    offered = {move.target for move in found.moves_open_to(request.user)}
    context = {
        "pledge": found, "need": found.need, "content": Content(found), "course": course_of(found), "form": form,
        "contact": contact_of(found, request.user), "papers": papers_of(found), "reasons": reasons,
        "may_confirm": Pledge.Status.CONFIRMED in offered, "may_decline": Pledge.Status.DECLINED in offered,
        "is_second": found.status == Pledge.Status.ACCEPTED and found.accepted_by_id == request.user.pk,
    }  # fmt: skip
    return render(request, "my/received_pledge.html", context, status=status)
