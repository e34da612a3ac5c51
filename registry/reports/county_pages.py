"""The counties of the action and the page of one: what it is called and was, its designations, what is done there."""

from django.shortcuts import get_list_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from counties.filters import CountyFilters, listed_counties
from counties.models import Division, Level
from orgs.models import Organisation
from projects.models import Need, Participation, Project
from projects.needs import gaps_of, with_gaps
from projects.tables import Row, ledger
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing

from .figures import report
from .printed import COUNTIES, page_of
from .showcase import county_tiles, landed_facets
from .views import in_projects

COLUMNS = (
    ("name", _("County"), "", "rising"),
    ("code", _("Code"), "num", "rising"),
    ("", _("Prefecture"), "", ""),
    ("", _("Designations"), "", ""),
    ("", _("Delisted: year of assessment"), "num", ""),
    ("", _("Delisted: day of approval"), "num", ""),
    ("", _("Landed projects"), "num", ""),
)
SIZE = 100
SHOWN = 30
FIGURES = ("projects", "organisations", "funds", "beneficiaries")


@require_safe
@gives_files
def counties(request):
    listing = Listing(
        CountyFilters(request.GET, listed_counties(), request=request),
        lambda found: found.select_related("parent").prefetch_related("folded__designations"),
        size=SIZE, as_file=True,
    )  # fmt: skip
    facets = landed_facets(request.user)
    numbers = {entry["value"]: entry["count"] for entry in facets["county"]}
    shown = listing.rows if listing.is_file else listing.page
    rows = [(county, designations_of(county), numbers.get(county.code, 0)) for county in shown]
    if listing.is_file:
        return hand_out(request, page_of(_("Counties"), COUNTIES, rows, len(rows), request.user))
    tiles, legend = county_tiles(facets, in_projects)
    context = {
        "listing": listing,
        "ways": listing.ways_out(request),
        "rows": rows,
        "heads": list(listing.heads(COLUMNS)),
        "tiles": tiles,
        "legend": legend,
    }
    return render(request, "counties/list.html", context, status=listing.status)


def designations_of(county):
    """The designations of a county and of the units that it came from; needs them prefetched."""
    return [designation for unit in county.folded.all() for designation in unit.designations.all()]


@require_safe
def county(request, code):
    """A county as it is today; an old code leads to today's county, and has a page where there is no single one."""
    units = get_list_or_404(
        Division.objects.filter(code=code, level=Level.COUNTY)
        .select_related("parent__parent", "home")
        .prefetch_related("folded__designations", "designations", "successors")
        .order_by("-valid_from")
    )
    unit = units[0]
    if unit.home is not None and unit.home.code != code:
        return redirect("county", unit.home.code)
    projects = Project.objects.visible_to(request.user).in_county(code).order_by("-year", "-id")
    parties = Participation.objects.filter(project__in=projects.order_by()).values("organisation")
    needs = Need.objects.visible_to(request.user).open().in_county(code).select_related("field")
    context = {
        "county": unit,
        "former": [one for one in unit.folded.all() if one.pk != unit.pk],
        "designations": designations_of(unit) or list(unit.designations.all()),
        "figures": report(user=request.user, filters={"county": code}, codes=FIGURES).figures if unit.home else [],
        "projects": [Row(values) for values in ledger(projects)[: SHOWN + 1]],
        "organisations": Organisation.objects.visible_to(request.user).filter(pk__in=parties)[: SHOWN + 1],
        "needs": [(need, gaps_of(need)) for need in with_gaps(needs)[:SHOWN]],
        "shown": SHOWN,
        "shown_slice": f":{SHOWN}",
    }
    return render(request, "counties/detail.html", context)
