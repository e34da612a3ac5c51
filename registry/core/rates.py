"""How often the interface may be asked within a minute: by a stranger's address, an account, a token. Counted in the
database, so that all processes of the site count together; `API_RATES` in the settings says how often, 0 that it does
not matter."""

import datetime
import threading
from contextlib import nullcontext

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

from .attempts import address_of
from .models import Usage
from .read_only import writes_anyway, writing_after_all

KEPT = datetime.timedelta(hours=1)

_COUNT = """
    INSERT INTO core_usage (who, minute, number) VALUES (%s, %s, %s)
    ON CONFLICT (who, minute) DO UPDATE SET number = core_usage.number + excluded.number
    RETURNING number, set_config('synchronous_commit', 'off', true)
"""
"""Nobody waits until a count is on the disk: a crash may forget the last ones."""


PART = 16
"""A process takes the sixteenth part of what is left within the minute at once, and gives it out by itself: few
requests ask the database, all processes together never give more than the limit, and near it they ask each time."""

_held: dict[str, tuple[datetime.datetime, int, int]] = {}
"""What this process has taken: {who: (minute, how many are to be given out, how many it takes next)}."""
_lock = threading.Lock()


class Rate(BaseThrottle):
    """So many requests a minute; those beyond are answered 429 until the minute is over."""

    def allow_request(self, request, view):
        kind, who = _who(request)
        most = settings.API_RATES.get(kind, 0)
        return not most or allowed(f"{kind} {who}", most, timezone.now())

    def wait(self):
        """Seconds until the next minute begins."""
        return 60 - timezone.now().second


def allowed(who, most, now):
    """Whether one more request of `who` is within the limit of `most` within this minute."""
    minute = now.replace(second=0, microsecond=0)
    with _lock:
        since, left, part = _held.get(who, (minute, 0, 1))
        if since != minute:
            for each in [each for each, held in _held.items() if held[0] != minute]:
                del _held[each]
            left, part = 0, 1
        if left:
            _held[who] = minute, left - 1, part
            return True
    number = counted(who, now, part)
    given = part - max(0, number - most)
    with _lock:
        left = _held[who][1] if who in _held and _held[who][0] == minute else 0
        _held[who] = minute, left + max(0, given - 1), max(1, (most - number) // PART)
    return given > 0


def forget_held():
    """Give back nothing, hold nothing: for a process that begins with another database."""
    _held.clear()


def counted(who, now, part=1):
    """Count `part` requests of `who` within this minute; returns how many there are."""
    with nullcontext() if writes_anyway() else writing_after_all(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [who, now.replace(second=0, microsecond=0), part])
        return cursor.fetchone()[0]


def forget_old(*, now=None):
    """Delete the minutes that are over; returns how many."""
    return Usage.objects.filter(minute__lt=(now or timezone.now()) - KEPT).delete()[0]


def _who(request):
    if request.auth is not None:
        return "token", request.auth.pk
    if request.user.is_authenticated:
        return "account", request.user.pk
    return "address", address_of(request)
