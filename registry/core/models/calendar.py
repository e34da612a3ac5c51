"""Days off and days worked: the editable table behind every due date that counts in working days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..fields import Day, TextLine
from .record import Record


class CalendarDay(Record):
    """A day that is not what its weekday says: a weekday off (节假日), or a weekend day worked instead (调休)."""

    day = Day(_("day"), unique=True)
    is_working = models.BooleanField(
        _("worked"), default=False, help_text=_("Ticked: a Saturday or Sunday that is worked in exchange.")
    )
    name = TextLine(_("occasion"), max_length=60, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("holiday or exchanged day")
        verbose_name_plural = _("holidays and exchanged days")
        ordering = ("-day",)

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.name}".strip()
