from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core.fields import Choice, TextLine
from registry.core.models import Record


class StandardReason(Record):
    """A wording that the bureau uses when it returns or declines something."""

    class Use(models.TextChoices):
        RETURN_NEED = "return_need", _("returning a need")
        DECLINE_PLEDGE = "decline_pledge", _("declining a pledge")
        RETURN_STEP = "return_step", _("returning a step")
        RETURN_RESULT = "return_result", _("returning a result")
        WAIVE_STEP = "waive_step", _("waiving a step")

    use = Choice(_("used for"), max_length=20, choices=Use)
    text = TextLine(_("wording"), max_length=200)
    text_en = TextLine(_("English wording"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("standard reason")
        verbose_name_plural = _("standard reasons")
        ordering = ("use", "position")
        constraints = (models.UniqueConstraint(fields=("use", "text"), name="standard_reason_once"),)

    def __str__(self):
        return self.text
