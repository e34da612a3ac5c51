"""What the public home and the cases print: quoted figures with their source, counted ones with their rule, apart.

A quoted figure comes from a `Statement` and a counted one from `registry.reports.figures`; they are two kinds of
card in two lists, and nothing here adds one to the other.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import reverse

from counties.models import Division
from projects.models import Statement
from registry.core.addresses import addresses
from registry.core.models import in_one
from registry.core.prepared_rows import PreparedRows
from registry.core.quantity import format_quantity

STEPS = 4


@dataclass(frozen=True)
class Quoted:
    """A quoted figure as `partials/figure_card.html` shows it."""

    label: str
    text: str
    exact: str
    rule: str
    as_of: date | None
    url: str
    note: str
    kind: str = "quoted"


def quoted(statement):
    quantity = statement.quantity
    return Quoted(
        label=in_one(statement.title, statement.title_en),
        text=format_quantity(quantity, "headline") if quantity else statement.text,
        exact=format_quantity(quantity, "exact") if quantity else "",
        rule=f"{statement.quote} ({statement.source})",
        as_of=statement.as_of,
        url=reverse("statement", args=(statement.code,)),
        note=statement.as_of_text,
    )


def headline(campaign=None):
    """The headline statements (of one campaign, or of all) as cards, in their order, one for each code."""
    statements = {}
    found = Statement.objects.headline()
    for statement in found if campaign is None else found.filter(campaign=campaign):
        statements.setdefault(statement.code, statement)
    return [quoted(statement) for statement in statements.values()]


def designated_counties():
    """The counties of today that count among the 62, by their codes, each with its prefecture."""
    return _designated().ask()


@cache
def _designated():
    return PreparedRows(Division.objects.designated().select_related("parent").order_by("code"))


def county_tiles(facets, word):
    """The counties that count among the 62, grouped by prefecture, for `partials/tiles.html`.

    `facets` are those of the projects shown; `word` puts a number of projects in words.
    """
    numbers = {entry["value"]: entry["count"] for entry in facets["county"]}
    counties = designated_counties()
    most = max((numbers.get(county.code, 0) for county in counties), default=0)
    groups, address = {}, addresses("county")
    for county in counties:
        number = numbers.get(county.code, 0)
        tile = {
            "label": county.called,
            "title": str(county),
            "url": address(county.code),
            "step": step_of(number, most),
            "text": word(number),
        }
        groups.setdefault(county.parent, []).append(tile)
    return [{"name": str(parent or ""), "tiles": tiles} for parent, tiles in groups.items()], legend(most)


def step_of(number, most):
    """0 for none, else 1 to 4 in equal parts of the largest number."""
    return min(STEPS, -(-number * STEPS // most)) if number else 0


def legend(most):
    """What each step stands for: [{"step": 1, "text": "1–5"}]."""
    entries = [{"step": 0, "text": "0"}]
    for step in range(1, STEPS + 1):
        numbers = [number for number in (most * (step - 1) // STEPS + 1, most * step // STEPS) if number]
        if most and numbers[0] <= numbers[-1]:
            entries.append({"step": step, "text": "–".join(map(str, dict.fromkeys(numbers)))})
    return entries
