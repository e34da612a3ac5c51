"""What messages about other systems, and about one's own account, say."""

from django.utils.translation import gettext_lazy

from .models import Notice
from .notices import facts_in_lines, words

TITLES = {
    "token_made": gettext_lazy("A token was made that acts as your account: %s"),
    "token_revoked": gettext_lazy("A token that acted as your account was revoked: %s"),
    "webhook_failed": gettext_lazy("A webhook was given up: %s"),
}


@words(Notice.Kind.INTERFACE)
def _of_systems(facts):
    return TITLES[facts["what"]] % facts["system"], facts_in_lines(facts)


OF_ACCOUNTS = {
    "reset": (
        gettext_lazy("A new password for your account"),
        gettext_lazy(
            "Somebody has asked for a new password for your account. The link in the e-mail is good for half an hour, "
            "and once. If it was not you, do nothing: your password stays as it is."
        ),
    ),
    "factor_reset": (
        gettext_lazy("Your second factor was taken off"),
        gettext_lazy(
            "A system administrator has taken the second factor off your account. When you sign in next, set up a new "
            "one. If you did not ask for this, tell the audit administrator."
        ),
    ),
}


@words(Notice.Kind.ACCOUNT)
def _of_accounts(facts):
    title, line = OF_ACCOUNTS[facts["what"]]
    return str(title), [str(line), *facts_in_lines(facts)]
