"""What messages about other systems say."""

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
