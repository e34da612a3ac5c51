"""Tokens of other systems: made and revoked by one administrator, shown once, known again by a digest.

A token is `bangfu_<prefix>_<secret>`: the prefix finds the row, the digest of the whole proves it. The secret is 256
random bits, so that a plain digest is enough: there is nothing to guess.
"""

import datetime
import hashlib
import re
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actions import locked
from .dates import today
from .models import Notice, Scope, Token
from .models.interface import LONGEST
from .notices import notify
from .roles import ADMINISTRATORS
from .trail import action

_SHOWN = re.compile("bangfu_([a-z0-9]{8})_[A-Za-z0-9_-]{43}")


class BadToken(Exception):
    """What was shown opens nothing; `words` say why, lazily, to whoever holds it."""

    def __init__(self, words):
        super().__init__(words)
        self.words = words


def known_token(shown):
    """The token that was shown, with its owner, and noted as used today. Raises BadToken.

    Whoever guesses learns nothing: only the true secret is told that it has expired, or was revoked.
    """
    found = _SHOWN.fullmatch(shown)
    token = Token.objects.select_related("owner").filter(prefix=found[1]).first() if found else None
    if token is None or not constant_time_compare(token.digest, _digest(shown)):
        raise BadToken(gettext_lazy("This token is not known here."))
    if token.is_revoked:
        raise BadToken(gettext_lazy("This token was revoked."))
    if token.is_expired:
        raise BadToken(gettext_lazy("This token has expired."))
    if not token.owner.is_active:
        raise BadToken(gettext_lazy("The account that this token acts as is closed."))
    if token.last_used_on != today():
        Token.objects.filter(pk=token.pk).update(last_used_on=today())
    return token


@action("token.make")
def make_token(*, by, system, owner, scopes, expires_on, reason=""):
    """A new token for a system, which acts as `owner`: (the token, its secret, which nobody can read again).

    The owner is told. Raises PermissionDenied, or ValidationError for the own account, a closed one or an
    administrator's, for a day in the past or more than a year ahead, and for no scopes or unknown ones.
    """
    _refuse_without_right(by)
    if by is not None and owner.pk == by.pk:
        raise ValidationError({"owner": _("Not for the own account. Ask another security administrator.")})
    if not owner.is_active or owner.holds(*ADMINISTRATORS):
        raise ValidationError({"owner": _("A token acts as an open account that works with the register.")})
    if not today() <= expires_on <= today() + LONGEST:
        raise ValidationError({"expires_on": _("A token ends within a year, and not before today.")})
    if not scopes or not set(scopes) <= set(Scope.values):
        raise ValidationError({"scopes": _("Say what the token is good for.")})
    prefix = get_random_string(8, "abcdefghijkmnpqrstuvwxyz23456789")
    secret = f"bangfu_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token(
        system=system, owner=owner, scopes=sorted(scopes), prefix=prefix, digest=_digest(secret), made_by=by,
        expires_on=expires_on, is_demo=owner.is_demo,
    )  # fmt: skip
    token.full_clean()
    token.save()
    _tell_owner(token, "token_made", by)
    return token, secret


@action("token.revoke")
def revoke_token(*, token, by, reason):
    """End a token at once; the owner is told. Raises PermissionDenied, ValidationError without a reason or twice."""
    _refuse_without_right(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    fresh = locked(token)
    if fresh.is_revoked:
        raise ValidationError(_("This token was revoked already."))
    fresh.revoked_by, fresh.revoked_at, fresh.revoked_for = by, timezone.now(), reason.strip()
    fresh.save(update_fields=["revoked_by", "revoked_at", "revoked_for"])
    _tell_owner(fresh, "token_revoked", by, reason=fresh.revoked_for)
    return fresh


def in_a_year():
    """The last day that a token made today can have."""
    return today() + LONGEST - datetime.timedelta(days=1)


def _refuse_without_right(by):
    if by is not None and not by.has_perm("core.assign_token"):
        raise PermissionDenied(_("Your role does not give tokens to systems."))


def _tell_owner(token, what, by, **facts):
    facts |= {"what": what, "system": str(token), "due": token.expires_on.isoformat(), "by": str(by or "")}
    notify([token.owner], Notice.Kind.INTERFACE, facts, sender=by)


def _digest(shown):
    return hashlib.sha256(shown.encode()).hexdigest()
