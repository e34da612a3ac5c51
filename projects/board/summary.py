"""The figures above the board."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from projects.models import Funding, Participation, ProjectStep
from registry.core.quantity import Money, Quantity, sum_qualifier

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands above the board, of the projects found before lamp and extent narrow them.

    `organisations`: distinct ones (merged ones as one) with a part in a landed project. Money: own and raised, without
    voided lines; `fulfilled` is what was received by projects that state what was committed. `overdue`: steps of the
    work shown that are late; `fresh`: those of them that became so within a week.
    """

    projects: Quantity
    organisations: Quantity
    committed: Money
    received: Money
    fulfilled: Money
    overdue: int
    fresh: int

    @classmethod
    def of(cls, filters):
        """Four queries at the most, whatever was found."""
        late = ProjectStep.objects.filter(project__in=filters.working.values("pk")).overdue(filters.on)
        fresh = Count("pk", filter=Q(due_on__gte=filters.on - WEEK))
        return cls(
            projects=Quantity(filters.registered.count(), "个"),
            **(_kept(filters) or _counted(filters.registered)),
            **late.order_by().aggregate(overdue=Count("pk"), fresh=fresh),
        )


KEPT = []
"""Functions of the floors above: {figure: Total} of what they keep, for pairs (dimension, key); {} where nothing."""

BY = frozenset({"campaign", "year"})
"""Filters by which figures are kept as the board counts them."""


def _kept(filters):
    """Organisations and money as they are kept, for those who read everything; {} for a question they do not answer."""
    asked = {name: value for name, value in filters.form.cleaned_data.items() if value not in (None, "")}
    asked = {name: value for name, value in asked.items() if name not in ("ordering", "lamp", "work")}
    if not filters.request.user.reads_everything or asked.keys() - BY:
        return {}
    narrowed = [(name, getattr(value, "pk", value)) for name, value in asked.items()]
    found = next((sums for sums in (kept(narrowed) for kept in KEPT) if sums), None)
    if found is None:
        return {}
    money = {name: found[name] for name in MONEY}
    return {"organisations": Quantity(found["organisations"].value, "家")} | {
        name: Money(one.value if one.lines else None, qualifier=one.qualifier) for name, one in money.items()
    }


def _counted(projects):
    parts = Participation.objects.filter(project__in=projects.landed().values("pk"), organisation__isnull=False)
    one = Coalesce("organisation__merged_into", "organisation")
    number = parts.aggregate(number=Count(one, distinct=True))["number"]
    return {"organisations": Quantity(number, "家"), **_money(projects)}


MONEY = ("committed", "received", "fulfilled")


def _money(projects):
    """What was committed and received, each with the precision of its lines. Summed up by project first, which tells
    those that state what was committed from the others."""
    lines = Funding.objects.standing().of_organisations().filter(project__in=projects.values("pk")).order_by()
    states = (Funding.State.COMMITTED, Funding.State.RECEIVED)
    by_project = (
        lines.filter(state__in=states, amount__isnull=False)
        .values("project")
        .annotate(**{name: part for state in states for name, part in _sums(state, Q(state=state)).items()})
    )
    promised = Q(committed__isnull=False)
    sums = by_project.aggregate(
        **{f"{name}_": Sum(name) for state in states for name in _sums(state, Q())},
        **{f"fulfilled{rest}_": Sum(f"received{rest}", filter=promised) for rest in ("", *PRECISE)},
    )
    return {
        name: Money(sums[f"{name}_"], qualifier=sum_qualifier(*(sums[f"{name}{rest}_"] or 0 for rest in PRECISE)))
        for name in MONEY
    }


PRECISE = {"_about": Q(qualifier="about"), "_over": Q(qualifier__in=("over", "at_least"))}


def _sums(name, here):
    """The sum of the lines `here`, and how many of them are inexact."""
    counts = {f"{name}{rest}": Count("pk", filter=here & inexact) for rest, inexact in PRECISE.items()}
    return {str(name): Sum("amount", filter=here), **counts}
