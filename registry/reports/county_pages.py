"""The counties of the action as tiles, map and table, the page of one, and what fits on one sheet about it."""

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_list_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counties.filters import listed_counties
from counties.models import Division, Level
from registry.core.filters import BadQuery
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing

from .atlas import pictures
from .atlas.county import told_of
from .atlas.measures import MEASURES
from .atlas.narrowing import NOT_OF_NEEDS, VIEWS, AtlasFilters, Narrowing
from .atlas.values import values_of
from .printed import COUNTIES, page_of

COLUMNS = (
    ("name", gettext_lazy("County"), "", "rising"),
    ("code", gettext_lazy("Code"), "num", "rising"),
    ("", gettext_lazy("Prefecture"), "", ""),
    ("", gettext_lazy("Designations"), "", ""),
    ("", gettext_lazy("Delisted: year of assessment"), "num", ""),
    ("", gettext_lazy("Delisted: day of approval"), "num", ""),
)
SIZE = 200
"""All of them on one page: the table has the same counties as the pictures."""


@require_safe
@gives_files
def counties(request):
    listing = Listing(
        AtlasFilters(request.GET, listed_counties(), request=request),
        lambda found: found.select_related("parent"), size=SIZE, as_file=True,
    )  # fmt: skip
    context = {"listing": listing, "ways": listing.ways_out(request)}
    if listing.fault:
        return render(request, "counties/list.html", context, status=400)
    narrowing = listing.filters
    city = narrowing.asked("city")
    values = values_of(request.user, narrowing, city and city.code)
    shown = list(listing.rows if listing.is_file else listing.page)
    if listing.is_file:
        return hand_out(request, page_of(_("Counties"), COUNTIES, _rows(shown, values), len(shown), request.user))
    context |= _picture(request, listing, values, shown) | {
        "shown": shown,
        "rows": _rows(shown, values) if narrowing.view_asked == "table" else [],
        "heads": [*listing.heads(COLUMNS), *_measured_heads(values)],
        "values": values,
        "whole": values.told(values.cities.get(city.code, {}) if city else values.whole),
        "place": city.called if city else _("All counties"),
        "city": city,
        "query": narrowing.query(),
        "crumbs": _crumbs(narrowing, values, city),
        "measures": _measures(listing),
    }
    return render(request, "counties/list.html", context)


def _rows(counties, values):
    """[(county, its designations, its totals)] of the table and the file."""
    prefetch_related_objects(counties, "folded__designations")
    return [(one, designations_of(one), values.told(values.counties.get(one.code, {}))) for one in counties]


def _picture(request, listing, values, counties):
    """The tabs, and what the one that was asked for draws; in words why there is no map."""
    narrowing = listing.filters
    measure, view = narrowing.measure_asked, narrowing.view_asked
    places = pictures.places_of(counties, values, measure, narrowing.query())
    offered = pictures.may_see_map(request.user)
    drawn = pictures.map_of(places) if view == "map" and offered else None
    no_map = ""
    if view == "map" and drawn is None:
        view = "tiles"
        no_map = (
            _("The outlines of the counties are not set up on this machine: here are the tiles with the same numbers.")
            if offered
            else _("The map has not been reviewed for the public: here are the tiles with the same numbers.")
        )
    tabs = [name for name in VIEWS if name != "map" or offered]
    return {
        "measure": measure,
        "view": view,
        "no_map": no_map,
        "map": drawn,
        "groups": pictures.groups_of(places, values, measure, narrowing),
        "legend": pictures.legend_of(places, measure),
        "tabs": [
            {"label": VIEWS[name], "url": f"?{listing.address(view=name)}", "current": name == view} for name in tabs
        ],
    }


def _measures(listing):
    """The measures as chips; those of needs leave out what needs cannot be asked by."""
    return [
        {
            "label": one.label,
            "url": f"?{listing.address(measure=code, **(dict.fromkeys(NOT_OF_NEEDS) if one.is_of_needs else {}))}",
            "current": one is listing.filters.measure_asked,
        }
        for code, one in MEASURES.items()
    ]


def _measured_heads(values):
    unit = _("10,000 yuan")
    return [
        {"label": f"{one.label} ({unit})" if one.is_money else one.label, "classes": "num"} for one in values.measures
    ]


def _crumbs(narrowing, values, city=None, county=None):
    """From all counties down to here, each with its own total of the measure; the last one is no link."""
    measure, here = narrowing.measure_asked, reverse("counties")
    steps = [(_("All counties"), here + narrowing.query(), values.whole[measure.code])]
    if city is not None:
        total = values.of_city(city.code, measure)
        steps.append((city.called, here + narrowing.query(city=city.code), total))
    if county is not None:
        steps.append((county.called, "", values.of_county(county.code, measure)))
    return [{"label": label, "url": url, "total": total} for label, url, total in steps]


def designations_of(county):
    """The designations of a county and of the units that it came from; needs them prefetched."""
    return [designation for unit in county.folded.all() for designation in unit.designations.all()]


@require_safe
def county(request, code):
    """A county as it is today; an old code leads to today's county, and has a page where there is no single one."""
    return _county_page(request, code, "county", "counties/detail.html")


@require_safe
def sheet(request, code):
    """The same on one sheet of paper."""
    return _county_page(request, code, "county-sheet", "counties/sheet.html", order="-amount")


def _county_page(request, code, name, template, order=""):
    unit = _unit(code)
    narrowing = Narrowing(request.GET, Division.objects.none(), request=request)
    try:
        narrowing.check()
    except BadQuery as bad:
        return render(request, "counties/refused.html", {"county": unit, "faults": bad.faults}, status=400)
    if unit.home is not None and unit.home.code != code:
        return redirect(reverse(name, args=(unit.home.code,)) + narrowing.query())
    if unit.home is None and name != "county":
        raise Http404
    values = values_of(request.user, narrowing)
    context = {
        "county": unit,
        "measure": narrowing.measure_asked,
        "query": narrowing.query(),
        "chips": _chips(narrowing),
        "crumbs": _crumbs(narrowing, values, unit.parent, unit),
        "former": [one for one in unit.folded.all() if one.pk != unit.pk],
        "designations": designations_of(unit) or list(unit.designations.all()),
        **told_of(unit, request.user, narrowing, order),
    }
    return render(request, template, context)


def _chips(narrowing):
    """What the figures are narrowed to; following one takes it away. `words`: the same on paper."""
    told = [(name, f"{label}: {words}") for name, label, words in narrowing.chosen]
    return [
        {"label": f"{words} ✕", "words": words, "url": narrowing.query(**{name: None}) or "?"} for name, words in told
    ]


def _unit(code):
    units = get_list_or_404(
        Division.objects.filter(code=code, level=Level.COUNTY)
        .select_related("parent__parent", "home")
        .prefetch_related("folded__designations", "designations", "successors")
        .order_by("-valid_from")
    )
    return units[0]
