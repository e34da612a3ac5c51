"""Who comes in, and how: sessions, the second factor, former passwords, guesses counted, and what came of each try."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pgtrigger import Delete, Row, Statement, Truncate, Update

from ..fields import Choice, TextLine
from ..triggers import Refuse, frozen_when
from .record import Record
from .scopes import HiddenQuerySet, InnerQuerySet, OwnQuerySet, PermittedQuerySet


class SessionQuerySet(OwnQuerySet):
    def live(self):
        return self.filter(expire_date__gt=timezone.now())


class Session(AbstractBaseSession):
    """A browser that is signed in, or is on the way to it. `session_key` is a digest of what the cookie holds: who
    reads this table cannot take over a session. It ends at `expire_date`, which each use pushes on up to a bound."""

    owner = "user"
    left_out_of_backups = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions", verbose_name=_("account")
    )
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = TextLine(_("browser"), max_length=60, blank=True)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), default=timezone.now)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()
        indexes = (models.Index(fields=("user", "-used_at"), name="session_of_user"),)

    @classmethod
    def get_session_store_class(cls):
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class Factor(Record):
    """The second factor of an account: the secret that its owner's authenticator knows too, encrypted.

    `key` says under which of the site's keys; `last_step` is the last half minute whose code was used: none works
    twice.
    """

    trail_root = "user"
    trail_hidden = ("secret", "key", "last_step")
    owner = "user"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="factor", verbose_name=_("account")
    )
    secret = models.TextField(_("secret"), editable=False)
    key = models.CharField(_("key of the site"), max_length=16, editable=False)
    last_step = models.BigIntegerField(_("last step used"), default=0, editable=False)
    set_up_at = models.DateTimeField(_("set up at"), default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()

    def __str__(self):
        return str(self.user)


class RecoveryCode(Record):
    """A word that stands in once for the code of a lost authenticator; only its digest is kept."""

    trail_root = "user"
    trail_hidden = ("digest",)
    owner = "user"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes", verbose_name=_("account")
    )
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    used_at = models.DateTimeField(_("used at"), null=True)

    objects = OwnQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("user", "digest"), name="recovery_code_once"),)

    def __str__(self):
        return str(self.user)


class FormerPassword(models.Model):
    """The hash of a password that an account had, so that it does not come back soon."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords", verbose_name=_("account")
    )
    password = models.CharField(_("hash"), max_length=128)
    at = models.DateTimeField(_("until"), default=timezone.now)

    objects = HiddenQuerySet.as_manager()

    class Meta:
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")
        default_permissions = ()
        indexes = (models.Index(fields=("user", "-at"), name="former_password_of_user"),)

    def __str__(self):
        return str(self.user)


class GuessQuerySet(PermittedQuerySet):
    def locked(self):
        """Those who must wait: as often as the bound says, and the time is not over."""
        return self.filter(until__gt=timezone.now(), number__gte=F("most"))


class Guess(models.Model):
    """How often something secret was guessed wrongly by, or for, `who`; forgotten, or unlocked, at `until`.

    `who` is an address, or a digest of what was typed as the account: a name that is none is counted like one that is.
    """

    seen_with = "core.change_user"

    class What(models.TextChoices):
        PASSWORD = "password", _("password")
        ADDRESS = "address", _("passwords from one address")
        FACTOR = "factor", _("code of the second factor")
        TOKEN = "token", _("tokens from one address")
        RESET = "reset", _("new password by e-mail")

    what = Choice(_("what was tried"), max_length=10, choices=What)
    who = models.CharField(_("by whom"), max_length=64)
    number = models.PositiveIntegerField(_("times"), default=1)
    most = models.PositiveIntegerField(_("bound"))
    until = models.DateTimeField(_("until"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("account")
    )

    objects = GuessQuerySet.as_manager()

    class Meta:
        verbose_name = _("wrong guesses")
        verbose_name_plural = _("wrong guesses")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("what", "who"), name="guess_once"),)

    def __str__(self):
        return self.get_what_display()


class SignInQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        """All for those who look after them; everybody else's own."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.all() if user.has_perm("core.view_signin") else self.filter(user=user)


class SignIn(models.Model):
    """What came of one try to come in, or how a session ended. Never changed, and kept for half a year at least."""

    class What(models.TextChoices):
        IN = "in", _("signed in")
        WRONG = "wrong", _("wrong password or name")
        LOCKED = "locked", _("refused: locked")
        CODE = "code", _("second factor right")
        WRONG_CODE = "wrong_code", _("second factor wrong")
        RECOVERY = "recovery", _("recovery code used")
        OUT = "out", _("signed out")
        ENDED = "ended", _("session ended")
        PASSWORD = "password", _("password changed")
        RESET = "reset", _("new password asked for by e-mail")
        FACTOR = "factor", _("second factor set up")
        FACTOR_OFF = "factor_off", _("second factor taken off")
        TOKEN = "token", _("wrong token")
        LIFTED = "lifted", _("lock lifted")

    at = models.DateTimeField(_("when"), default=timezone.now, db_default=Now())
    what = Choice(pgettext_lazy("sign-in", "what"), max_length=12, choices=What)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("done", "by")
    )
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = TextLine(_("browser"), max_length=60, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    number = models.PositiveIntegerField(_("sessions"), null=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=("user", "-id"), name="signin_of_user"),
            models.Index(fields=("what", "-id"), name="signin_what"),
            models.Index(fields=("at",), name="signin_at"),
        )
        constraints = (
            models.CheckConstraint(
                name="signin_number_of_ended", condition=Q(number__isnull=True) | Q(what__in=("ended", "lifted"))
            ),
        )
        triggers = (
            Refuse(name="never_changed", operation=Update, level=Row, message="a sign-in is never changed"),
            frozen_when(
                "kept_half_a_year", "OLD.at > now() - interval '180 days'", "a sign-in is kept for 180 days", Delete
            ),
            Refuse(name="no_truncate", operation=Truncate, level=Statement, message="a sign-in is kept for 180 days"),
        )

    def __str__(self):
        return f"{self.pk} {self.what}"
