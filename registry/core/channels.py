"""How texts leave the site: by adapters, retried, and kept in the outbox where no gateway is set up.

An adapter is a class with one method, `send(address, text) -> Outgoing.State`: SENT when the gateway took the text,
KEPT when there is no gateway. Whatever it raises counts as a failure and is tried again. It is made anew for each text
and must give up within a few seconds. `SMS_ADAPTER` in the settings names the one for text messages by its dotted path.
"""

import datetime
import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .models import Outgoing
from .text import excerpt
from .trail import acting, action

logger = logging.getLogger(__name__)

WAITS = (datetime.timedelta(minutes=1), datetime.timedelta(minutes=5))
"""After the first and the second failure; the third is the last. No adapter takes as long as the first of them."""

SUBJECT_LENGTH = 80

TO_SEND_AGAIN = (Outgoing.State.KEPT, Outgoing.State.FAILED)
"""States from which a text may be sent once more."""


AS_SENT = {}
"""{what stands in a text: f(outgoing) -> what is sent in its place}."""


def filled_when_sent(mark):
    """Make `f(outgoing)` what is sent in the place of `mark`: a secret that neither outbox nor trail may hold."""

    def decorate(function):
        AS_SENT[mark] = function
        return function

    return decorate


class Outbox:
    """No gateway: the text stays on the outbox page, where it can be read and sent by hand."""

    def send(self, address, text):
        return Outgoing.State.KEPT


class Mail:
    """E-mail by Django's settings; without a server (`EMAIL_URL`) the text is kept."""

    def send(self, address, text):
        if not settings.EMAIL_HOST:
            return Outgoing.State.KEPT
        EmailMessage(subject=excerpt(text.splitlines()[0], SUBJECT_LENGTH), body=text, to=[address]).send()
        return Outgoing.State.SENT


def adapter_of(channel):
    paths = {Outgoing.Channel.EMAIL: "registry.core.channels.Mail", Outgoing.Channel.SMS: settings.SMS_ADAPTER}
    return import_string(paths[channel])()


def deliver_next():
    """Send the first text that is due; returns it, None when there is none. Must not be called in a transaction.

    The attempt is noted before it is made: a worker that dies meanwhile leaves a text that is tried again later.
    """
    outgoing = _claim()
    if outgoing is None:
        return None
    try:
        answer = adapter_of(outgoing.channel).send(outgoing.address, _as_sent(outgoing))
        state, error = Outgoing.State(answer), ""
    except Exception as problem:
        logger.warning("outgoing text %s: attempt %s failed", outgoing.pk, outgoing.attempts, exc_info=True)
        state = Outgoing.State.WAITING if outgoing.attempts <= len(WAITS) else Outgoing.State.FAILED
        error = _in_short(problem).replace(outgoing.address, "…")
    with acting(by=None, action="outgoing.deliver"):
        outgoing.state, outgoing.error = state, error
        outgoing.save(update_fields=["state", "error"])
    return outgoing


def _as_sent(outgoing):
    text = outgoing.text
    for mark, filled in AS_SENT.items():
        text = text.replace(mark, filled(outgoing)) if mark in text else text
    return text


def _in_short(problem):
    """One line of what a gateway answered, which may be a whole page, as it fits the column."""
    return excerpt(" ".join(f"{type(problem).__name__}: {problem}".split()), 200)[:300]


def _claim():
    now = timezone.now()
    due = Q(attempts=0)
    for attempts, wait in enumerate(WAITS, start=1):
        due |= Q(attempts=attempts, tried_at__lt=now - wait)
    due |= Q(attempts__gt=len(WAITS), tried_at__lt=now - WAITS[-1])  # the worker died in the last one
    with transaction.atomic():
        waiting = Outgoing.objects.filter(due, state=Outgoing.State.WAITING).order_by("attempts", "id")
        outgoing = waiting.select_for_update(skip_locked=True).first()
        if outgoing is not None:
            with acting(by=None, action="outgoing.deliver"):
                outgoing.attempts, outgoing.tried_at = outgoing.attempts + 1, now
                outgoing.save(update_fields=["attempts", "tried_at"])
    return outgoing


@action("outgoing.again")
def send_again(*, outgoing, by, reason=""):
    """Let a text that failed or was kept be sent once more, by the gateway that is set up now.

    Raises PermissionDenied, or ValidationError for one that was sent or still waits: nobody is to get it twice.
    """
    if not by.has_perm("core.change_outgoing"):
        raise PermissionDenied(_("Your role does not send texts again."))
    outgoing = Outgoing.objects.within_scope_of(by).select_for_update().get(pk=outgoing.pk)
    if outgoing.state not in TO_SEND_AGAIN:
        raise ValidationError(_("This text was sent already or still waits: it is not sent twice."))
    outgoing.state, outgoing.attempts, outgoing.error = Outgoing.State.WAITING, 0, ""
    outgoing.save(update_fields=["state", "attempts", "error"])
    return outgoing
