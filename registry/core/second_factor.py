"""The second factor: six digits of an authenticator (TOTP, RFC 6238), and recovery codes for when it is lost.

The secret is encrypted under a key that is worked out from the site's; a former key of the site
(`SECRET_KEY_FALLBACKS`) still reads it, and the next right code writes it anew under the present one.
"""

import base64
import functools
import hmac
import secrets
import time

import pyotp
import segno
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .accounts import check_keeper
from .actions import locked
from .models import Factor, Notice, RecoveryCode, SignIn
from .notices import notify
from .sessions import end_sessions
from .sign_ins import note
from .trail import action

STEP = 30
"""Seconds for which a code stands."""

DRIFT = 1
"""So many steps a clock may be off, both ways."""

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def needs_factor(user):
    """Whether the account signs in with a second factor: it has one, or its roles ask for one."""
    if Factor.objects.filter(user=user).exists():
        return True
    return is_required(user) and not (settings.DEMO_SIGN_IN and user.is_demo)


def is_required(user):
    return not user.roles.isdisjoint(settings.SECOND_FACTOR)


# Secrets


@functools.cache
def _fernet(site_key):
    derived = HKDF(SHA256(), 32, salt=None, info=b"registry.core.second_factor").derive(site_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def key_mark(site_key):
    """Which key of the site that is, without saying anything of it."""
    return salted_hmac("registry.core.second_factor.mark", "", secret=site_key).hexdigest()[:16]


def sealed(secret):
    """The secret as it is kept."""
    return _fernet(settings.SECRET_KEY).encrypt(secret.encode()).decode()


def opened(kept):
    """The secret of what is kept; raises cryptography's InvalidToken under a key that the site does not know."""
    keys = [_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(keys).decrypt(kept.encode()).decode()


def new_secret():
    return pyotp.random_base32()


def address_for(secret, user):
    """What the picture says to an authenticator."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=user.username, issuer_name="Bangfu")


def picture(address):
    """The address as a picture to be photographed: SVG without styles of its own."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", dark="#000", svgclass="qr")
    # squares alone: what it says is not in it as text
    return mark_safe(drawn)  # noqa: S308  # nosec B308 B703


def matching_step(secret, code, *, now=None):
    """The half minute whose code that is, within the drift; None for a wrong one."""
    code, current = "".join(code.split()), int((time.time() if now is None else now) // STEP)
    totp, found = pyotp.TOTP(secret, interval=STEP), None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if code.isascii() and hmac.compare_digest(totp.at(step * STEP), code):
            found = step
    return found


# Codes


def accepts(user, code, *, now=None):
    """Whether this is the right code of the account, and was not used before; from now on it is used.

    Two requests with one code: the database lets one of them have it.
    """
    factor = Factor.objects.filter(user=user).first()
    step = matching_step(opened(factor.secret), code, now=now) if factor else None
    if step is None or not Factor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step):
        return False
    if factor.key != key_mark(settings.SECRET_KEY):
        fresh = sealed(opened(factor.secret))
        Factor.objects.filter(pk=factor.pk, secret=factor.secret).update(
            secret=fresh, key=key_mark(settings.SECRET_KEY)
        )
    return True


@action("factor.recover")
def spend_recovery_code(*, code, by, reason=""):
    """Whether this is a recovery code of `by` that was not used; from now on it is."""
    unused = RecoveryCode.objects.filter(user=by, digest=_digest(by, code), used_at__isnull=True)
    return bool(unused.update(used_at=Now()))


def _digest(user, code):
    """With the site's key, so that the table alone cannot be tried against all codes that there are."""
    letters = "".join(sign for sign in code.casefold() if sign in _LETTERS)
    return salted_hmac("registry.core.second_factor.recovery", f"{user.pk} {letters}", algorithm="sha256").hexdigest()


def _new_codes(user):
    codes = ["".join(secrets.choice(_LETTERS) for _each in range(10)) for _code in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user, code), is_demo=user.is_demo) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


# Setting up, renewing, taking off


@action("factor.set_up")
def set_up(*, secret, code, by, request=None, reason="", now=None):
    """Make `secret` the second factor of `by`, in the place of one before it: the recovery codes, told only here.

    Raises ValidationError for a code that does not belong to it.
    """
    step = matching_step(secret, code, now=now)
    if step is None:
        raise ValidationError({"code": _("This is not the code that belongs to the picture. Is the clock right?")})
    user = locked(by)
    Factor.objects.filter(user=user).delete()
    Factor.objects.create(
        user=user, secret=sealed(secret), key=key_mark(settings.SECRET_KEY), last_step=step, is_demo=user.is_demo
    )
    note(SignIn.What.FACTOR, user=user, by=user, request=request)
    return _new_codes(user)


@action("factor.codes")
def renew_codes(*, by, reason=""):
    """Ten new recovery codes; the old ones are void. Raises ValidationError without a second factor."""
    user = locked(by)
    if not Factor.objects.filter(user=user).exists():
        raise ValidationError(_("There is no second factor."))
    return _new_codes(user)


@action("factor.off")
def take_off(*, by, request=None, reason=""):
    """Sign in without a second factor again; raises ValidationError where the roles ask for one."""
    user = locked(by)
    if is_required(user):
        raise ValidationError(_("Your role signs in with a second factor: it can be replaced, not taken off."))
    _without(user, by=user, request=request)


@action("factor.reset")
def reset_factor(*, user, by, reason):
    """Take the second factor off an account whose owner has lost it: signing in next, a new one is set up.

    Its sessions end and its owner is told. Raises PermissionDenied; ValidationError without a reason, for the own
    account, or where there is none.
    """
    check_keeper(by, user.pk)
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    user = locked(user)
    if not _without(user, by=by):
        raise ValidationError(_("There is no second factor."))
    end_sessions(user, by=by)
    notify([user], Notice.Kind.ACCOUNT, {"what": "factor_reset", "by": str(by), "reason": reason.strip()}, sender=by)
    return user


def _without(user, *, by, request=None):
    number, _each = Factor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if number:
        note(SignIn.What.FACTOR_OFF, user=user, by=by, request=request)
    return number
