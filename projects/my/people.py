"""The people of an organisation: who speaks for it, who wants to, and who does not any more."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orgs.joining import decide_membership
from orgs.models import Membership
from registry.core.actions import Stale
from registry.core.forms import PlainTextField
from registry.core.roles import Role

from .guard import my_page

Status = Membership.Status
LATELY = 20
"""Memberships that have ended, as far as the page shows them."""


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def people(request):
    """Everybody of the organisations for which the person speaks (POST: `membership`, `act` approve or end, `reason`,
    `seen_version`). The own membership is shown and left alone."""
    if not request.user.holds(Role.ORGANISATION):
        raise PermissionDenied(_("This page is for organisations."))
    rows = of_own_organisations(request.user)
    status, context = 200, {}
    if request.method == "POST":
        try:
            words = _decided(request, rows)
        except ValidationError as refusal:
            status = 409 if isinstance(refusal, Stale) or not hasattr(refusal, "error_dict") else 400
            context = {"refusal": refusal.messages}
        else:
            messages.success(request, words)
            return redirect("my-people")
    context |= {
        "applied": rows.applied(), "speaking": rows.approved(),
        "ended": rows.filter(status=Status.ENDED).order_by("-status_at")[:LATELY],
    }  # fmt: skip
    return render(request, "my/people.html", context, status=status)


def of_own_organisations(user):
    """All memberships of the organisations for which `user` speaks."""
    own = user.memberships.approved().values("organisation")
    rows = Membership.objects.within_scope_of(user).filter(organisation__in=own)
    return rows.select_related("user", "organisation").order_by("organisation__pinyin", "organisation", "pk")


def _decided(request, rows):
    """Do what was asked; returns what to say."""
    key, seen = request.POST.get("membership", ""), request.POST.get("seen_version", "")
    one = rows.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if one is None:
        raise Http404
    reason = PlainTextField(max_length=300, required=False).clean(request.POST.get("reason", ""))
    approve = request.POST.get("act") == "approve"
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    decide_membership(membership=one, approve=approve, by=request.user, reason=reason, version=version)
    return _("%s speaks for the organisation now.") % one.user if approve else _("%s has been told.") % one.user
