"""Needs with what is still unmet, for many at once; what goes beyond it; for which counties a person may write them."""

from django.db.models import Count, DecimalField, F, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from counties.models import Division
from counties.models.postings import within_posting
from projects.models import NeedItem, PledgeItem
from projects.models.items import ItemKind
from projects.models.needs import Gap
from projects.models.promises import BINDING
from registry.core.quantity import format_quantity
from registry.core.roles import Role

QUANTITY = DecimalField(max_digits=18, decimal_places=4)


def with_gaps(needs):
    """`needs` with their items, each carrying `given`, what binding pledges promise towards it: for `gaps_of`."""
    binding = Q(pledged__pledge__status__in=BINDING)
    promised = Coalesce("pledged__amount", "pledged__quantity", output_field=QUANTITY)
    given = Coalesce(Sum(promised, filter=binding), Value(0), output_field=QUANTITY)
    items = NeedItem.objects.annotate(given=given).order_by("id")
    return needs.prefetch_related(Prefetch("items", items))


def gaps_of(need):
    """The same as `need.gaps()` for a need of `with_gaps`, without asking the database again."""
    return [Gap(item, item.given) for item in need.items.all()]


def lacking_by_county(needs):
    """{code of today's county, None where there is no single one: (number of `needs`, money in yuan still unmet)}.

    Two queries.
    """
    home = "county__home__code"
    numbers = dict(needs.order_by().values(home).annotate(number=Count("pk")).values_list(home, "number"))
    promised = PledgeItem.objects.filter(need_item=OuterRef("pk"), pledge__status__in=BINDING).order_by()
    promised = Subquery(promised.values("need_item").annotate(sum=Sum("amount")).values("sum"))
    items = NeedItem.objects.filter(need__in=needs.order_by().values("pk"), kind=ItemKind.MONEY).order_by()
    items = items.annotate(unmet=F("amount") - Coalesce(promised, Value(0), output_field=QUANTITY))
    unmet = dict(items.values(f"need__{home}").annotate(sum=Sum("unmet")).values_list(f"need__{home}", "sum"))
    return {code: (number, unmet.get(code, 0)) for code, number in numbers.items()}


def counties_of(user):
    """Today's counties for which `user` may write needs: the bureau for all, a county's staff for their own."""
    counties = Division.objects.today().counties().filter(home__isnull=False).order_by("code")
    if user.holds(Role.BUREAU):
        return counties
    return counties.filter(within_posting(user, "home__code")) if user.holds(Role.COUNTY) else counties.none()


def overreach(pledge):
    """What a pledge that does not bind yet offers beyond what its need still lacks: a sentence an item, exact to the
    fen, none where it fits or is free. Own and mobilised offers towards one item are taken together."""
    if pledge.need is None:
        return []
    offered = {}
    for item in pledge.items.filter(need_item__isnull=False):
        offered[item.need_item_id] = offered.get(item.need_item_id, 0) + item.measure.value
    return [
        _("“%(what)s”: %(offered)s is offered, and the gap is now %(unmet)s.")
        % {
            "what": gap.name,
            "offered": format_quantity(gap.of(offered[gap.item.pk]), "exact"),
            "unmet": format_quantity(gap.unmet, "exact"),
        }
        for gap in pledge.need.gaps()
        if offered.get(gap.item.pk, 0) > gap.unmet.value
    ]
