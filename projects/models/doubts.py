"""Doubts (疑点): what somebody found out about a row that a data check has found."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgtrigger import Delete, Row, Update

from registry.core.fields import LongText
from registry.core.models import InnerQuerySet, Record
from registry.core.refusals import word_refusals
from registry.core.triggers import Refuse, record_triggers

from .people import by

STAYS = "a note on a doubt stays"
word_refusals({STAYS: _("A note on a doubt stays as it was written. Write another one.")})


class DataCheckNoteQuerySet(InnerQuerySet):
    def of(self, rule):
        """Of one rule, the newest first."""
        return self.filter(rule=rule).order_by("-id")

    def within_scope_of(self, user):
        """All for who reads everything, else one's own. Beside a row that somebody may see its notes are read too."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self if user.reads_everything else self.filter(noted_by=user)


class DataCheckNote(Record):
    """“Looked into, explained: …”. It marks the row and hides nothing: the rule goes on finding it.

    `rule` is the code of a check and `row` the key of the row that it found: each rule finds rows of one table.
    """

    rule = models.SlugField(_("rule"), max_length=40)
    row = models.BigIntegerField(_("row"))
    words = LongText(_("what was found out"), max_length=1000)
    noted_by = by(_("looked into by"))
    noted_at = models.DateTimeField(_("looked into at"), default=timezone.now, editable=False)

    objects = DataCheckNoteQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("note on a doubt")
        verbose_name_plural = _("notes on doubts")
        ordering = ("-id",)
        default_permissions = ("view", "add")
        triggers = [
            *record_triggers(),
            Refuse(name="note_stays", operation=Update | Delete, level=Row, message=STAYS),
        ]
        constraints = (models.CheckConstraint(name="note_says_something", condition=~models.Q(words="")),)
        indexes = (models.Index(fields=("rule", "row", "-id"), name="note_of_row"),)

    def __str__(self):
        return self.words
