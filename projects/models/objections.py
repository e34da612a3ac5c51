"""What people say against a praise or an award while its public notice lasts, and what came of it."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.core.constraints import paired
from registry.core.fields import Choice, LongText, TextLine
from registry.core.lifecycle import Lifecycle, Move, Staged
from registry.core.models import InnerQuerySet, Record, reads_everything

from .people import at, by
from .recognition import Commendation

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


_CHANCE = secrets.SystemRandom()


def new_receipt(chance=_CHANCE):
    """A receipt number that nobody can guess, without signs that are read for others: `YJ-7K3M-9QX2-H4TB`."""
    signs = chance.choices(_SIGNS, k=12)
    return "-".join(["YJ", *("".join(signs[start : start + 4]) for start in (0, 4, 8))])


class ObjectionQuerySet(InnerQuerySet):
    def open(self):
        return self.filter(status=Objection.Status.RECEIVED)

    def within_scope_of(self, user):
        """The bureau, which answers, and auditors: a nominee never learns who objected."""
        return self if reads_everything(user) else self.none()


class Objection(Record, Staged):
    """One objection. Its outcome and the answer are public; what it says and from whom it came are not."""

    class Status(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("objection", "received")
        DISMISSED = "dismissed", _("answered: the notice stands")
        UPHELD = "upheld", _("answered: the objection is right")

    lifecycle = Lifecycle(
        Move(
            Status.RECEIVED, Status.DISMISSED, _("Answer: the notice stands"), "projects.answer_objection",
            stamps="answered", reason=True,
        ),
        Move(
            Status.RECEIVED, Status.UPHELD, _("Answer: the objection is right"), "projects.answer_objection",
            stamps="answered", reason=True, danger=True,
        ),
    )  # fmt: skip
    personal = {"name": "name", "contact": "phone", "text": "text"}
    trail_hidden = ("sender",)

    commendation = models.ForeignKey(
        Commendation, models.PROTECT, related_name="objections", verbose_name=_("commendation")
    )
    text = LongText(_("objection"), max_length=3000)
    name = TextLine(pgettext_lazy("of a person", "name"), max_length=60, blank=True)
    contact = TextLine(_("telephone or e-mail"), max_length=100, blank=True)
    receipt = models.CharField(_("receipt number"), max_length=20, unique=True, default=new_receipt, editable=False)
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    sender = models.CharField(_("mark of the sender"), max_length=64, blank=True, editable=False)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.RECEIVED, editable=False)
    answered_by = by(_("answered by"))
    answered_at = at(_("answered at"))

    objects = ObjectionQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ("-received_at", "-id")
        default_permissions = ("view",)
        permissions = (("answer_objection", _("Can answer an objection")),)
        constraints = (
            paired("objection_answered", "answered_by", "answered_at"),
            models.CheckConstraint(
                name="objection_answered_in_words",
                condition=Q(status="received", answered_by__isnull=True)
                | (~Q(status="received") & Q(answered_by__isnull=False) & ~Q(status_reason="")),
            ),
        )
        indexes = (
            models.Index(fields=("sender", "received_at"), name="objection_of_sender"),
            models.Index(fields=("commendation", "status"), name="objection_of_notice"),
        )

    def __str__(self):
        return self.receipt

    @property
    def answer(self):
        """What was answered; empty while nothing was."""
        return "" if self.status == self.Status.RECEIVED else self.status_reason
