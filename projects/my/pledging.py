"""An organisation pledges in three steps: what; when and who; look at it once more. Each step keeps the draft."""

import uuid
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counties.filters import listed_counties
from projects.actions.pledging import save_pledge, submit_pledge
from projects.models import Need, Pledge
from projects.needs import overreach
from registry.core.forms import refused
from registry.core.search import numbered_or_404

from .guard import my_page
from .pledge_entry import Offer, Terms
from .pledge_forms import ReadForm, givers_of
from .pledge_shown import Content, pledge_or_404


def givers_page(view):
    """Of organisations alone."""

    @my_page
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.has_perm("projects.submit_pledge"):
            raise PermissionDenied(_("Pledges are made by organisations."))
        return view(request, *args, **kwargs)

    return guarded


def own_pledge_or_404(request, number):
    return pledge_or_404(Pledge.objects.spoken_for_by(request.user), number)


def draft_page(view):
    """Of a draft of one's own; what has been handed in is looked at on its page."""

    @givers_page
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request, number):
        pledge = own_pledge_or_404(request, number)
        if pledge.status != Pledge.Status.DRAFT:
            return redirect("my-pledge", pledge.number)
        return view(request, pledge)

    return guarded


@givers_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Step 1 of a new pledge: towards `?need=<number>`, or a free one."""
    need = _need_or_404(request.user, request.GET["need"]) if request.GET.get("need") else None
    givers = givers_of(request.user)
    if not givers:
        raise PermissionDenied(_("Your organisation has not been approved yet: only approved ones pledge."))
    if need is not None and need.status not in Need.OPEN:
        messages.warning(request, _("“%s” takes no more pledges. Choose another need.") % need)
        return redirect("my-pledges")
    offer = Offer(givers, need, None, request.POST if request.method == "POST" else None, once=uuid.uuid4())
    return _first_step(request, offer)


def _need_or_404(user, number):
    return numbered_or_404(Need.objects.visible_to(user).select_related("county", "field", "campaign"), number)


@draft_page
def what(request, pledge):
    """Step 1 of a draft."""
    givers = givers_of(request.user)
    offer = Offer(givers, pledge.need, pledge, request.POST if request.method == "POST" else None)
    return _first_step(request, offer)


def _first_step(request, offer):
    if request.method != "POST":
        return _offer_page(request, offer)
    if not offer.is_valid():
        return _offer_page(request, offer, 400)
    typed = offer.start.cleaned_data
    try:
        saved = save_pledge(
            by=request.user, organisation=offer.organisation, items=offer.items, pledge=offer.pledge,
            version=typed["seen_version"] if offer.pledge else None,
            once=typed["once"].hex if typed["once"] and not offer.pledge else "",
            **offer.towards, **_kept(offer.pledge),
        )  # fmt: skip
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as refusal:
        refused(offer.start, refusal)
        return _offer_page(request, offer, 409)
    if request.POST.get("act") == "save":
        return _kept_for_later(request, saved)
    if overreach(saved) and "beyond" not in request.POST:
        return redirect("my-pledge-what", saved.number)
    return redirect("my-pledge-when", saved.number)


def _kept(pledge):
    """The campaign of a free draft stays as it was when it was begun."""
    return {"campaign": pledge.campaign} if pledge and pledge.need is None else {}


def _kept_for_later(request, pledge):
    messages.success(request, _("The draft %s is kept. Nobody else sees it.") % pledge)
    return redirect("my-pledges")


def _offer_page(request, offer, status=200):
    context = {
        "offer": offer, "need": offer.need, "pledge": offer.pledge, "step": 1,
        "beyond": overreach(offer.pledge) if offer.pledge else [], "gaps": offer.need.gaps() if offer.need else [],
        "counties": [] if offer.need else listed_counties().order_by("code"),
    }  # fmt: skip
    return render(request, "my/pledge_what.html", context, status=status)


@draft_page
def when(request, pledge):
    """Step 2: instalments, the last day, whom to ring."""
    terms = Terms(pledge, request.user, request.POST if request.method == "POST" else None)
    context = {"terms": terms, "pledge": pledge, "need": pledge.need, "step": 2}
    if request.method != "POST":
        return render(request, "my/pledge_when.html", context)
    status = 400
    if terms.is_valid():
        try:
            _save_terms(pledge, terms, request.user)
        except ValidationError as refusal:
            refused(terms.own, refusal)
            status = 409
        else:
            later = request.POST.get("act") == "save"
            return _kept_for_later(request, pledge) if later else redirect("my-pledge-check", pledge.number)
    return render(request, "my/pledge_when.html", context, status=status)


def _save_terms(pledge, terms, by):
    towards = {"need": pledge.need} if pledge.need else {"county": pledge.county, "field": pledge.field}
    save_pledge(
        by=by, organisation=pledge.organisation, pledge=pledge, version=terms.own.cleaned_data["seen_version"],
        campaign=pledge.campaign, **towards, **terms.content,
    )  # fmt: skip


@draft_page
def check(request, pledge):
    """Step 3: everything once more, with a way back beside each line, and the notice to tick."""
    form = ReadForm(request.POST or None, initial={"seen_version": pledge.version})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                submit_pledge(pledge=pledge, by=request.user, version=form.cleaned_data["seen_version"])
            except ObjectDoesNotExist:
                raise Http404 from None
            except ValidationError as refusal:
                refused(form, refusal)
                status = 409
            else:
                messages.success(request, _("Submitted: %s. You are told here when it is answered.") % pledge)
                return redirect("my-pledge", pledge.number)
    context = {
        "pledge": pledge, "need": pledge.need, "step": 3, "content": Content(pledge), "form": form,
        "beyond": overreach(pledge), "missing": pledge.refusals(Pledge.Status.SUBMITTED, by=request.user),
    }  # fmt: skip
    return render(request, "my/pledge_check.html", context, status=status)
