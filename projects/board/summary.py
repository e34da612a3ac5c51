"""The figures above the board."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, Sum
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
        """Four queries, whatever was found."""
        found = filters.registered
        parts = Participation.objects.filter(project__in=found.landed().values("pk"), organisation__isnull=False)
        one = Coalesce("organisation__merged_into", "organisation")
        late = ProjectStep.objects.filter(project__in=filters.working.values("pk")).overdue(filters.on)
        fresh = Count("pk", filter=Q(due_on__gte=filters.on - WEEK))
        return cls(
            projects=Quantity(found.count(), "个"),
            organisations=Quantity(parts.aggregate(number=Count(one, distinct=True))["number"], "家"), **_money(found),
            **late.order_by().aggregate(overdue=Count("pk"), fresh=fresh),
        )  # fmt: skip


def _money(projects):
    """What was committed and received, each with the precision of its lines."""
    lines = Funding.objects.standing().of_organisations().filter(project__in=projects.values("pk"))
    promised = lines.filter(project=OuterRef("project"), state=Funding.State.COMMITTED, amount__isnull=False)
    of = {"committed": Q(state="committed"), "received": Q(state="received")}
    of["fulfilled"] = of["received"] & Exists(promised)
    parts = {}
    for name, here in of.items():
        stated = here & Q(amount__isnull=False)
        parts |= {
            name: Sum("amount", filter=here),
            f"{name}_about": Count("pk", filter=stated & Q(qualifier="about")),
            f"{name}_over": Count("pk", filter=stated & Q(qualifier__in=("over", "at_least"))),
        }
    sums = lines.aggregate(**parts)
    return {
        name: Money(sums[name], qualifier=sum_qualifier(sums[f"{name}_about"], sums[f"{name}_over"])) for name in of
    }
