"""Wrong guesses at something secret, counted in the database, so that all processes of the site count together.

A guess is counted before it is looked at, and taken back when it was right: however many come at once, no more than
`most` are looked at. Whoever reaches the bound waits; each guess before it forgets itself after the same time.
"""

import datetime
import math
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from .models import Guess
from .read_only import writing_after_all

_COUNT = """
    INSERT INTO core_guess AS g (what, who, number, most, until, user_id) VALUES (%(what)s, %(who)s, 1, %(most)s,
        %(until)s, %(user)s)
    ON CONFLICT (what, who) DO UPDATE SET
        number = CASE WHEN g.until <= %(now)s THEN 1 ELSE g.number + 1 END,
        until = CASE WHEN g.until > %(now)s AND g.number >= %(most)s THEN g.until ELSE excluded.until END,
        most = excluded.most, user_id = excluded.user_id
    RETURNING number, until
"""


@dataclass(frozen=True)
class Counted:
    """How a guess stands: whether it may be looked at, whether it was the last one, and until when one then waits."""

    number: int
    most: int
    until: datetime.datetime

    @property
    def may(self):
        return self.number <= self.most

    @property
    def is_last(self):
        return self.number >= self.most

    @property
    def seconds(self):
        return max(1, math.ceil((self.until - timezone.now()).total_seconds()))

    @property
    def in_words(self):
        minutes = math.ceil(self.seconds / 60)
        return ngettext("Try again in %d minute.", "Try again in %d minutes.", minutes) % minutes


def known_as(name):
    """What stands for something typed (a user name, an address) in the count, which keeps nothing readable."""
    return salted_hmac("registry.core.guesses", name).hexdigest()


def count(what, who, *, most, user=None):
    """Count one guess, before it is looked at: `Counted`. The bound holds to the minute of `LOCKS` in the settings."""
    now = timezone.now()
    values = {
        "what": what, "who": who, "most": most, "now": now, "user": user and user.pk,
        "until": now + datetime.timedelta(minutes=settings.LOCKS["minutes"]),
    }  # fmt: skip
    with writing_after_all(), connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        number, until = cursor.fetchone()
    return Counted(number, most, until)


def was_right(what, who):
    """Forget the wrong guesses of an account: this one was right."""
    with writing_after_all():
        Guess.objects.filter(what=what, who=who).delete()


def take_back(what, who):
    """Take one guess back from an address, which others share: theirs stay counted."""
    with writing_after_all():
        Guess.objects.filter(what=what, who=who, number__gt=0).update(number=F("number") - 1)


def forget_old(*, now=None):
    """Delete counts whose time is over; returns how many."""
    return Guess.objects.filter(until__lt=now or timezone.now()).delete()[0]
