"""What is told of one county: figures in all, by year and by field, its projects, organisations, needs and stories."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from orgs.models import Organisation
from projects.filters import ProjectFilters
from projects.listing.asking import projects_listed
from projects.models import Need, Participation, Story
from projects.needs import gaps_of, with_gaps
from projects.tables import Row, ledger
from registry.core.quantity import Total
from registry.reports.figures import report

from .measures import COUNTED, MEASURES

SHOWN = 12
PARTS = ("funds_own", "funds_raised", "mobilised")
"""By whose money: the first two come to “funds involved”, the third stands apart."""


@dataclass(frozen=True)
class Bar:
    """A line of a table with a bar: `share` in percent of the longest."""

    label: str
    totals: dict[str, Total]
    share: Decimal


@dataclass(frozen=True)
class Bars:
    """`drawn`: the measure that the bars show. `note`: why the lines need not add up, "" where they do."""

    title: str
    head: str
    drawn: str
    lines: list[Bar]
    note: str


def told_of(county, user, narrowing, order=""):
    """The context of a county's pages, over what `user` may know of. A unit without a home has no figures."""
    projects = _projects(county, user, narrowing, order)
    needs = Need.objects.visible_to(user).open().in_county(county.code).select_related("field")
    stories = Story.objects.visible_to(user).filter(status=Story.Status.PUBLISHED)
    stories = stories.filter(project__in=projects.order_by().values("pk"))
    context = {
        "projects": [Row(values) for values in ledger(projects)[: SHOWN + 1]],
        "projects_url": f"?{_query(county, narrowing).urlencode()}",
        "organisations": _organisations(projects, user),
        "needs": [(need, gaps_of(need)) for need in with_gaps(needs)[: SHOWN + 1]],
        "stories": list(stories.select_related("project")[:SHOWN]),
        "shown": SHOWN,
        "shown_slice": f":{SHOWN}",
    }
    return context | (_figures(county, user, narrowing) if county.home_id else {})


def _query(county, narrowing):
    query = QueryDict(mutable=True)
    query["county"] = county.code
    query.update(narrowing.of_figures)
    if campaign := narrowing.asked("campaign"):
        query["campaign"] = campaign.code
    return query


def _projects(county, user, narrowing, order):
    """As the list of projects finds them, to which the page leads."""
    query = _query(county, narrowing)
    del query["county"]  # which only a county of today can be asked by
    query["ordering"] = order
    rows = projects_listed(user).in_county(county.code)
    return ProjectFilters(query, rows, request=narrowing.request).qs


def _organisations(projects, user):
    """[(organisation, number of its projects here)], those with the most first."""
    parts = Participation.objects.visible_to(user).filter(
        project__in=projects.order_by().values("pk"), organisation__isnull=False
    )
    counted = parts.order_by().values("organisation").annotate(number=Count("project", distinct=True))
    numbers = dict(counted.order_by("-number", "organisation").values_list("organisation", "number")[: SHOWN + 1])
    known = Organisation.objects.visible_to(user).in_bulk(numbers)
    return [(known[key], number) for key, number in numbers.items() if key in known]


def _figures(county, user, narrowing):
    found = report(
        user=user, campaign=narrowing.asked("campaign"), filters={**narrowing.of_figures, "county": county.code},
        by=("year", "field"), codes=(*COUNTED, *PARTS),
    )  # fmt: skip
    figures = {figure.code: figure for figure in found.figures}
    drawn = narrowing.measure_asked.code if narrowing.measure_asked.code in COUNTED else COUNTED[0]
    titles = {"year": _("By year"), "field": _("By field of help")}
    return {
        "as_of": found.as_of,
        "figures": [figures[code] for code in COUNTED],
        "money": [figures[code] for code in PARTS],
        "pictures": [_bars(part, drawn, titles[part.by[0].code], figures) for part in found.slices[:2]],
    }


def _bars(part, drawn, title, figures):
    most = max((row.totals[drawn].value or 0 for row in part.rows), default=0)
    lines = [
        Bar(row.cells[0].label, row.totals, Decimal(row.totals[drawn].value or 0) * 100 / most if most else Decimal(0))
        for row in part.rows
    ]
    adds_up = all(part.adds_up(figures[code].definition) for code in COUNTED)
    note = "" if adds_up else _("The lines need not add up: distinct things are counted in each by itself.")
    return Bars(title, str(part.by[0].label), str(MEASURES[drawn].label), lines, note)
