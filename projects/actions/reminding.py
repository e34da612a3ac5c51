"""Reminding: the daily digest, one for each person and working day."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.places import home_of
from projects.reminders import digests
from registry.core.dates import format_date
from registry.core.models import Notice
from registry.core.notices import send
from registry.core.trail import action
from registry.core.turns import take_turns
from registry.core.workdays import is_working, next_working_day


@action("reminder.digest")
def send_digests(*, day, by=None, batch=""):
    """Write to everybody for whom something waits on the working day `day`; returns the messages written.

    Who has the day's digest already gets no second one, whoever runs this how often. Raises ValidationError for a day
    off, naming the next working day.
    """
    if not is_working(day):
        words = _("%(day)s is a day off: the digest goes out on %(next)s.")
        raise ValidationError(words % {"day": format_date(day), "next": format_date(next_working_day(day))})
    take_turns(f"reminder.digest {day}")  # the unique constraint stands behind
    told = set(Notice.objects.filter(day=day).values_list("recipient", flat=True))
    return send(
        [
            Notice(
                recipient=person, kind=Notice.Kind.DIGEST, facts=facts, day=day, url=home_of(person),
                is_demo=person.is_demo,
            )
            for person, facts in digests(day)
            if person.pk not in told
        ]
    )  # fmt: skip
