"""Messages to persons: in the register always, by e-mail and SMS where the person and the settings say so."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..fields import Choice, Day, LongText, TextLine
from .record import Record
from .scopes import OwnQuerySet, PermittedQuerySet


class NoticeQuerySet(OwnQuerySet):
    def unread(self):
        return self.filter(read_at__isnull=True)


class Notice(Record):
    """One message (站内信) to one person. `facts` holds what it says, so that it can be told in either language:
    `registry.core.notices` knows the words of each kind. `url` is a path of this site."""

    class Kind(models.TextChoices):
        DIGEST = "digest", _("daily digest")
        CHASE = "chase", _("chase")
        RETURNED = "returned", _("returned")
        DECIDED = "decided", _("decision")
        DIFFICULTY = "difficulty", _("difficulty")
        MATCHING = "matching", _("needs and pledges")
        JOB = "job", _("work finished")
        INTERFACE = "interface", _("other systems")
        ACCOUNT = "account", _("your account")

    owner = "recipient"

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sender")
    )
    kind = Choice(_("kind"), max_length=10, choices=Kind)
    facts = models.JSONField(_("contents"), default=dict)
    url = models.CharField(_("leads to"), max_length=300, blank=True)
    day = Day(_("digest of the day"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-sent_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="notice_digest_has_a_day",
                condition=Q(kind="digest", day__isnull=False) | (~Q(kind="digest") & Q(day__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=("recipient", "day"), condition=Q(day__isnull=False), name="notice_one_digest_a_day"
            ),
        )
        indexes = (
            models.Index(fields=("recipient", "-sent_at"), name="notice_of_recipient"),
            models.Index(fields=("recipient",), condition=Q(read_at__isnull=True), name="notice_unread"),
        )

    def __str__(self):
        return f"{self.get_kind_display()} · {self.recipient}"


class Channels(Record):
    """Which channels beside the register itself a person wants; without a row: the digest, and nothing more."""

    owner = "user"
    trail_root = "user"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="channels", verbose_name=_("account")
    )
    digest = models.BooleanField(_("a digest every working day"), default=True)
    email = models.BooleanField(_("also by e-mail"), default=False)
    sms = models.BooleanField(_("also by SMS"), default=False)

    objects = OwnQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("channels of reminders")
        verbose_name_plural = _("channels of reminders")

    def __str__(self):
        return str(self.user)


class Outgoing(Record):
    """What goes, or went, out by a channel. Where no gateway is set up the text stays here, on the outbox page."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        KEPT = "kept", _("kept: no gateway is set up")
        FAILED = "failed", _("failed")

    personal = {"address": "phone", "text": "text"}
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="outgoing", verbose_name=_("message"))
    channel = Choice(pgettext_lazy("outgoing", "channel"), max_length=10, choices=Channel)
    address = TextLine(_("address"), max_length=254)
    text = LongText(_("text"))
    state = Choice(pgettext_lazy("outgoing", "state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = TextLine(_("what went wrong"), max_length=300, blank=True)
    tried_at = models.DateTimeField(_("tried at"), null=True, blank=True)
    trail_root = "notice"

    objects = PermittedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("outgoing text")
        verbose_name_plural = _("outbox")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("notice", "channel"), name="outgoing_once"),)
        indexes = (models.Index(fields=("id",), condition=Q(state="waiting"), name="outgoing_waiting"),)

    def __str__(self):
        return f"{self.get_channel_display()} · {self.get_state_display()}"


class SavedView(Record):
    """A list as somebody wants to see it again: a name for the query of its address."""

    owner = "user"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("account")
    )
    page = models.SlugField(_("page"), max_length=40)
    name = TextLine(_("name"), max_length=40)
    query = models.CharField(_("query"), max_length=1000, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("page", "name")
        constraints = (models.UniqueConstraint(fields=("user", "page", "name"), name="saved_view_once"),)

    def __str__(self):
        return self.name
