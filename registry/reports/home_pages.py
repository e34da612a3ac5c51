"""The public home, and the same figures in the frame that hangs on a wall."""

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.listing.asking import facets_of_landed, projects_listed
from projects.models import Campaign, Circular, Commendation, Event, Need, Story
from projects.stories import cards
from projects.tables import Row, ledger
from registry.core.dates import today

from .breakdown import figures_and_parts
from .figures import HEADLINE, figures
from .showcase import county_tiles, headline
from .views import in_projects

PUBLIC = AnonymousUser()
RECENT = 6
STORIES = 3
MINUTES = 5
"""After so many the screen on the wall asks again."""


def notices_open(user, on):
    """Public notices to which objections are still taken, with the days left, the first to end first."""
    rows = Commendation.objects.visible_to(user).filter(status=Commendation.Status.NOTICE, notice_until__gte=on)
    rows = rows.filter(notice_from__lte=on).select_related("organisation", "project").order_by("notice_until", "pk")
    return [(one, one.days_left(on)) for one in rows[:RECENT]]


def news(user):
    """The latest events and circulars in one list, the newest first: [(day, kind, title, address)]."""
    events = Event.objects.visible_to(user).filter(status=Event.Status.HELD, starts_on__isnull=False)
    circulars = Circular.objects.visible_to(user).issued()
    told = [(one.starts_on, one.get_kind_display(), one.name, reverse("events")) for one in events[:RECENT]]
    for one in circulars.order_by("-issued_at", "-pk")[:RECENT]:
        day = one.dated_on or timezone.localdate(one.issued_at)
        told.append((day, one.get_kind_display(), one.title, reverse("circular", args=(one.pk,))))
    return sorted(told, key=lambda entry: entry[0], reverse=True)[:RECENT]


@require_safe
def home(request):
    user, on = request.user, today()
    facets = facets_of_landed(user)
    tiles, legend = county_tiles(facets, in_projects)
    recent = ledger(projects_listed(user).order_by("-year", "-id"))[:RECENT]
    told = Story.objects.visible_to(user).published().order_by("-published_at", "-pk")
    context = {
        "quoted": headline(),
        "counted": figures(user=user, codes=HEADLINE),
        "tiles": tiles,
        "legend": legend,
        "fields": [
            {"label": entry["label"], "count": entry["count"], "url": reverse("field", args=(entry["value"],))}
            for entry in facets["field"]
        ],
        "stories": cards(told[:STORIES]),
        "notices": notices_open(user, on),
        "news": news(user),
        "recent": [Row(values) for values in recent],
        "needs": Need.objects.visible_to(user).open().count(),
        "campaign": Campaign.objects.current(),
    }
    return render(request, "reports/home.html", context)


@require_safe
def screen(request):
    """A page for a wall of 1920 by 1080: the public's figures alone, whoever asks, asked again by itself."""
    user = PUBLIC
    facets = facets_of_landed(user)
    tiles, legend = county_tiles(facets, in_projects)
    whole, (by_field, by_year) = figures_and_parts(user, "field", "year")
    context = {
        "campaign": Campaign.objects.current(),
        "quoted": headline(),
        "figures": whole,
        "by_field": by_field,
        "by_year": by_year,
        "tiles": tiles,
        "legend": legend,
        "news": news(user),
        "now": timezone.now(),
        "seconds": MINUTES * 60,
    }
    return render(request, "reports/screen.html", context)
