"""What an organisation did, in figures: its parts and money by year, where and in what it works, what it promised and
kept. Those that were merged into it are counted with it."""

from dataclasses import dataclass

from django.db.models import Count

from orgs.models import Enterprise
from projects.models import Participation, Pledge, Project
from registry.core.lookups import one_of
from registry.core.quantity import Total, total
from registry.reports.figures import FIGURES, Definition, Figure, report

ROLES = tuple(role for role in Participation.Role if role != Participation.Role.MOBILISED)
MONEY = ("funds_own", "funds_raised", "mobilised")


@dataclass(frozen=True)
class Line:
    """A year, or all of them: landed projects in which it takes part, how many in each role, and its money."""

    label: str
    projects: Total
    roles: list[int]
    money: list[Total]


@dataclass(frozen=True)
class Promises:
    """Pledges that bureau and county have both said yes to, and what became of them."""

    total: int
    kept: int
    signed: int
    waiting: int
    released: int


@dataclass(frozen=True)
class Doings:
    roles: list[str]
    money: list[Definition]
    figure: Figure
    lines: list[Line]
    whole: Line
    counties: list
    fields: list
    promises: Promises

    @property
    def rules(self):
        """(label, rule) of every figure that stands in the table."""
        return [(one.label, one.rule) for one in (self.figure.definition, *self.money)]


def doings_of(organisation, user):
    """The `Doings` as far as `user` may know of them; a constant number of questions."""
    family = organisation.family().values("pk")
    landed = Project.objects.visible_to(user).landed()
    own = Participation.objects.filter(one_of("organisation_id", family)).values("project")
    among = Project.objects.visible_to(user).filter(pk__in=own)
    by_year = report(user=user, among=among, by=("year",), codes=("projects",))
    by_place = report(user=user, among=among, by=("county", "field"), codes=("projects",))
    parts = _parts(family, user, landed)
    money = [_money(FIGURES[code], family, landed) for code in MONEY]
    years = {int(row.cells[0].value): row.totals["projects"] for row in by_year.slices[0].rows}
    years |= {year: FIGURES["projects"].total(None) for given in money for year in given if year not in years}
    lines = [
        Line(
            str(year), years[year], [len(parts.get((year, role), ())) for role in ROLES],
            [given.get(year, FIGURES[code].total(None)) for code, given in zip(MONEY, money, strict=True)],
        )
        for year in sorted(years, reverse=True)
    ]  # fmt: skip
    figure = by_year.figures[0]
    whole = Line(
        "", figure.quantity,
        [len({key for (_year, taken), keys in parts.items() if taken == role for key in keys}) for role in ROLES],
        [total(given.values(), FIGURES[code].unit) for code, given in zip(MONEY, money, strict=True)],
    )  # fmt: skip
    counties, fields = ([(row.cells[0], row.totals["projects"]) for row in part.rows] for part in by_place.slices[:2])
    return Doings(
        [str(role.label) for role in ROLES], [FIGURES[code] for code in MONEY], figure, lines, whole, counties, fields,
        promises_of(organisation),
    )  # fmt: skip


def _parts(family, user, landed):
    """{(year, role): ids of its landed projects}."""
    parts = Participation.objects.visible_to(user).filter(
        one_of("organisation_id", family), project__in=landed.values("pk")
    )
    found = {}
    for year, role, project in parts.order_by().values_list("project__year", "role", "project"):
        found.setdefault((year, role), set()).add(project)
    return found


def _money(definition, family, landed):
    """{year: Total} of its own lines, or those of its member companies, that the figure counts."""
    companies = Enterprise.objects.filter(member_of__in=family).order_by().values("pk")
    given = one_of("organisation_id", family) | one_of("enterprise_id", companies)
    lines = definition.counted(definition.source.rows(landed)).filter(given).order_by()
    rows = lines.values("project__year").annotate(**definition.aggregates)
    return {row["project__year"]: definition.total(row) for row in rows}


def promises_of(organisation):
    """The `Promises` of an organisation: of what was confirmed only, so the same for everybody."""
    pledges = Pledge.objects.promised().filter(one_of("organisation_id", organisation.family().values("pk")))
    counted = dict(pledges.order_by().values("status").annotate(number=Count("pk")).values_list("status", "number"))
    status = Pledge.Status
    return Promises(
        sum(counted.values()), counted.get(status.CARRIED, 0), counted.get(status.SIGNED, 0),
        counted.get(status.CONFIRMED, 0), counted.get(status.WITHDRAWN, 0),
    )  # fmt: skip
