"""A slice of figures as a small table with bars, for public pages: what each value has, and where it leads."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from .figures import HEADLINE, report
from .figures.dimensions import NONE_WORD, SEVERAL_WORD

MEASURES = ("projects", "funds")


@dataclass(frozen=True)
class Line:
    """One value of a dimension as addresses and as people read it, its totals, its share of the largest number of
    projects in percent, and the list of its projects."""

    value: str
    label: str
    projects: object
    funds: object
    share: int
    url: str

    @property
    def number(self):
        """How many projects, as a whole number."""
        return int(self.projects.value or 0)


@dataclass(frozen=True)
class Breakdown:
    label: str
    lines: list[Line]


def figures_and_parts(user, *dimensions, campaign=None, filters=None):
    """([figures of the headline], [a `Breakdown` by each of `dimensions`]) of what `user` may know of."""
    asked = {"user": user, "campaign": campaign, "filters": filters}
    whole = report(codes=HEADLINE, **asked).figures
    parts = [report(by=(code,), codes=MEASURES, **asked).slices[0] for code in dimensions]
    return whole, [_breakdown(part, campaign, filters or {}) for part in parts]


def _breakdown(part, campaign, filters):
    (dimension,) = part.by
    most = max((row.totals["projects"].value or 0 for row in part.rows), default=0)
    lines = [
        Line(
            *row.cells[0][:2], row.totals["projects"], row.totals["funds"],
            round(row.totals["projects"].value * 100 / most) if most else 0,
            _address(dimension.code, row.cells[0].value, campaign, filters),
        )
        for row in part.rows
    ]  # fmt: skip
    return Breakdown(str(dimension.label), lines)


def _address(dimension, value, campaign, filters):
    """The list of the projects of a value; "" where no list is kept for it."""
    if value in (NONE_WORD, SEVERAL_WORD):
        return ""
    asked = {"campaign": campaign.code} if campaign else {}
    return f"{reverse('projects')}?{urlencode(asked | filters | {dimension: value, 'landed': 'true'})}"
