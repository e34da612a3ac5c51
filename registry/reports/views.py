"""Public pages made of several rooms: the nine cases, events."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from projects.filters import EventFilters
from projects.models import Event
from projects.whole import Whole, whole_projects
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing

from .printed import AT_A_TIME, EVENTS, page_of


def in_projects(number):
    return ngettext("%d project", "%d projects", number) % number


@require_safe
def cases(request):
    """The projects that a source tells of, each with its quote and its figures as the source has them."""
    found = whole_projects(request.user).exclude(quote="").filter(is_demo=False).order_by("number")
    return render(request, "reports/cases.html", {"cases": [Whole(project, request.user) for project in found]})


@require_safe
@gives_files
def events(request):
    rows = Event.objects.visible_to(request.user)
    listing = Listing(
        EventFilters(request.GET, rows, request=request),
        lambda found: found.select_related("division").prefetch_related("hosts"), as_file=True,
    )  # fmt: skip
    if listing.is_file:
        total = listing.page.paginator.count
        found = listing.rows.iterator(chunk_size=AT_A_TIME)
        return hand_out(request, page_of(_("Events"), EVENTS, found, total, request.user))
    context = {"listing": listing, "ways": listing.ways_out(request)}
    return render(request, "reports/events.html", context, status=listing.status)
