"""Messages to persons (站内信): written here, in the register always, and on the channels that the person chose.

What a message says is kept as facts and told in the reader's language by the words of its kind (`@words`).
"""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Notice

WORDS: dict[str, Callable] = {}
"""{kind: f(facts) -> (title, [lines])}. The rooms above add the words of their kinds (`words`)."""


def words(kind):
    """Make `f(facts)` the words of a kind of message: a title and a list of lines, in the current language."""

    def decorate(function):
        WORDS[kind] = function
        return function

    return decorate


def in_words(notice):
    """(title, [lines]) of a message in the current language."""
    return WORDS[notice.kind](notice.facts)


def notify(recipients, kind, facts, *, url="", sender=None, day=None):
    """Send one message to each of the active `recipients`; returns the messages. Call it inside an action."""
    return [
        Notice.objects.create(recipient=person, sender=sender, kind=kind, facts=facts, url=url, day=day)
        for person in recipients
        if person.is_active
    ]


def read(notice):
    """Note that the recipient has seen the message; a second look changes nothing."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


@words(Notice.Kind.JOB)
def _job(facts):
    title = {
        "done": _("Finished: %s"), "failed": _("Failed: %s"), "cancelled": _("Stopped: %s"),
    }[facts["state"]]  # fmt: skip
    return title % facts["kind"], [facts["error"] or facts["words"]]
