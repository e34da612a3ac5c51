"""Campaigns and fields of help: what each is, who carries it, what came of it."""

from itertools import groupby

from django.core.exceptions import ValidationError
from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from orgs.models import Organisation
from projects.models import Campaign, CampaignBureau, Circular, Event, Field, Need, Participation, Project, Story
from projects.stories import cards
from projects.tables import Row, ledger
from registry.core.dates import today
from registry.core.filters import only_known

from .breakdown import figures_and_parts
from .showcase import headline

SHOWN = 10
STORIES = 3


def asks_too_much(request):
    """The answer in words to a parameter that a page without questions does not know; None where there is none."""
    try:
        only_known(request.GET, ())
    except ValidationError as fault:
        return render(request, "reports/not_asked.html", {"fault": fault.messages[0]}, status=400)
    return None


@require_safe
def campaigns(request):
    if refused := asks_too_much(request):
        return refused
    found = Campaign.objects.select_related("successor").prefetch_related("parts__authority")
    return render(request, "reports/campaigns.html", {"campaigns": found, "today": today()})


@require_safe
def campaign(request, code):
    if refused := asks_too_much(request):
        return refused
    user = request.user
    found = get_object_or_404(Campaign.objects.select_related("successor", "predecessor"), code=code)
    whole, parts = figures_and_parts(user, "field", "year", campaign=found)
    parts_taken = found.parts.select_related("authority").order_by("part", "authority__name")
    told = Story.objects.visible_to(user).published().filter(project__campaign=found)
    context = {
        "campaign": found,
        "hosts": [one.authority for one in parts_taken if one.part == CampaignBureau.Part.HOST],
        "partners": [one.authority for one in parts_taken if one.part == CampaignBureau.Part.PARTNER],
        "quoted": headline(found),
        "figures": whole,
        "parts": parts,
        "timeline": timeline(Event.objects.visible_to(user).filter(campaign=found)),
        "circulars": Circular.objects.visible_to(user).issued().filter(campaign=found),
        "stories": cards(told.order_by("-published_at", "-pk")[:STORIES]),
        "needs": Need.objects.visible_to(user).open().filter(campaign=found).count(),
        "predecessor": getattr(found, "predecessor", None),
        "is_over": found.ends_on is not None and found.ends_on <= today(),
    }
    return render(request, "reports/campaign.html", context)


def timeline(events):
    """Events by the year in which they began, the first year first; those without a day under None, at the end."""
    rows = events.select_related("division").prefetch_related("hosts")
    rows = rows.order_by(F("starts_on").asc(nulls_last=True), "pk")
    groups = groupby(rows, key=lambda event: event.starts_on and event.starts_on.year)
    return [(year, list(found)) for year, found in groups]


@require_safe
def fields(request):
    if refused := asks_too_much(request):
        return refused
    _whole, (part,) = figures_and_parts(request.user, "field")
    counted = {line.value: line for line in part.lines}
    schemes = groupby(Field.objects.active(), key=lambda field: field.get_scheme_display())
    context = {
        "schemes": [(scheme, [(field, counted.get(field.code)) for field in found]) for scheme, found in schemes],
    }
    return render(request, "reports/fields.html", context)


@require_safe
def field(request, code):
    if refused := asks_too_much(request):
        return refused
    user = request.user
    found = get_object_or_404(Field, code=code)
    whole, parts = figures_and_parts(user, "year", "county", filters={"field": code})
    projects = Project.objects.visible_to(user).in_field(code)
    parties = Participation.objects.filter(project__in=projects).values("organisation")
    told = Story.objects.visible_to(user).published().in_field(code)
    context = {
        "field": found,
        "figures": whole,
        "parts": parts,
        "projects": [Row(values) for values in ledger(projects.order_by("-year", "-id"))[:SHOWN]],
        "number": projects.count(),
        "organisations": Organisation.objects.visible_to(user).filter(pk__in=parties)[:SHOWN],
        "needs": Need.objects.visible_to(user).open().filter(field=found).select_related("county")[:SHOWN],
        "stories": cards(told.order_by("-published_at", "-pk")[:STORIES]),
        "shown": SHOWN,
    }
    return render(request, "reports/field.html", context)
