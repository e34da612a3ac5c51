"""Needs as counties write them down, for the tests of their pages."""

import datetime
from decimal import Decimal

from django.urls import reverse

from projects.models import Campaign, Need
from registry.core.dates import today
from tests.factories import make_need

from .sent import fields_of

LATER = today() + datetime.timedelta(days=90)
MONEY = {"kind": "money", "what": "", "amount": Decimal(300)}
BEDS = {"kind": "goods", "what": "床", "quantity": Decimal(50), "unit": "张"}


def draft(county, **overrides):
    return make_need(**{"county": county, "status": "draft"} | overrides)


def items_of(need):
    return [(item.kind, item.what, item.amount or item.quantity, item.unit) for item in need.items.order_by("pk")]


def address(need, name="my-need"):
    return reverse(name, args=(need.number,))


def form_of(answer, **changes):
    """What the need's form holds, as a browser would send it back, with `changes` typed into it."""
    entry = answer.context["entry"]
    return fields_of(entry.own, entry.lines.management_form, *entry.lines.forms) | {"act": "save"} | changes


def typed(helped, **changes):
    """A new need, filled in as people write."""
    return {
        "seen_version": "0", "name": "教室取暖", "field": helped.code, "urgency": "urgent", "why": "冬季停课\n三所小学",
        "county": str(Need._meta.get_field("county").related_model.objects.get(name="康保县").pk), "place": "土城子镇",
        "campaign": str(Campaign.objects.current().pk), "expires_on": f"{LATER:%Y年%m月%d日}", "contact_name": "王明",
        "contact_phone": "0313-7000000", "item-TOTAL_FORMS": "3", "item-INITIAL_FORMS": "0",
        "item-0-kind": "money", "item-0-what": "", "item-0-measure": "72万",
        "item-1-kind": "goods", "item-1-what": "床", "item-1-measure": "50张",
        "item-2-kind": "money", "item-2-what": "", "item-2-measure": "", "act": "save",
    } | changes  # fmt: skip
