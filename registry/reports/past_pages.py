"""Pages that ask about the past: what takes longer than a page may is counted by a job, and then stands at its address.

A person asks for it by a button, as for a long list; the page shows how far it is. When it is done the same address has
the answers that were kept (kept_past.py), so that the page itself is made as always.
"""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from registry.core.jobs import enqueue_once, job
from registry.core.lists_out import PARAMETER, JobRequest, ask_for_list
from registry.core.models import Job, reads_everything
from registry.core.read_only import own_affairs
from registry.core.sealing.chain import settled
from registry.core.views.jobs import state_of

from .as_of import parse_instant
from .kept_past import TooLong, keeping, patience

KIND, WAITS = "past", 60
"""The kind of job, and seconds for which it waits for those who are writing into the past that it is to read."""

INSTANTS = ("as_of", "against")


def in_time(view):
    """Make `f(request, ...)` a page that says so, and offers to count in the background, where it would take long."""

    @wraps(view)
    def timed(request, *args, **kwargs):
        if isinstance(request, JobRequest) or not reads_everything(request.user):
            return view(request, *args, **kwargs)
        try:
            with patience():
                return view(request, *args, **kwargs)
        except TooLong:
            return _too_long(request)

    timed.in_time = True
    return timed


def _too_long(request):
    address = request.get_full_path()
    asked = Job.objects.within_scope_of(request.user).filter(kind=KIND, parameters__address=address)
    last = asked.order_by("-id").first()
    about = state_of(last) if last else {}
    return render(request, "reports/too_long.html", {**about, "address": address})


@own_affairs
@login_required
@require_POST
def ask_past(request):
    """Queue the page whose address was sent, under its own guard, and go back there; a list as a file is one."""
    address = request.POST.get("address", "")
    try:
        if PARAMETER in QueryDict(address.partition("?")[2]):
            return HttpResponseRedirect(reverse("job", args=(ask_for_list(address, request.user).key,)))
        address = standing(address)
        _view_at(request.user, address)
    except ValidationError as refusal:
        raise Http404(refusal.messages[0]) from None
    enqueue_once(count_past, by=request.user, address=address)
    return HttpResponseRedirect(address)


def standing(address):
    """The address with instants that stay what they are: “today” would be another one at every look.

    Raises ValidationError for one that cannot be read.
    """
    path, _sign, query = address.partition("?")
    params, now = QueryDict(query, mutable=True), timezone.now()
    for name in INSTANTS:
        text = params.get(name, "").strip()
        if text and parse_instant(text, now=now) == now:
            params[name] = timezone.localtime(now).isoformat()  # the day that the reader asked for
    return f"{path}?{params.urlencode()}" if query else path


def _view_at(user, address):
    """(request, match) of the page at the address. Raises ValidationError where there is no such page."""
    try:
        request = JobRequest(user, address)
    except Resolver404:
        request = None
    if request is None or not getattr(request.resolver_match.func, "in_time", False):
        raise ValidationError(_("This page cannot be asked for like this. Open the page and ask from there."))
    return request, request.resolver_match


@job(KIND, gettext_lazy("Figures of a past day counted"))
def count_past(progress, *, by, address):
    """Make the page at the address once, in the name of whoever asked, and keep what the past answered.

    Whoever was writing when it began may write of an instant before: those are waited for.
    """
    if settled(patience=WAITS) is None:
        words = _("Somebody has been writing for longer than a minute. Ask for it again when that is done.")
        raise ValidationError(words)
    request, match = _view_at(by, address)
    with keeping(progress):
        match.func(request, *match.args, **match.kwargs)
    return {"words": _("The figures are counted."), "url": address}
