"""One measure over the counties as tiles by prefecture and on the map: the same places with the same words."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.utils.translation import gettext as _

from counties.models import Division
from counties.reference import DATA
from registry.core.addresses import addresses
from registry.core.quantity import Money, Quantity, Total, format_quantity
from registry.reports.showcase import STEPS, step_of

OUTLINE = DATA / "hebei-outline.json"
"""Made by `requirements/outline.py`; not there where its packages could not be had."""


@dataclass(frozen=True)
class Place:
    """A county as it is drawn; `step` 0 to 4 is its shade."""

    county: Division
    total: Total
    step: int
    url: str

    @property
    def text(self):
        return format_quantity(self.total, "headline")


@dataclass(frozen=True)
class Group:
    """The counties of a prefecture; `total` is counted by itself."""

    city: Division | None
    total: Total
    url: str
    places: list[Place]

    @property
    def text(self):
        return format_quantity(self.total, "headline")

    @property
    def tiles(self):
        """What stands in each tile, for `filled`."""
        for place in self.places:
            county = place.county
            yield {"step": place.step, "url": place.url, "name": county, "called": county.called, "text": place.text}


def places_of(counties, values, measure, query):
    """A `Place` for each of `counties`, shaded in equal parts of the largest value."""
    found = [(county, values.of_county(county.code, measure)) for county in counties]
    most, address = _largest(total for _county, total in found), addresses("county")
    return [
        Place(county, total, step_of(_whole(total), most) if most else 0, address(county.code) + query)
        for county, total in found
    ]


def groups_of(places, values, measure, narrowing):
    """The places by prefecture, in the order of the codes."""
    cities = {}
    for place in sorted(places, key=lambda place: place.county.code):
        cities.setdefault(place.county.parent, []).append(place)
    return [
        Group(
            city,
            values.of_city(city.code, measure) if city else measure.nothing,
            narrowing.query(city=city.code) if city else "",
            of_city,
        )
        for city, of_city in cities.items()
    ]


def legend_of(places, measure):
    """What each shade stands for: [{"step", "text"}]."""
    most = _largest(place.total for place in places)
    entries = [{"step": 0, "text": format_quantity(measure.nothing, "headline")}]
    limits = [most * step // STEPS for step in range(STEPS + 1)] if most else []
    for step, (below, limit) in enumerate(pairwise(limits), 1):
        if measure.is_money:
            entries.append({"step": step, "text": _("up to %s") % _told(measure, limit)})
        elif below // 100 < limit // 100:
            numbers = dict.fromkeys([below // 100 + 1, limit // 100])
            entries.append({"step": step, "text": "–".join(f"{number:,}" for number in numbers)})
    return entries


def _whole(total):
    """The value in fen or hundredths: steps are counted in whole numbers."""
    return int((total.value or 0) * 100)


def _largest(totals):
    return max(map(_whole, totals), default=0)


def _told(measure, hundredths):
    value = Decimal(hundredths) / 100
    return format_quantity(Money(value) if measure.is_money else Quantity(value, measure.unit), "headline")


# The map


def may_see_map(user):
    """Whoever is signed in; the public only where the map was reviewed and its number is set."""
    return bool(user.is_authenticated or settings.MAP_REVIEW_NO)


@cache
def _outline(changed):
    return json.loads(OUTLINE.read_text("utf-8"))


def outline():
    """{"width", "height", "counties", "cities"} as `requirements/outline.py` draws it, None where it was not drawn."""
    try:
        return _outline(OUTLINE.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@dataclass(frozen=True)
class Map:
    """`drawn`: (place, path) of what is shown, joined by code; `rest`: all other counties as one path."""

    width: int
    height: int
    drawn: list[tuple[Place, str]]
    rest: str
    cities: str
    number: str

    @property
    def first(self):
        """The ten largest, those with nothing left out."""
        known = [place for place, _path in self.drawn if place.total.value]
        return sorted(known, key=lambda place: (-place.total.value, place.county.code))[:10]


def map_of(places):
    """The `Map` of the places, None where there are no outlines."""
    lines = outline()
    if lines is None:
        return None
    shown = {place.county.code: place for place in places}
    counties = lines["counties"]
    return Map(
        lines["width"],
        lines["height"],
        [(shown[code], path) for code, path in counties.items() if code in shown],
        "".join(path for code, path in counties.items() if code not in shown),
        "".join(lines["cities"].values()),
        settings.MAP_REVIEW_NO,
    )
