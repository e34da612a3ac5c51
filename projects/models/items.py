"""What a need wants and a pledge offers, in the same units."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.fields import Choice, TextLine, YuanField
from registry.core.models import Record
from registry.core.quantity import Money, Quantity


class ItemKind(models.TextChoices):
    MONEY = "money", _("money")
    GOODS = "goods", _("goods")
    SERVICE = "service", _("service")
    KNOW_HOW = "know_how", _("know-how")


class Item(Record):
    """What is wanted or offered: a sum of money, or a quantity of goods, service or know-how."""

    kind = Choice(_("kind"), max_length=10, choices=ItemKind)
    what = TextLine(_("what"), max_length=100, blank=True)
    amount = YuanField(_("amount in yuan"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = TextLine(_("unit"), max_length=20, blank=True)

    class Meta(Record.Meta):
        abstract = True

    @property
    def measure(self):
        """The value as one object: `Money` for money, else a `Quantity`."""
        return Money(self.amount) if self.kind == ItemKind.MONEY else Quantity(self.quantity, self.unit)

    def __str__(self):
        return f"{self.what} {self.measure}".strip()


def item_constraints(name):
    return (
        models.CheckConstraint(
            name=f"{name}_measure",
            # "is not null" is said outright: to a check, a comparison with nothing is as good as true.
            condition=Q(kind="money", amount__isnull=False, amount__gt=0, quantity__isnull=True, unit="")
            | (
                ~Q(kind="money")
                & Q(amount__isnull=True, quantity__isnull=False, quantity__gt=0)
                & ~Q(unit="")
                & ~Q(what="")
            ),
            violation_error_message=_(
                "Money needs an amount; everything else needs what it is, how much, and the unit."
            ),
        ),
    )
