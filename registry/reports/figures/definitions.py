"""The counted figures of the register: each defined once, with its unit and its rule in words.

Page, interface, command and circular read this table. A figure either counts distinct things (`each`), and
then its slices need not add up, or sums a column (`amount`), and then an inexact row makes it inexact.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counties.models import Division
from orgs.models import Organisation
from projects.models import Funding, Participation, Project, Result
from projects.models.funding import FundingQuerySet
from registry.core.quantity import YUAN, Qualifier, Total, sum_qualifier

from .dimensions import DIMENSIONS
from .sources import FUNDING, PARTIES, PROJECTS, RESULTS, SITES, UNDIVIDED_PARTIES, Source

EVERY = frozenset(DIMENSIONS)
PLACES = frozenset({"county", "city"})
PARTY = frozenset({"origin", "kind", "level"})

_EARLIER = Project.objects.order_by().filter(pk=OuterRef("continues")).values(first=Coalesce("continues", "pk"))
UNDERTAKING = Case(When(continues=None, then=F("pk")), default=Subquery(_EARLIER))
"""The project by which all phases of one undertaking are known: the first of up to three."""


@dataclass(frozen=True)
class Definition:
    """`counted` narrows the source's rows to those that count; `landed`: of landed projects only.

    `each` is the thing told apart, for which `behind` is the table that is shown; or `amount` is the column
    summed, `qualifier` the one that says how exact it is. `adds_up` names the dimensions whose slices add up to the
    whole. `beside` is the sum of what the source's rows hold that does not count. `phases`: the thing told apart can
    have a row in each campaign that it was carried through: the latest is shown, and over several campaigns nothing
    adds up.
    """

    code: str
    label: Promise
    unit: str
    rule: Promise
    source: Source
    counted: Callable[[QuerySet], QuerySet]
    behind: type[Model]
    each: str | Combinable = ""
    amount: str = ""
    qualifier: str = "qualifier"
    adds_up: frozenset[str] = EVERY
    landed: bool = True
    phases: bool = False
    beside: "Definition | None" = None

    @property
    def counts_what(self):
        """What the grouped query counts or sums of each row: `thing`, and of a sum also how exact it is."""
        if self.each:
            return {"thing": F(self.each) if isinstance(self.each, str) else self.each}
        return {"thing": F(self.amount), "how": F(self.qualifier)}

    @property
    def aggregates(self):
        """The columns of a query that gives the figure of any of its rows together."""
        if self.each:
            return {"value": Count(self.each, distinct=True)}
        return sums(self.amount, self.qualifier)

    def total(self, row):
        """The figure of one row of either query, None for no row."""
        if row is None or self.each:
            number = row["value"] if row else 0
            return Total(number, self.unit, lines=number)
        return total_of(row, self.unit)

    def keys(self, rows):
        """The ids, in the table behind the figure, of counted `rows`: values named "row", perhaps repeated."""
        if self.phases:
            return rows.order_by().values(thing=self.each).annotate(row=Max("pk")).values("row")
        key = self.each or "pk"
        return rows.order_by().values(row=F(key) if isinstance(key, str) else key)


def sums(amount, qualifier):
    """The aggregates of a sum and of how exact its lines are."""
    stated = Q(**{f"{amount}__isnull": False})
    return {
        "value": Sum(amount),
        "lines": Count("pk"),
        "about": Count("pk", filter=stated & Q(**{qualifier: Qualifier.ABOUT})),
        "over": Count("pk", filter=stated & Q(**{f"{qualifier}__in": (Qualifier.OVER, Qualifier.AT_LEAST)})),
        "not_stated": Count("pk", filter=~stated),
    }


def total_of(row, unit):
    """The `Total` of a row of `sums`: not stated where no line is, zero where there is no line."""
    value = row["value"] if row["lines"] else 0
    return Total(
        value,
        unit,
        sum_qualifier(row["about"], row["over"]),
        lines=row["lines"],
        inexact=row["about"] + row["over"],
        not_stated=row["not_stated"],
    )


def _people(code, label, unit, rule):
    return Definition(
        code, label, unit, rule, RESULTS, lambda rows: rows.approved().in_unit(unit), Result, amount="actual"
    )


def _involved(lines):
    return lines.involved(FundingQuerySet.of_organisations)


def _part(code, label, rule, **which):
    """A part of “funds involved”: the lines of one origin or kind."""
    return Definition(
        code, label, YUAN, rule, FUNDING, lambda lines: _involved(lines).filter(**which), Funding, amount="amount"
    )


def _lines(code, label, rule, which):
    """How many lines of “funds involved” are as `which` says."""
    return Definition(
        code, label, "笔", rule, FUNDING, lambda lines: _involved(lines).filter(which), Funding, each="pk"
    )


def _in_state(code, label, state, rule):
    return Definition(
        code, label, YUAN, rule, FUNDING, lambda lines: lines.standing().of_organisations().in_state(state), Funding,
        amount="amount", landed=False,
    )  # fmt: skip


UNNAMED = Definition(
    "unnamed",
    _("Organisations that the sources do not name"),
    "家",
    _("Not counted: %(unnamed)s that the sources do not name."),
    UNDIVIDED_PARTIES,
    lambda rows: rows.filter(unnamed=Participation.Unnamed.ORGANISATIONS),
    Participation,
    amount="unnamed_count",
    qualifier="unnamed_qualifier",
)
"""Told beside the organisations taking part, in the words of its rule; no figure by itself."""

_PROMISED = Funding.objects.standing().of_organisations().in_state(Funding.State.COMMITTED)

FULFILLED = Definition(
    "fulfilled",
    _("Money received"),
    YUAN,
    _("Standing lines in the state “received” of all projects, landed or not, companies' money apart."),
    FUNDING,
    lambda lines: lines.standing().of_organisations().in_state(Funding.State.RECEIVED).filter(
        Exists(_PROMISED.filter(project=OuterRef("project"), amount__isnull=False))
    ),
    Funding,
    amount="amount",
    landed=False,
)  # fmt: skip
"""Of what was received the part of projects that state what was committed. The board tells it; no figure by itself."""

_USUAL = (
    Definition(
        "organisations",
        _("Organisations taking part"),
        "家",
        _(
            "Distinct organisations that take part in a landed project, in whatever role. Merged ones count as the one "
            "that they went into. Companies never count, nor do organisations that a source does not name. "
            "The parts of a division can add up to more: an organisation may appear in several."
        ),
        PARTIES,
        lambda rows: rows.filter(organisation__isnull=False),
        Organisation,
        each=Coalesce("organisation__merged_into", "organisation"),
        adds_up=PARTY,
        beside=UNNAMED,
    ),
    Definition(
        "projects",
        _("Projects landed"),
        "个",
        _(
            "Projects under way or later. A suspended or terminated project counts if it had been under way. "
            "A project in several counties stands under each of them and counts once in all. A project that was "
            "carried into the next campaign counts once in each of the two, and once in both together."
        ),
        PROJECTS,
        lambda rows: rows,
        Project,
        each=UNDERTAKING,
        adds_up=EVERY - PLACES,
        phases=True,
    ),
    Definition(
        "funds",
        _("Funds involved"),
        YUAN,
        _(
            "Of each landed project what was received, or where nothing was received, what was committed: the "
            "organisations' own money and money raised from the public, cash and goods and services with a value. "
            "Each line once; voided lines, pledges, spending and companies' money do not count. Money of a project in "
            "several counties stands under “several counties”."
        ),
        FUNDING,
        _involved,
        Funding,
        amount="amount",
    ),
    Definition(
        "counties",
        _("Counties covered"),
        "个",
        _(
            "Distinct designated counties, of those that count among the 62, in which a landed project has a site. "
            "Old codes and names count under today's county. "
            "The parts of a division can add up to more: a county may appear in several."
        ),
        SITES,
        lambda rows: rows.filter(division__home__in=Division.objects.designated().values("pk")),
        Division,
        each="division__home",
        adds_up=PLACES,
    ),
    _people(
        "beneficiaries",
        _("Beneficiaries, person-times"),
        "人次",
        _("Approved results of landed projects in person-times. Other units are other figures and are never added."),
    ),
    _people(
        "people",
        _("Beneficiaries, persons"),
        "人",
        _("Approved results of landed projects in persons; never added to person-times or households."),
    ),
    _people(
        "households",
        _("Beneficiaries, households"),
        "户",
        _("Approved results of landed projects in households; never added to persons or person-times."),
    ),
    Definition(
        "mobilised",
        _("Company money mobilised"),
        YUAN,
        _(
            "Money of member companies that organisations mobilised, of each landed project what was received, or "
            "where nothing was received, what was committed. It is not the organisations' money and is in no other "
            "figure."
        ),
        FUNDING,
        lambda lines: lines.involved(FundingQuerySet.of_companies),
        Funding,
        amount="amount",
    ),
    _in_state(
        "pledged", _("Pledged, not counted"), Funding.State.PLEDGED,
        _(
            "Standing lines in the state “pledged” of all projects, landed or not, companies' money apart. "
            "Shown for comparison; it is in no other figure."
        ),
    ),
)  # fmt: skip

_DETAILS = (
    _in_state(
        "committed", _("Money committed"), Funding.State.COMMITTED,
        _("Standing lines in the state “committed” of all projects, landed or not, companies' money apart."),
    ),
    _in_state(
        "received", _("Money received"), Funding.State.RECEIVED,
        _("Standing lines in the state “received” of all projects, landed or not, companies' money apart."),
    ),
    _in_state(
        "spent", _("Money spent"), Funding.State.SPENT,
        _("Standing lines in the state “spent” of all projects, landed or not, companies' money apart."),
    ),
    _part(
        "funds_own", _("Funds involved: own funds"),
        _("The part of “funds involved” that is the organisations' own; what was raised from the public is the rest."),
        origin=Funding.Origin.OWN,
    ),
    _part(
        "funds_raised", _("Funds involved: raised from the public"),
        _("The part of “funds involved” that was raised from the public; the organisations' own is the rest."),
        origin=Funding.Origin.RAISED,
    ),
    _part(
        "funds_cash", _("Funds involved: cash"),
        _("The part of “funds involved” that is cash; goods, service and what is of no stated kind are the rest."),
        kind=Funding.Kind.CASH,
    ),
    _part(
        "funds_goods", _("Funds involved: goods at their stated value"),
        _("The part of “funds involved” that is goods with a value. Goods without a value count as not stated."),
        kind=Funding.Kind.GOODS,
    ),
    _part(
        "funds_service", _("Funds involved: service at its stated value"),
        _("The part of “funds involved” that is service with a value. Service without a value counts as not stated."),
        kind=Funding.Kind.SERVICE,
    ),
    _part(
        "funds_of_no_kind", _("Funds involved: kind not stated"),
        _("The part of “funds involved” of which the source does not say whether it is cash, goods or service."),
        kind=Funding.Kind.NOT_STATED,
    ),
    _lines(
        "lines_inexact", _("Funds involved: lines that are inexact"),
        _("How many lines of “funds involved” have an amount that is given as about, over or at least."),
        Q(amount__isnull=False) & ~Q(qualifier=Qualifier.EXACT),
    ),
    _lines(
        "lines_not_stated", _("Funds involved: lines without an amount"),
        _("How many lines of “funds involved” have no stated amount: they add nothing to the sum."),
        Q(amount__isnull=True),
    ),
)  # fmt: skip

USUAL = tuple(definition.code for definition in _USUAL)
"""The figures of the counting rules, which are told wherever nobody asks for others."""

FIGURES = {definition.code: definition for definition in (*_USUAL, *_DETAILS)}

HEADLINE = ("organisations", "projects", "funds", "counties", "beneficiaries")
"""The five figures that the circular and the public home lead with."""
