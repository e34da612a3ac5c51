"""What persons ask about their own data: to see it, to have it mended or erased, and what came of it."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pgtrigger import Update

from projects.models.people import at, by
from registry.core.constraints import paired, second_person
from registry.core.dates import today
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged
from registry.core.models import InnerQuerySet, Record, User, reads_everything
from registry.core.refusals import word_refusals
from registry.core.triggers import frozen_when, no_delete, record_triggers

FIXED = "a request that was answered stays as it was answered"
word_refusals({FIXED: _("This request has been answered and stays as it is. Enter a new one.")})
_OVER = "OLD.status IN ('answered', 'refused', 'erased')"
_KEPT = ("kind", "received_on", "due_on", "rows", "status", "status_reason", "answered_by_id", "answered_at",
         "proposed_by_id", "proposed_at")  # fmt: skip
_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _KEPT)
ANSWER = "reports.answer_personrequest"


class PersonRequestQuerySet(InnerQuerySet):
    def open(self):
        return self.filter(status__in=PersonRequest.OPEN)

    def overdue(self, on):
        return self.open().filter(due_on__lt=on)

    def within_scope_of(self, user):
        """The bureau, which answers, and auditors."""
        return self if reads_everything(user) else self.none()


class PersonRequest(Record, Staged):
    """One request. `rows` lists what is to be erased, as "table:row:field,field"; a second person erases it.

    Answered requests stay as proof; who asked is itself forgotten after its term (`persons/retention.py`).
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("to see what is held, or a copy of it")
        CORRECTION = "correction", _("to have it mended")
        ERASURE = "erasure", _("to have it erased")
        EXPLANATION = "explanation", _("to have its use explained or restricted")

    class Status(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("request", "received")
        PROPOSED = "proposed", _("erasure proposed")
        ANSWERED = "answered", _("answered")
        ERASED = "erased", _("erased")
        REFUSED = "refused", _("refused")

    OPEN = (Status.RECEIVED, Status.PROPOSED)

    lifecycle = Lifecycle(
        Move(Status.RECEIVED, Status.ANSWERED, _("Answer"), ANSWER, stamps="answered", reason=True),
        Move(Status.RECEIVED, Status.PROPOSED, _("Propose the erasure"), ANSWER, stamps="proposed", facts=("erasure",),
             reason=True),
        Move(Status.PROPOSED, Status.ERASED, _("Erase"), ANSWER, stamps="answered", second_person="proposed",
             reason=True, danger=True),
        Move(Status.PROPOSED, Status.RECEIVED, _("Send back"), ANSWER, clears=("proposed",), reason=True),
        Move(Status.RECEIVED, Status.REFUSED, _("Refuse"), ANSWER, stamps="answered", reason=True),
        facts={
            "erasure": Fact(
                lambda asked: asked.kind == PersonRequest.Kind.ERASURE, _("This request asks for no erasure.")
            ),
        },
    )  # fmt: skip
    personal = {"name": "name", "phone": "phone", "username": "text", "words": "text"}

    kind = Choice(_("what is asked for"), max_length=12, choices=Kind)
    name = TextLine(
        _("name"), max_length=60, help_text=_("Of the person whose data it is about, as the register has it.")
    )
    phone = TextLine(
        _("telephone"), max_length=30, blank=True, help_text=_("By which they are told from others of the name.")
    )
    username = TextLine(_("user name"), max_length=150, blank=True, help_text=_("Where the person has an account."))
    words = LongText(
        _("what is asked, in words"),
        max_length=2000,
        help_text=_("In the person's words, and how it was made sure who asks."),
    )
    received_on = Day(_("received on"), default=today)
    due_on = Day(_("due on"), editable=False)
    rows = models.JSONField(_("rows to be erased"), default=list, blank=True, editable=False)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.RECEIVED, editable=False)
    proposed_by = by(_("proposed by"))
    proposed_at = at(_("proposed at"))
    answered_by = by(_("answered by"))
    answered_at = at(_("answered at"))

    objects = PersonRequestQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of persons")
        ordering = ("-id",)
        default_permissions = ("view", "add", "change")
        permissions = (("answer_personrequest", _("Can answer requests of persons about their data")),)
        triggers = [
            *record_triggers(), no_delete("request of a person"),
            frozen_when("kept", f"{_OVER} AND ({_CHANGED})", FIXED, Update),
        ]  # fmt: skip
        constraints = (
            paired("person_request_proposed", "proposed_by", "proposed_at"),
            paired("person_request_answered", "answered_by", "answered_at"),
            second_person("person_request_two_persons", "proposed_by", "answered_by"),
            models.CheckConstraint(
                name="person_request_answered_in_words",
                condition=Q(status__in=("received", "proposed"), answered_at__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(status_reason="")),
            ),
        )

    def __str__(self):
        return f"{self.get_kind_display()} · {self.received_on}"

    @property
    def account(self):
        """The account that the person has, or None."""
        return User.objects.filter(username=self.username).first() if self.username else None

    def clean(self):
        super().clean()
        if self.username and self.account is None:
            raise ValidationError({"username": _("There is no such account.")})

    def save(self, *args, **kwargs):
        if self.due_on is None:
            self.due_on = self.received_on + datetime.timedelta(days=settings.PERSON_REQUEST_DAYS)
        super().save(*args, **kwargs)
