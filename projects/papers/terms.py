"""What an agreement says, as texts ready to be printed: the fields that a wording of the bureau's may use.

Agreements are made in the language of the site, not in the reader's: it is that one in which they are signed.
"""

from decimal import Decimal
from functools import wraps

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from projects.models import Pledge
from projects.models.funding import Funding
from registry.core.dates import format_date
from registry.core.quantity import Money, capitals, format_quantity

LINE = "＿" * 8
"""Room to write by hand."""

FIELDS = {
    "number": gettext_lazy("number of the agreement"),
    "title": gettext_lazy("title of the agreement"),
    "signed_on": gettext_lazy("day of the signing; a line to write on while it is not known"),
    "event": gettext_lazy("meeting at which it is signed"),
    "place": gettext_lazy("place of that meeting"),
    "campaign": gettext_lazy("campaign"),
    "need": gettext_lazy("need; empty for a free pledge"),
    "need_number": gettext_lazy("number of the need"),
    "pledge": gettext_lazy("number of the pledge"),
    "field": gettext_lazy("field of help"),
    "giver": gettext_lazy("giver"),
    "giver_code": gettext_lazy("credit code of the giver"),
    "receiver": gettext_lazy("receiving county"),
    "witness": gettext_lazy("bureau as witness"),
    "text": gettext_lazy("what the giver says of the pledge"),
    "deliver_by": gettext_lazy("day by which it is to be delivered"),
    "money": gettext_lazy("sum of money in figures; empty where no money is given"),
    "money_in_capitals": gettext_lazy("the same sum in capitals"),
    "mobilised": gettext_lazy("of which from member companies, in figures; empty where there is none"),
    "mobilised_in_capitals": gettext_lazy("the same part in capitals"),
}
"""Each one text: {name: what it is}."""

LISTS = {
    "items": (
        gettext_lazy("what is given, line by line"),
        {
            "no": gettext_lazy("No."), "kind": gettext_lazy("kind"), "what": gettext_lazy("what"),
            "measure": gettext_lazy("sum or quantity"), "value": gettext_lazy("stated value"),
            "by": gettext_lazy("given by"),
        },
    ),
    "instalments": (
        gettext_lazy("instalments of the money"),
        {
            "no": gettext_lazy("No."), "due_on": gettext_lazy("to arrive by"), "amount": gettext_lazy("amount"),
            "in_capitals": gettext_lazy("in capitals"),
        },
    ),
    "parties": (
        gettext_lazy("those who sign: giver, county, bureau, companies"),
        {
            "part": gettext_lazy("role"), "name": gettext_lazy("name"), "person": gettext_lazy("signed by"),
            "title": gettext_lazy("title of the person"), "date": gettext_lazy("signed on"),
        },
    ),
}  # fmt: skip
"""Each several lines: {name: (what it is, {field of a line: what it is})}."""


def _in_the_language_of_agreements(function):
    @wraps(function)
    def spoken(*args):
        with override(settings.LANGUAGE_CODE):
            return function(*args)

    return spoken


@_in_the_language_of_agreements
def terms_of(agreement):
    """{field: text} and {list: [{field: text}]} of an agreement about a pledge. Few queries, whatever its length."""
    pledge = Pledge.objects.select_related(
        "organisation", "campaign", "need__county", "need__field", "county", "field"
    ).get(pk=agreement.pledge_id)
    items = list(pledge.items.select_related("enterprise"))
    money = sum((item.amount for item in items if item.amount is not None), Decimal(0))
    mobilised = sum(
        (item.amount for item in items if item.amount is not None and item.origin == Funding.Origin.MOBILISED),
        Decimal(0),
    )
    signatories = list(agreement.signatories.select_related("organisation", "division").order_by("pk"))
    need, event = pledge.need, agreement.event
    return {
        "number": agreement.number,
        "title": agreement.name,
        "signed_on": _day(agreement.signed_on),
        "event": str(event or ""),
        "place": event.place if event else "",
        "campaign": pledge.campaign.name,
        "need": need.name if need else "",
        "need_number": need.number if need else "",
        "pledge": pledge.number,
        "field": pledge.help_field.name,
        "giver": pledge.organisation.name,
        "giver_code": pledge.organisation.code or "",
        "receiver": pledge.receiver.name,
        "witness": "、".join(str(one) for one in signatories if one.part == "witness"),
        "text": pledge.text,
        "deliver_by": format_date(pledge.deliver_by) if pledge.deliver_by else "",
        "money": _figures(money),
        "money_in_capitals": _capitals(money),
        "mobilised": _figures(mobilised),
        "mobilised_in_capitals": _capitals(mobilised),
        "items": [_item(number, item, pledge) for number, item in enumerate(items, 1)],
        "instalments": [_instalment(number, part) for number, part in enumerate(pledge.instalments.all(), 1)],
        "parties": [_party(one) for one in signatories],
    }


def _item(number, item, pledge):
    return {
        "no": str(number), "kind": item.get_kind_display(), "what": item.what,
        "measure": format_quantity(item.measure, "exact"),
        "value": format_quantity(Money(item.declared), "exact") if item.declared is not None else "",
        "by": str(item.enterprise or pledge.organisation.name),
    }  # fmt: skip


def _instalment(number, part):
    return {
        "no": str(number), "due_on": format_date(part.due_on), "amount": _figures(part.amount),
        "in_capitals": _capitals(part.amount),
    }  # fmt: skip


def _party(signatory):
    return {
        "part": signatory.get_part_display(), "name": _name(signatory), "person": signatory.person or LINE,
        "title": signatory.title or LINE, "date": _day(signatory.signed_on),
    }  # fmt: skip


def _name(signatory):
    return signatory.division.name if signatory.division_id else str(signatory)


def _day(day):
    return format_date(day) if day else LINE


def _figures(amount):
    return format_quantity(Money(amount), "exact") if amount else ""


def _capitals(amount):
    return capitals(amount) if amount else ""


@_in_the_language_of_agreements
def sample():
    """Made-up terms of the same shape, to try a wording with."""
    terms = {name: str(label) for name, label in FIELDS.items()}
    for name, (_label, columns) in LISTS.items():
        terms[name] = [{field: f"{label} {number}" for field, label in columns.items()} for number in (1, 2)]
    terms["title"] = _("Agreement on help: %s") % _("sample")
    return terms
