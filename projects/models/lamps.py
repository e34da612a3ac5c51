"""When a lamp turns: the thresholds of the traffic lights and their palette, which the bureau sets itself."""

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.core.fields import Choice
from registry.core.models import Record


class LampRuleQuerySet(models.QuerySet):
    def current(self):
        """The one row, or the shipped rule where none has been set. One query."""
        return self.first() or LampRule()


class LampRule(Record):
    """The rule in force; one row at most.

    Shipped: due within 7 days shows as due soon; progress 10 to 30 percentage points behind the straight line from
    start to end shows as lagging, more as overdue (source: practice of Yinchuan, 2025). The palette changes colours
    only: a lamp always shows its shape and its word too.
    """

    class Palette(models.TextChoices):
        RED_YELLOW_GREEN = "red-yellow-green", _("red, yellow, green")
        RED_YELLOW_BLUE = "red-yellow-blue", _("red, yellow, blue")
        RED_ORANGE_GREEN_BLUE = "red-orange-green-blue", _("red, orange, green, signed off blue")

    only = models.BooleanField(_("the only row"), default=True, unique=True, editable=False)
    due_soon_days = models.PositiveSmallIntegerField(
        _("due soon: days before the due date"), default=7, validators=(MaxValueValidator(90),)
    )
    behind = models.PositiveSmallIntegerField(
        _("lagging: percentage points behind the plan"),
        default=10,
        validators=(MinValueValidator(1), MaxValueValidator(99)),
    )
    far_behind = models.PositiveSmallIntegerField(
        _("overdue: percentage points behind the plan"),
        default=30,
        validators=(MinValueValidator(2), MaxValueValidator(100)),
    )
    report_days = models.PositiveSmallIntegerField(
        _("monthly reports: working days after the month's end"),
        default=5,
        validators=(MinValueValidator(1), MaxValueValidator(20)),
    )
    palette = Choice(_("palette"), max_length=30, choices=Palette, default=Palette.RED_YELLOW_GREEN)

    objects = LampRuleQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("rule of the lamps")
        verbose_name_plural = _("rule of the lamps")
        constraints = (
            models.CheckConstraint(name="lamp_rule_only_one", condition=Q(only=True)),
            models.CheckConstraint(
                name="lamp_rule_order",
                condition=Q(far_behind__gt=F("behind")),
                violation_error_message=_("“Overdue” must begin further behind the plan than “lagging”."),
            ),
        )

    def __str__(self):
        return str(self._meta.verbose_name)

    @property
    def due_soon(self):
        """How long before its due date a step shows as due soon."""
        return datetime.timedelta(days=self.due_soon_days)
