"""The need hall: what counties lack, for everybody to see, and the page of one need. No contact but by agreement."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.models import Organisation
from projects.contacts import contact_of
from projects.filters import NeedFilters, need_facets
from projects.lamps import last_day_lamp
from projects.matches import matches_for_organisation
from projects.models import Document, Need, Pledge
from projects.needs import gaps_of, with_gaps
from projects.printed import NEEDS, needs_page
from projects.stories import picture
from projects.views import SHOWN, chip_of
from registry.core.dates import today
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing
from registry.core.roles import Role
from registry.core.search import numbered_or_404

SIZE = 24
BEST = 3
"""So many needs that fit are put before the list, where nothing was asked for yet."""


def hall_of(user):
    """The needs of the hall: what is published, whoever asks."""
    return Need.objects.visible_to(user).public()


@require_safe
@gives_files
def needs(request):
    user = request.user
    filters = NeedFilters(request.GET, hall_of(user), request=request)
    listing = Listing(filters, lambda found: with_gaps(found.select_related("county", "field")), SIZE, as_file=True)
    if listing.is_file:
        by = str(user) if user.is_authenticated else ""
        return hand_out(request, needs_page(listing, NEEDS, title=_("Needs of the counties"), by=by))
    fits, day = fitting(user), today()
    context = {
        "listing": listing,
        "ways": listing.ways_out(request),
        "cards": [(need, gaps_of(need), last_day_lamp(need, day), fits.get(need.pk)) for need in listing.page],
        "facets": facets_of(listing),
        "orders": orders_of(listing),
        "best": list(fits.values())[:BEST] if not listing.chips and listing.page.number == 1 else [],
        "pledges": pledges_here(user),
    }
    return render(request, "projects/needs.html", context, status=listing.status)


def facets_of(listing):
    """What was found, as chips: city and county both ask by the code of the place."""
    facets = {} if listing.fault else need_facets(listing.found)
    labels = {"city": _("City")}
    return [
        {
            "label": labels.get(name) or listing.filters.filters[name].label,
            "chips": [chip_of(listing, "county" if name == "city" else name, entry) for entry in entries[:SHOWN]],
        }
        for name, entries in facets.items()
        if entries
    ]


def orders_of(listing):
    """The orders that the hall offers, as chips."""
    offered = (
        ("open", _("open ones first")),
        ("-id", _("newest")),
        ("ends", _("ending soonest")),
        ("-gap", _("largest gap in money")),
    )
    return [
        {"label": label, "url": f"?{listing.address(ordering=key)}", "current": listing.filters.order == key}
        for key, label in offered
    ]


def pledges_here(user):
    """Whether the person may pledge: for an organisation that takes part."""
    return user.is_authenticated and user.holds(Role.ORGANISATION) and user.has_perm("projects.submit_pledge")


def fitting(user):
    """{key of the need: the match} of what fits the organisations that the person speaks for, the best first."""
    if not pledges_here(user):
        return {}
    members = Organisation.objects.filter(memberships__in=user.memberships.approved())
    matches = [match for one in members for match in matches_for_organisation(one, None, user=user)]
    found = {}
    for match in sorted(matches, key=lambda match: -match.score):
        found.setdefault(match.need.pk, match)
    return found


@require_safe
def need_photo(request, number, pk):
    """The public copy of a photograph of a published need."""
    rows = Document.objects.shown_to_all().select_related("shown")
    return picture(get_object_or_404(rows, pk=pk, need__number=number).shown)


@require_safe
def need(request, number):
    rows = with_gaps(hall_of(request.user).select_related("county__parent", "field", "campaign"))
    found = numbered_or_404(rows, number)
    givers = Pledge.objects.binding().filter(need=found).aggregate(number=Count("organisation", distinct=True))
    context = {
        "need": found,
        "gaps": gaps_of(found),
        "givers": givers["number"],
        "lamp": last_day_lamp(found, today()),
        "is_open": found.status in Need.OPEN,
        "contact": contact_of(found, request.user),
        "photos": Document.objects.shown_to_all().filter(need=found).order_by("pk"),
        "files": Document.objects.visible_to(request.user).filter(need=found).order_by("pk"),
        "fits": fitting(request.user).get(found.pk),
        "pledges": pledges_here(request.user),
    }
    return render(request, "projects/need.html", context)
