"""Objections to a praise or an award: they come from anybody while the public notice lasts, and the bureau answers."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.answerable import bureau_people
from projects.models import Objection
from registry.core.actions import locked
from registry.core.addresses import desk_page
from registry.core.dates import format_date, today
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import action

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
MOST = ((HOUR, 3), (DAY, 10))
"""How many objections one sender may hand in within such a time; nobody is asked to solve a riddle."""

MOST_OF_ALL = 60
"""How many objections a public notice takes within an hour, from whomever: more than that is a machine."""


@action("objection.file")
def file_objection(*, commendation, text, name="", contact="", sender="", by=None):
    """Take an objection to a commendation in public notice; returns it with its receipt number.

    `sender` is a mark by which the sender's other objections of the day are known, never an address. Raises
    ValidationError where no objections are taken (yet, or any more), or too many came.
    """
    fresh = locked(commendation)
    if fresh.begins_after(today()):
        words = _("The public notice begins on %s: objections are taken from that day on.")
        raise ValidationError(words % format_date(fresh.notice_from))
    if not fresh.days_left(today()):
        raise ValidationError(_("The public notice is over: objections are not taken here any more."))
    _refuse_flood(fresh, sender)
    objection = Objection(commendation=fresh, text=text, name=name, contact=contact, sender=sender)
    objection.full_clean()
    objection.save()
    facts = {"what": "objection", "title": fresh.title, "due": fresh.notice_until.isoformat()}
    notify(bureau_people(), Notice.Kind.DECIDED, facts, url=desk_page(objection))
    return objection


def _refuse_flood(commendation, sender):
    now = timezone.now()
    if commendation.objections.filter(received_at__gt=now - HOUR).count() >= MOST_OF_ALL:
        raise ValidationError(_("Too many objections come in at the moment. Please try again in an hour."))
    of_sender = Objection.objects.filter(sender=sender) if sender else Objection.objects.none()
    for length, most in MOST:
        if of_sender.filter(received_at__gt=now - length).count() >= most:
            raise ValidationError(_("Several objections have come from you already. Please try again later."))
