"""A pledge as its page, its check and its receipt show it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from projects.models import Agreement, Pledge
from registry.core.quantity import Money, capitals
from registry.core.search import numbered_or_404

WITH = ("organisation", "need__county", "need__field", "county", "field", "campaign", "project")


def pledge_or_404(rows, number):
    """The pledge of `rows`; another's is as unknown as one that does not exist."""
    return numbered_or_404(rows.select_related(*WITH), number)


class Content:
    """What a pledge offers. The organisation's own and what member companies give are never added together."""

    def __init__(self, pledge):
        self.pledge = pledge
        items = pledge.items.select_related("need_item", "enterprise")
        self.own = [item for item in items if not item.enterprise_id]
        self.mobilised = [item for item in items if item.enterprise_id]
        self.instalments = pledge.instalments.all()

    @property
    def own_money(self):
        return _sum(self.own)

    @property
    def mobilised_money(self):
        return _sum(self.mobilised)

    @property
    def in_capitals(self):
        """The whole money in capitals, for paper; empty where none is offered."""
        whole = self.own_money.value + self.mobilised_money.value
        return capitals(whole) if whole else ""


def _sum(items):
    return Money(sum((item.amount or Decimal(0) for item in items), Decimal(0)))


@dataclass(frozen=True)
class Stop:
    """One station on a pledge's way. `at` is None while it lies ahead."""

    label: str
    at: datetime | None
    is_now: bool


def course_of(pledge):
    """The stations of a pledge, each with its instant: handed in, two decisions, signed, carried."""
    carried = pledge.status_at if pledge.status == Pledge.Status.CARRIED else None
    stations = (
        (_("Submitted"), pledge.submitted_at), (_("Accepted by the bureau"), pledge.accepted_at),
        (_("Confirmed by the county"), pledge.confirmed_at), (_("Signed"), pledge.signed_at),
        (_("Carried into a project"), carried),
    )  # fmt: skip
    last = max((place for place, (_label, at) in enumerate(stations) if at), default=-1)
    return [Stop(label, at, place == last) for place, (label, at) in enumerate(stations)]


def papers_of(pledge):
    """The files of a pledge and of its agreements: [(what, files)]."""
    agreements = Agreement.objects.filter(pledge=pledge).prefetch_related("documents")
    own = list(pledge.documents.order_by("pk"))
    papers = [(agreement, list(agreement.documents.all())) for agreement in agreements]
    return [(paper, files) for paper, files in [(None, own), *papers] if files or paper]
