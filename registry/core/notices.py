"""Messages to persons (站内信): written here, in the register always, and on the channels that the person chose.

What a message says is kept as facts and told in the reader's language by the words of its kind (`@words`), which
stand in a module `words` of their app or beside what sends them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from .dates import format_date
from .models import Channels, Notice, Outgoing
from .text import excerpt, mask_numbers
from .trail import action

logger = logging.getLogger(__name__)

SMS_LENGTH = 200
"""Characters of a text message: three parts of it are still sent as one."""

WORDS: dict[str, Callable] = {}
"""{kind: f(facts) -> (title, [lines])}. The rooms above add the words of their kinds (`words`)."""


@dataclass(frozen=True)
class Line:
    """One line of a message: where it leads to, and the first few of the things that it counts as (text, address)."""

    text: str
    url: str = ""
    items: tuple[tuple[str, str], ...] = ()

    def __str__(self):
        return "\n".join([self.text, *(f"- {text}" for text, _url in self.items)])


def words(kind):
    """Make `f(facts)` the words of a kind of message: a title and a list of lines (text or `Line`), in the current
    language. Facts that old messages lack, or that make no sense, may raise: the reader is then told what is known."""

    def decorate(function):
        WORDS[kind] = function
        return function

    return decorate


def in_words(notice):
    """(title, [Line]) of a message in the current language, whatever its facts are."""
    try:
        title, lines = WORDS.get(notice.kind, _plain)(notice.facts)
        lines = [line if isinstance(line, Line) else Line(str(line)) for line in lines if line]
    except (LookupError, TypeError, ValueError, AttributeError):
        logger.warning("message %s (%s) cannot be told", notice.pk, notice.kind, exc_info=True)
        title, lines = "", []
    return str(title) or notice.get_kind_display(), lines


FACTS = {
    "project": gettext_lazy("Project: %s"),
    "meeting": gettext_lazy("Meeting: %s"),
    "due": gettext_lazy("By: %s"),
    "by": gettext_lazy("From: %s"),
    "reason": gettext_lazy("Reason: %s"),
}
"""What messages add below their title, in this order; a fact that is absent is passed over."""


def facts_in_lines(facts):
    """The lines of the usual facts; `due` is a day as ISO writes it."""
    told = {name: facts.get(name) for name in FACTS}
    if told["due"]:
        told["due"] = format_date(parse_date(told["due"]))
    return [FACTS[name] % value for name, value in told.items() if value]


def _plain(facts):
    """Of kinds that have no words of their own: the title that the facts give, and the usual facts."""
    return facts["title"], facts_in_lines(facts)


# Writing


def notify(recipients, kind, facts, *, url="", sender=None):
    """Send one message to each of the active `recipients`; returns the messages. Call it inside an action.

    `url` is a path of this site, or f(person) where it differs from person to person.
    """
    people = {person.pk: person for person in recipients if person.is_active}
    return send(
        [
            Notice(
                recipient=person, sender=sender, kind=kind, facts=facts,
                url=url(person) if callable(url) else url, is_demo=person.is_demo,
            )
            for person in people.values()
        ]
    )  # fmt: skip


def send(notices):
    """Write unsaved messages, and what goes out of them by e-mail and SMS; returns them. Three queries."""
    if not notices:
        return []
    Notice.objects.bulk_create(notices)
    chosen = {row.user_id: row for row in Channels.objects.filter(user__in={notice.recipient_id for notice in notices})}
    outgoing = []
    for notice in notices:
        if notice.recipient_id in chosen:
            outgoing += _outgoing(notice, chosen[notice.recipient_id])
    Outgoing.objects.bulk_create(outgoing)
    return notices


def _outgoing(notice, channels):
    """Texts leave the site in its own language: what the reader chose is known to the reader's browser only."""
    person = notice.recipient
    ways = (
        (Outgoing.Channel.EMAIL, channels.email and person.email, as_mail),
        (Outgoing.Channel.SMS, channels.sms and person.phone, as_text_message),
    )
    with override(settings.LANGUAGE_CODE):
        for channel, address, told in ways:
            if address:
                yield Outgoing(
                    notice=notice, channel=channel, address=address, text=mask_numbers(told(notice)),
                    is_demo=notice.is_demo,
                )  # fmt: skip


def as_mail(notice):
    """The text of an e-mail; its first line is the subject."""
    title, lines = in_words(notice)
    way = f"{settings.SITE_URL}{notice.url}" if settings.SITE_URL else _("Sign in to the registry to go on from there.")
    return "\n\n".join([title, *map(str, lines), way])


def as_text_message(notice):
    title, lines = in_words(notice)
    told = " ".join([title, *(line.text for line in lines)])
    return excerpt(f"【{_('Bangfu registry')}】{' '.join(told.split())}", SMS_LENGTH)


# Reading and choosing


@action("notice.read")
def read(notices, *, by):
    """Note that `by` has seen these messages; those of others and those seen before stay as they are."""
    return notices.within_scope_of(by).unread().update(read_at=timezone.now())


@action("notice.channels")
def choose_channels(*, by, digest, email, sms):
    """Say on which channels `by` wants to be told; the register itself is always one."""
    channels, _made = Channels.objects.update_or_create(
        user=by, defaults={"digest": digest, "email": email, "sms": sms}, create_defaults={
            "digest": digest, "email": email, "sms": sms, "is_demo": by.is_demo,
        },
    )  # fmt: skip
    return channels
