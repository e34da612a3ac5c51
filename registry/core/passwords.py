"""Passwords: their rules (`PASSWORDS` in the settings), how old they may grow, and which do not come back.

The rules are a validator each, so that sign-up, desk and own pages tell and ask the same. GB/T 22239-2019 wants mixed
signs and a change from time to time; ASVS 5.0 wants neither: both can be switched off.
"""

import datetime
import re

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .actions import locked
from .models import FormerPassword, SignIn
from .sessions import end_sessions
from .sign_ins import note
from .trail import action

KINDS = ("[a-z]", "[A-Z]", r"[0-9]", r"[^a-zA-Z0-9\s]")
"""Kinds of signs; a Chinese character counts with the last."""


class LongEnoughValidator(MinimumLengthValidator):
    """As Django's, in words that have a translation."""

    def get_error_message(self):
        words = ngettext(
            "This password is too short: it needs %(number)d sign.",
            "This password is too short: it needs %(number)d signs.",
            self.min_length,
        )
        return words % {"number": self.min_length}


class MixedValidator:
    """Three of four kinds of signs."""

    def validate(self, password, user=None):
        if sum(bool(re.search(kind, password)) for kind in KINDS) < 3:
            raise ValidationError(
                _("Mix at least three of these: small letters, capital letters, digits, other signs."),
                "password_not_mixed",
            )

    def get_help_text(self):
        return _("Mix at least three of these: small letters, capital letters, digits, other signs.")


class FormerPasswordValidator:
    """None of the last ones, nor the one that is in use."""

    def validate(self, password, user=None):
        if user is None or user.pk is None or not settings.PASSWORDS["former"]:
            return
        former = FormerPassword.objects.filter(user=user).order_by("-at", "-pk").values_list("password", flat=True)
        for known in (user.password, *former[: settings.PASSWORDS["former"] - 1]):
            if check_password(password, known):
                raise ValidationError(_("You have had this password before. Choose a new one."), "password_had_before")

    def get_help_text(self):
        number = settings.PASSWORDS["former"]
        words = ngettext("Not the one that you have now.", "None of your last %(number)d passwords.", number)
        return words % {"number": number} if number > 1 else words


def must_choose(user):
    """Why `user` must choose a new password before anything else, in words; empty where nothing is to be done."""
    days = settings.PASSWORDS["days"]
    if settings.DEMO_SIGN_IN and user.is_demo:
        return ""
    if user.must_change:
        return _("Your password was set by an administrator. Choose one of your own.")
    if days and timezone.now() - user.password_at > datetime.timedelta(days=days):
        words = ngettext(
            "Your password is older than %d day. Choose a new one.",
            "Your password is older than %d days. Choose a new one.",
            days,
        )
        return words % days
    return ""


def write_password(user, password, *, must_change):
    """Give `user`, whose row is locked, a password that keeps the rules; the former one is remembered.

    Raises ValidationError. Call it inside an action.
    """
    validate_password(password, user)
    if user.has_usable_password():
        FormerPassword.objects.create(user=user, password=user.password)
    user.set_password(password)
    user.must_change = must_change
    user.save(update_fields=["password", "password_at", "must_change"])
    kept = FormerPassword.objects.filter(user=user).order_by("-at", "-pk").values("pk")
    FormerPassword.objects.filter(user=user).exclude(pk__in=kept[: settings.PASSWORDS["former"]]).delete()


@action("account.own_password")
def change_own_password(*, password, by, keep="", request=None, reason=""):
    """Choose a password of one's own; all other sessions end (`keep`: the key of the one in use). Returns the account.

    Whoever calls it has made sure that it is the owner who asks. Raises ValidationError for a password that breaks a
    rule.
    """
    user = locked(by)
    write_password(user, password, must_change=False)
    end_sessions(user, by=user, keep=keep, request=request)
    note(SignIn.What.PASSWORD, user=user, by=user, request=request)
    return user
