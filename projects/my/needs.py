"""A county's needs: the list by state, the form, the answers to check before submitting, and what is done since.

Everything works by plain posts; what somebody else has changed meanwhile is never overwritten.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.documents import attach_document
from projects.actions.matching import move_need
from projects.actions.needs import extend_need, renew_need, save_need
from projects.lamps import last_day_lamp
from projects.models import Need, Pledge
from projects.models.documents import DocumentKind
from projects.needs import gaps_of, with_gaps
from registry.core.actions import Stale, locked
from registry.core.dates import today
from registry.core.forms import PlainTextField, refused
from registry.core.search import numbered_or_404
from registry.core.trail import acting

from .guard import county_page
from .need_entry import NeedEntry, answers_of
from .need_forms import LastDayForm

Status = Need.Status
GROUPS = (
    Status.RETURNED, Status.DRAFT, Status.SUBMITTED, Status.PARTLY_MET, Status.PUBLISHED, Status.EXPIRED, Status.MET,
    Status.WITHDRAWN,
)  # fmt: skip
"""The states in the order in which they ask for something to be done."""

SHOWN = 50
"""Needs of one state that the list shows, the newest."""


@county_page
@require_safe
def needs(request):
    day = today()
    rows = with_gaps(Need.objects.within_scope_of(request.user).select_related("county", "field")).order_by("-pk")
    found = {status: [] for status in GROUPS}
    for need in rows:
        found[need.status].append((need, gaps_of(need), last_day_lamp(need, day)))
    late = sum(need.is_past_expiry(day) for status in Need.OPEN for need, _gaps, _lamp in found[status])
    groups = [(status, Status(status).label, len(found[status]), found[status][:SHOWN]) for status in GROUPS]
    return render(request, "my/needs.html", {"groups": [group for group in groups if group[2]], "late": late})


def need_or_404(user, number):
    """The need that the person works with; another county's is as unknown as one that does not exist."""
    rows = Need.objects.within_scope_of(user).select_related("county", "field", "campaign")
    return numbered_or_404(with_gaps(rows), number)


# The form


@county_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_need(request):
    """A first draft."""
    return _entered(request, None)


@county_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit_need(request, number):
    """A draft or a returned need, to go on with."""
    found = need_or_404(request.user, number)
    if found.status not in Need.EDITABLE:
        messages.warning(request, _("What has been submitted is not changed any more: have it returned first."))
        return redirect("my-need", found.number)
    return _entered(request, found)


def _entered(request, found):
    """`act` says which button: save, check (save and go on), lines (some more of them)."""
    user, act = request.user, request.POST.get("act")
    if request.method != "POST":
        return _form(request, NeedEntry(user, found))
    if act == "lines":
        return _form(request, NeedEntry.with_more_lines(user, found, request.POST))
    entry = NeedEntry(user, found, request.POST, request.FILES)
    if not entry.is_valid():
        return _form(request, entry, 400)
    try:
        saved = save_need(by=user, need=found, version=entry.version, **entry.content)
    except Stale:
        return _form(request, entry, 409, conflict=entry.conflict(need_or_404(user, found.number)))
    except ValidationError as refusal:
        return _form(request, entry, 409, refusal=refusal.messages)
    _attach(request, entry.photos.cleaned_data, saved)
    if act == "check":
        return redirect("my-need-check", saved.number)
    messages.success(request, _("The draft is kept."))
    return redirect("my-need", saved.number)


def _form(request, entry, status=200, **more):
    files = entry.need.documents.order_by("pk") if entry.need else ()
    return render(request, "my/need_form.html", {"entry": entry, "files": files} | more, status=status)


def _attach(request, typed, need):
    """Each file for itself: one that is not taken does not cost the others."""
    uploads = [(upload, DocumentKind.PHOTO) for upload in typed["photos"]]
    for upload, kind in [*uploads, *((upload, DocumentKind.NEED_SHEET) for upload in typed["sheets"])]:
        try:
            attach_document(owner=need, upload=upload, by=request.user, kind=kind)
        except ValidationError as refusal:
            messages.error(request, f"{upload.name}: {' '.join(refusal.messages)}")


@county_page
@require_http_methods(["GET", "HEAD", "POST"])
def check_need(request, number):
    """All answers once more; the button submits them as they stand here."""
    found = need_or_404(request.user, number)
    move = found.lifecycle.find(found.status, Status.SUBMITTED)
    if move is None or found.status not in Need.EDITABLE:
        return redirect("my-need", found.number)
    refusal, status = [], 200
    if request.method == "POST":
        try:
            _move(request, found, Status.SUBMITTED)
        except ValidationError as error:
            refusal, status = error.messages, 409
            found = need_or_404(request.user, number)
        else:
            messages.success(request, _("Submitted. The bureau publishes it or returns it with its reasons."))
            return redirect("my-need", found.number)
    context = {
        "need": found, "answers": answers_of(found), "missing": found.missing_facts(move), "refusal": refusal,
        "files": found.documents.order_by("pk"),
    }  # fmt: skip
    return render(request, "my/need_check.html", context, status=status)


def _move(request, found, to, reason=""):
    """The move, of the version that the person saw; raises what the actions raise, Stale among it."""
    seen = request.POST.get("seen_version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    with acting(by=request.user, action="need.move", reason=reason):
        locked(found, by=request.user, version=version)
        return move_need(need=found, to=to, by=request.user, reason=reason)


# One need


@county_page
@require_http_methods(["GET", "HEAD", "POST"])
def need(request, number):
    """A need as it stands, and what can be done about it (`act`: extend, renew, or the state that it moves to)."""
    found = need_or_404(request.user, number)
    if request.method != "POST":
        return _page(request, found)
    act = request.POST.get("act", "")
    if act in ("extend", "renew"):
        return _given_a_day(request, found, renews=act == "renew")
    if act not in Status.values or act == Status.SUBMITTED:
        raise Http404
    try:
        reason = PlainTextField(max_length=300, required=False).clean(request.POST.get("reason", ""))
        moved = _move(request, found, act, reason)
    except ValidationError as refusal:
        return _page(request, need_or_404(request.user, number), 409, refusal=refusal.messages, typed=request.POST)
    messages.success(request, _("“%(need)s” is now: %(state)s.") % {"need": moved, "state": moved.get_state_display()})
    return redirect("my-need", found.number)


def _given_a_day(request, found, renews):
    form = LastDayForm(request.POST, renews=renews)
    if not form.is_valid():
        return _page(request, found, 400, day_form=form)
    typed = form.cleaned_data | {"version": form.cleaned_data["seen_version"]}
    del typed["seen_version"]
    try:
        (renew_need if renews else extend_need)(need=found, by=request.user, **typed)
    except ValidationError as refusal:
        refused(form, refusal)
        return _page(request, need_or_404(request.user, found.number), 409, day_form=form)
    words = _("Renewed: the bureau looks at it once more.") if renews else _("The later day stands.")
    messages.success(request, words)
    return redirect("my-need", found.number)


def _page(request, found, status=200, **more):
    moves = [move for move in found.moves_open_to(request.user) if move.target != Status.SUBMITTED]
    may = request.user.has_perm("projects.submit_need")
    renews = may and found.status == Status.EXPIRED
    extends = may and found.status in Need.OPEN and found.expires_on is not None
    day_form = None
    if renews or extends:
        seen = {"seen_version": found.version, "expires_on": None if renews else found.expires_on}
        day_form = LastDayForm(initial=seen, renews=renews)
    pledges = Pledge.objects.within_scope_of(request.user).filter(need=found).select_related("organisation")
    context = {
        "need": found, "gaps": gaps_of(found), "lamp": last_day_lamp(found, today()), "moves": moves,
        "editable": found.status in Need.EDITABLE, "renews": renews, "day_form": day_form,
        "is_public": found.status in Need.PUBLIC, "files": found.documents.order_by("pk"),
        "pledges": pledges.prefetch_related("items").order_by("-pk"),
    }  # fmt: skip
    return render(request, "my/need.html", context | more, status=status)
