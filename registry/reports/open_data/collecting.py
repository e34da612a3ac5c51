"""What is open of the register, read once: everything of the projects by one statement, so that no two files differ.

The rows are written to disk as they come and read again for each file: memory does not grow with the register.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils import timezone

from counties.filters import listed_counties
from counties.models import Designation, Division
from orgs.models import FormerName, Organisation
from projects.models import Funding, Need, Participation, Project, Result
from projects.models.funding import FundingQuerySet
from projects.needs import gaps_of, with_gaps
from projects.tables import AT_A_TIME, Row, ledger
from registry.core.dates import SHANGHAI
from registry.core.public_session import public_session
from registry.core.quantity import YUAN, Money, Quantity, total
from registry.reports.figures import report

PUBLIC = AnonymousUser()
"""Who reads here: nobody in particular, so nothing but what is published."""


class Kept:
    """Rows on disk, to be read as often as they are needed; `wrap` makes of each what the columns ask."""

    def __init__(self, path, rows, wrap=lambda row: row, step=lambda: None):
        self._path, self._wrap, self.number = path, wrap, 0
        with path.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n")
                self.number += 1
                step()

    def __iter__(self):
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield self._wrap(json.loads(line))


class Entry(Row):
    """A project with everything that the files say of it."""

    def __getitem__(self, name):
        return self.values[name]

    @property
    def url(self):
        return f"/projects/{self.number}/"

    @property
    def parties(self):
        return self.values["parties"]

    @cached_property
    def lines(self):
        return [Line(self, values) for values in self.values["lines"]]

    @cached_property
    def results(self):
        return [Outcome(values) for values in self.values["outcomes"]]

    @cached_property
    def mobilised(self):
        """Companies' money by the rule of its figure, landed or not."""
        found = [line.money for line in self.lines if line["part"] == "mobilised"]
        return total(found, YUAN) if found else Money(None)

    def brought(self, unit):
        """Approved results in one unit, added up; not stated where there is none."""
        found = [result.reached for result in self.results if result["unit"] == unit]
        return total(found, unit) if found else Quantity(None, unit)


@dataclass(frozen=True)
class Line:
    """A funding line of a project."""

    project: Entry
    values: dict

    def __getitem__(self, name):
        return self.values[name]

    @property
    def money(self):
        return Money(decimal(self["amount"]), qualifier=self["qualifier"], wording=self["wording"])

    @property
    def measure(self):
        return Quantity(decimal(self["quantity"]), self["unit"])

    @property
    def counted_in(self):
        """The figure whose sum the line is part of, "" for none: lines of landed projects by the figures' rules."""
        return self["part"] if self.project["landed"] else ""

    @property
    def party(self):
        """Its giver as {"id", "name", "code", "kind"}; None where all gave together."""
        return self["organisation"] or self["enterprise"]


@dataclass(frozen=True)
class Outcome:
    """An approved result."""

    values: dict

    def __getitem__(self, name):
        return self.values[name]

    @property
    def reached(self):
        return Quantity(decimal(self["actual"]), self["unit"], qualifier=self["qualifier"], wording=self["wording"])


def decimal(text):
    return None if text is None else Decimal(text)


def day_of(text):
    return None if text is None else date.fromisoformat(text)


def _party(path, **more):
    """The party that `path` leads to as an object, null where there is none."""
    found = JSONObject(id=f"{path}_id", name=f"{path}__name", code=f"{path}__code", **more)
    return Case(When(**{f"{path}__isnull": False}, then=found), default=None)


def _parties():
    rows = Participation.objects.visible_to(PUBLIC).filter(project=OuterRef("pk")).order_by("id")
    columns = {
        "role": F("role"), "organisation": _party("organisation", kind="organisation__kind"),
        "enterprise": _party("enterprise"), "unnamed": F("unnamed"), "number": F("unnamed_count"),
        "qualifier": F("unnamed_qualifier"),
    }  # fmt: skip
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def _lines():
    """The standing lines, each with the figure of which it would be a part if the project has landed."""
    lines = Funding.objects.visible_to(PUBLIC).filter(project=OuterRef("pk")).order_by("id")
    of_figure = {"funds": FundingQuerySet.of_organisations, "mobilised": FundingQuerySet.of_companies}
    parts = [
        When(Exists(Funding.objects.order_by().involved(whose).filter(pk=OuterRef("pk"))), then=Value(name))
        for name, whose in of_figure.items()
    ]
    as_text = {name: Cast(name, CharField()) for name in ("amount", "quantity")}  # JSON has only floats
    as_is = ("id", "state", "kind", "origin", "is_joint", "qualifier", "wording", "goods", "unit", "value_basis")
    columns = {
        **{name: F(name) for name in as_is}, **as_text, "occurred_on": F("occurred_on"),
        "confirmed": Case(When(confirmed_at__isnull=False, then=True), default=False),
        "organisation": _party("organisation", kind="organisation__kind"), "enterprise": _party("enterprise"),
        "part": Case(*parts, default=Value("")),
    }  # fmt: skip
    return ArraySubquery(lines.values(row=JSONObject(**columns)))


def _results():
    rows = Result.objects.visible_to(PUBLIC).approved().filter(project=OuterRef("pk")).order_by("id")
    as_is = ("id", "indicator", "level", "unit", "qualifier", "wording", "occurred_on")
    columns = {name: F(name) for name in as_is}
    columns |= {name: Cast(name, CharField()) for name in ("planned", "actual")}
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def projects():
    """The published projects, each a dict with all that is open of it; one statement."""
    landed = Exists(Project.objects.order_by().landed().filter(pk=OuterRef("pk")))
    extra = (
        "summary", "planned_start", "planned_end", "actual_start", "actual_end", "is_demo", "campaign__code",
        "campaign__name", "campaign__name_en", "campaign__scheme", "continues__number",
    )  # fmt: skip
    rows = Project.objects.visible_to(PUBLIC).order_by("number")
    found = ledger(rows, extra, landed=landed, parties=_parties(), lines=_lines(), outcomes=_results())
    return found.iterator(chunk_size=AT_A_TIME)


def organisations():
    """The registered organisations, with the number of published projects that each takes part in."""
    parts = Participation.objects.visible_to(PUBLIC).order_by().filter(organisation=OuterRef("pk"))
    counted = parts.values("organisation").annotate(number=Count("project", distinct=True)).values("number")
    former = FormerName.objects.filter(organisation=OuterRef("pk")).order_by("until", "name")
    rows = Organisation.objects.visible_to(PUBLIC).order_by("id").annotate(
        projects=Coalesce(Subquery(counted), 0), former=ArraySubquery(former.values("name")),
    )  # fmt: skip
    columns = (
        "id", "code", "name", "kind", "is_chamber", "is_charity", "level", "origin", "authority__name", "registered_on",
        "supervising_unit", "certainty", "status", "merged_into_id", "former", "projects", "is_demo",
    )  # fmt: skip
    return rows.values(*columns).iterator(chunk_size=AT_A_TIME)


def counties():
    """Today's counties with a designation, what they were called, and what landed there by the counting rules."""
    found = report(user=PUBLIC, by=["county"], codes=["projects", "funds"])
    figures = {row.cells[0].value: row.totals for row in found.slices[0].rows}
    kinds = Designation.objects.filter(division__home=OuterRef("pk")).order_by("kind", "id")
    former = Division.objects.filter(home=OuterRef("pk"), valid_to__isnull=False).order_by("valid_from", "code")
    one = JSONObject(kind="kind", counts="counts", year="assessment_year", approved="approved_on")
    rows = listed_counties().order_by("code").annotate(
        held=ArraySubquery(kinds.values(row=one)),
        former=ArraySubquery(former.values(row=JSONObject(code="code", name="name"))),
    )  # fmt: skip
    columns = ("code", "name", "pinyin", "parent__code", "parent__name", "valid_from", "held", "former")
    for row in rows.values(*columns):
        totals = figures.get(row["code"])
        projects, funds = (totals[name] if totals else None for name in ("projects", "funds"))
        yield row | {
            "landed": int(projects.value) if projects else 0,
            "funds": [funds.value, funds.qualifier.value] if funds and funds.lines else [None, "exact"],
        }


def needs():
    """The published needs, a row for each thing that is wanted; a need without any has one row all the same."""
    rows = (
        Need.objects.visible_to(PUBLIC).public().order_by("number").select_related("campaign", "county__home", "field")
    )
    for need in with_gaps(rows).iterator(chunk_size=AT_A_TIME):
        for gap in gaps_of(need) or [None]:
            yield _need(need, gap)


def _need(need, gap):
    county = need.county.home or need.county
    row = {
        "number": need.number, "name": need.name, "campaign": need.campaign.code, "county": county.code,
        "county_name": county.name, "field": need.field.code, "field_name": need.field.name,
        "urgency": need.urgency, "status": need.status, "expires_on": need.expires_on, "is_demo": need.is_demo,
        "published_on": need.published_at and timezone.localtime(need.published_at, SHANGHAI).date(), "item": None,
        "kind": None, "what": None, "unit": None, "wanted": None, "accepted": None, "unmet": None,
    }  # fmt: skip
    if gap is not None:
        item, sums = gap.item, {"wanted": gap.wanted, "accepted": gap.accepted, "unmet": gap.unmet}
        row |= {name: quantity.value for name, quantity in sums.items()}
        row |= {"item": item.pk, "kind": item.kind, "what": item.what, "unit": gap.wanted.unit}
    return row


@dataclass(frozen=True)
class Collected:
    """What is open, ready to be written. Funding lines are those of the projects."""

    folder: Path
    projects: Kept
    organisations: Kept
    counties: Kept
    needs: Kept

    def rows(self, code):
        """The rows of the set called `code`."""
        if code == "funding":
            return (line for project in self.projects for line in project.lines)
        return getattr(self, code)

    def kept(self, name, rows):
        """Rows that are made of these, beside them."""
        return Kept(self.folder / name, rows)


def expected():
    """How many rows a collection will read, roughly: a need can have several."""
    needed = Need.objects.visible_to(PUBLIC).public()
    tables = (Project.objects.visible_to(PUBLIC), Organisation.objects.visible_to(PUBLIC), listed_counties(), needed)
    with public_session():
        return sum(rows.count() for rows in tables)


def collect(folder, step=lambda: None):
    """Read what is open into `folder`; `step` is called with each row. Read it inside of one transaction."""
    with public_session():
        return Collected(
            folder,
            Kept(folder / "projects.rows", projects(), Entry, step),
            Kept(folder / "organisations.rows", organisations(), dict, step),
            Kept(folder / "counties.rows", counties(), dict, step),
            Kept(folder / "needs.rows", needs(), dict, step),
        )
