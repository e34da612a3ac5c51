"""Needs with what is still unmet, for many at once."""

from django.db.models import DecimalField, Prefetch, Q, Sum, Value
from django.db.models.functions import Coalesce

from projects.models import NeedItem
from projects.models.needs import Gap
from projects.models.promises import BINDING

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
