"""What messages about other systems, about one's own account and about backups say."""

from django.utils.translation import gettext, gettext_lazy

from .models import Notice
from .notices import facts_in_lines, words

TITLES = {
    "token_made": gettext_lazy("A token was made that acts as your account: %s"),
    "token_revoked": gettext_lazy("A token that acted as your account was revoked: %s"),
    "webhook_failed": gettext_lazy("A webhook was given up: %s"),
}


@words(Notice.Kind.INTERFACE)
def _of_systems(facts):
    if facts["what"] == "backup_old":
        return _of_backups(facts)
    return TITLES[facts["what"]] % facts["system"], facts_in_lines(facts)


def _of_backups(facts):
    """`hours`: the age of the last backup, None where there is none; `limit`: how old it may become."""
    if facts["hours"] is None:
        title = gettext("There is no backup of the register")
    else:
        title = gettext("The last backup is %d hours old") % facts["hours"]
    return title, [gettext("There should be one every %d hours. See the command backup.") % facts["limit"]]


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
