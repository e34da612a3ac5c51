"""Every measure in all, by prefecture and by county, from one report and two questions about needs."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from counties.models.divisions import codes_above
from projects.models import Need
from projects.needs import lacking_by_county
from registry.core.quantity import Total
from registry.reports.figures import report
from registry.reports.figures.dimensions import NONE_WORD, SEVERAL_WORD

from .measures import COUNTED, MEASURES


class Told(NamedTuple):
    label: Promise
    total: Total


@dataclass(frozen=True)
class Values:
    """{code of a measure: Total} of the whole, of each prefecture and of each county, by their codes.

    `apart`: (what it is called, the same) of what stands under no single county. A measure that cannot be narrowed as
    asked is in none of them.
    """

    as_of: datetime.datetime
    whole: dict[str, Total]
    cities: dict[str, dict[str, Total]]
    counties: dict[str, dict[str, Total]]
    apart: list[tuple[str, dict[str, Total]]]

    def of_city(self, code, measure):
        return self.cities.get(code, {}).get(measure.code, measure.nothing)

    def of_county(self, code, measure):
        return self.counties.get(code, {}).get(measure.code, measure.nothing)

    @property
    def measures(self):
        """Those that there are."""
        return [measure for code, measure in MEASURES.items() if code in self.whole]

    def told(self, totals):
        """{code: `Told`} of every measure that there is, from those of a place."""
        return {one.code: Told(one.label, totals.get(one.code, one.nothing)) for one in self.measures}


def values_of(user, narrowing, city=None):
    """The `Values` over what `user` may know of. With `city` (a code) what stands apart is that of the city."""
    found = report(
        user=user, campaign=narrowing.asked("campaign"), filters=narrowing.of_figures, by=("county", "city"),
        codes=COUNTED,
    )  # fmt: skip
    by_county, by_city, by_both = found.slices
    values = Values(
        found.as_of,
        {figure.code: figure.quantity for figure in found.figures},
        {row.cells[0].value: dict(row.totals) for row in by_city.rows},
        {row.cells[0].value: dict(row.totals) for row in by_county.rows},
        [
            (row.cells[0].label, row.totals)
            for row in (by_both.rows if city else by_county.rows)
            if row.cells[0].value in (NONE_WORD, SEVERAL_WORD) and (not city or row.cells[1].value == city)
        ],
    )
    if narrowing.of_needs is not None:
        _add_needs(values, Need.objects.visible_to(user).open().filter(**narrowing.of_needs))
    return values


def _add_needs(values, needs):
    """What the open needs lack, entered beside the figures. These add up: a need has one county."""
    number, gap = MEASURES["needs"], MEASURES["gap"]
    values.whole.update({number.code: number.nothing, gap.code: gap.nothing})
    for code, (needed, unmet) in lacking_by_county(needs).items():
        added = {number.code: Total(needed, number.unit, lines=needed), gap.code: Total(unmet, gap.unit, lines=needed)}
        places = [values.whole]
        if code:
            places += [values.counties.setdefault(code, {}), values.cities.setdefault(codes_above(code)[1], {})]
        for place in places:
            for name, total in added.items():
                place[name] = place.get(name, MEASURES[name].nothing) + total
