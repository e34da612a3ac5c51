"""Other systems: the tokens by which they ask, the subscriptions by which they are told, and how much is asked."""

import datetime
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..dates import today
from ..fields import Choice, Day, TextLine
from .record import Record
from .scopes import PermittedQuerySet

LONGEST = datetime.timedelta(days=366)
"""How long a token is good for, at most."""


class Scope(models.TextChoices):
    """What a token may be good for. A token opens nothing that its owner's roles do not."""

    READ = "read", _("read whatever the owner may see")
    NEEDS = "needs:write", _("write and move needs")
    PLEDGES = "pledges:write", _("write and move pledges")
    STEPS = "steps:write", _("move the steps of checklists")
    PROJECTS = "projects:write", _("move projects")


class Token(Record):
    """What another system shows instead of a password. It acts as `owner`, within `scopes`, to the end of `expires_on`.

    Only a digest of the secret is kept; `prefix` is how people and logs recognise it.
    """

    trail_hidden = ("digest", "last_used_on")

    system = TextLine(_("system"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name=_("acts as"),
        help_text=_("The account whose roles and scope the system has, and under whose name it writes."),
    )  # fmt: skip
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("good for"))
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    digest = models.CharField(_("digest of the secret"), max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), null=True, editable=False
    )
    made_on = Day(_("made on"), default=today, editable=False)
    expires_on = Day(_("last day"))
    last_used_on = Day(_("last used"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("revoked by"), null=True,
        editable=False,
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_for = TextLine(_("why revoked"), max_length=300, blank=True, editable=False)

    objects = PermittedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("token of a system")
        verbose_name_plural = _("tokens of systems")
        ordering = ("-id",)
        default_permissions = ("view",)
        permissions = (("assign_token", _("Can make and revoke tokens of systems")),)
        constraints = (
            models.CheckConstraint(
                name="token_for_a_year_at_most",
                condition=Q(expires_on__gte=F("made_on")) & Q(expires_on__lte=F("made_on") + LONGEST),
            ),
            models.CheckConstraint(
                name="token_scopes_are_known", condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gt=0)
            ),
            models.CheckConstraint(
                name="token_revoked_with_a_reason",
                condition=Q(revoked_at__isnull=True, revoked_for="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_for="")),
            ),
        )

    def __str__(self):
        return f"{self.system} ({self.prefix}…)"

    @property
    def is_expired(self):
        return self.expires_on < today()

    @property
    def is_revoked(self):
        return self.revoked_at is not None


class HookEvent(models.TextChoices):
    """What other systems are told of."""

    CIRCULAR = "circular.issued", _("circular issued")
    NEED = "need.published", _("need published")
    PROJECT = "project.signed", _("project signed")
    TEST = "test", pgettext_lazy("event", "test")


def new_salt():
    return get_random_string(22)


class Subscription(Record):
    """Where another system wants to be told of what happens. Its secret, by which it knows that it was us, is worked
    out from the site's key and `salt`, so that the database alone does not hold it."""

    trail_hidden = ("salt",)

    system = TextLine(_("system"), max_length=60)
    address = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=20), verbose_name=_("told of"))
    is_active = models.BooleanField(_("switched on"), default=True)
    salt = models.CharField(max_length=22, default=new_salt, editable=False, verbose_name=_("salt of the secret"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects = PermittedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="subscription_events_are_known",
                condition=Q(events__contained_by=HookEvent.values) & Q(events__len__gt=0),
            ),
        )

    def __str__(self):
        return self.system

    @property
    def secret(self):
        """The key of the signatures, 64 hexadecimal digits; another one after `salt` or the site's key has changed."""
        return salted_hmac("registry.core.webhooks", self.salt, algorithm="sha256").hexdigest()


class Delivery(Record):
    """One event for one subscription: written with what happened, sent by the worker, kept as the log of it.

    `body` is the JSON that is sent, as it was when it happened. `next_at`: when it is tried (again); null: never.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    trail_root = "subscription"

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event = Choice(pgettext_lazy("webhook", "event"), max_length=20, choices=HookEvent)
    body = models.TextField(_("payload"))
    state = Choice(pgettext_lazy("outgoing", "state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    code = models.PositiveSmallIntegerField(_("code of the answer"), null=True)
    error = TextLine(_("what went wrong"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("happened at"), default=timezone.now)
    tried_at = models.DateTimeField(_("tried at"), null=True)
    next_at = models.DateTimeField(_("next try"), null=True, default=timezone.now)

    objects = PermittedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("delivery of a webhook")
        verbose_name_plural = _("deliveries of webhooks")
        ordering = ("-id",)
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                name="delivery_waits_for_its_next_try",
                condition=Q(state="waiting", next_at__isnull=False) | (~Q(state="waiting") & Q(next_at__isnull=True)),
            ),
        )
        indexes = (models.Index(fields=("next_at", "id"), condition=Q(state="waiting"), name="delivery_due"),)

    def __str__(self):
        return f"{self.get_event_display()} · {self.subscription}"


class Usage(models.Model):
    """How often somebody asked the interface within one minute (`core/rates.py`)."""

    who = models.CharField(_("who asked"), max_length=60)
    minute = models.DateTimeField(_("minute"))
    number = models.PositiveIntegerField(_("requests"))

    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of the interface")
        verbose_name_plural = _("use of the interface")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("who", "minute"), name="usage_once_a_minute"),)
        indexes = (models.Index(fields=("minute",), name="usage_minute"),)

    def __str__(self):
        return self.who
