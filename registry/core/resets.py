"""A new password by e-mail, for accounts that have an address.

The link is worked out when the mail leaves and stands nowhere before: whoever reads the outbox or the trail could
otherwise use it. It holds for half an hour and once, since it hangs on the password that it changes.
"""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from .actions import locked
from .channels import filled_when_sent
from .guesses import known_as, was_right
from .models import Guess, Notice, Outgoing, SignIn, User
from .notices import in_words, notify
from .passwords import write_password
from .sessions import end_sessions
from .sign_ins import note
from .trail import action

LINK = "{{reset-link}}"
"""What stands in the text for the link, until it is sent."""


def accounts_at(email):
    """The open accounts that have this e-mail address; those that cannot sign in with a password have none to lose."""
    found = User.objects.filter(email__iexact=email, is_active=True).exclude(email="")
    return [user for user in found if user.has_usable_password()]


@action("account.reset_asked")
def send_link(*, user, by=None, reason=""):
    """Tell `user` by e-mail, whatever channels were chosen, where to choose a new password."""
    notice = notify([user], Notice.Kind.ACCOUNT, {"what": "reset"})[0]
    Outgoing.objects.update_or_create(
        notice=notice, channel=Outgoing.Channel.EMAIL,
        defaults={"address": user.email, "text": _mail(notice), "is_demo": user.is_demo},
    )  # fmt: skip


def _mail(notice):
    with override(settings.LANGUAGE_CODE):
        title, lines = in_words(notice)
    return "\n\n".join([title, *map(str, lines), LINK])


@filled_when_sent(LINK)
def link_for(outgoing):
    """The address of the page for the recipient, as good as from now."""
    user = outgoing.notice.recipient
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.SITE_URL + reverse("password-link", args=(key, default_token_generator.make_token(user)))


def owner_of_link(key, token):
    """The account to which a link belongs that still holds; else None."""
    try:
        user = User.objects.filter(pk=int(force_str(urlsafe_base64_decode(key))), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


@action("account.reset")
def reset_password(*, token, password, by, request=None, reason=""):
    """Choose a new password by a link; all sessions end, and a lock after wrong passwords is lifted.

    Raises ValidationError for a password that breaks a rule, and for a link that was used meanwhile.
    """
    user = locked(by)
    if not user.is_active or not default_token_generator.check_token(user, token):
        raise ValidationError(_("This link does not hold any more: it is good for half an hour, and once."))
    write_password(user, password, must_change=False)
    end_sessions(user, by=user, request=request)
    was_right(Guess.What.PASSWORD, known_as(user.username))
    note(SignIn.What.PASSWORD, user=user, by=user, request=request)
    return user
