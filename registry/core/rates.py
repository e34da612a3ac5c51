"""How often the interface may be asked within a minute: by a stranger's address, an account, a token. Counted in the
database, so that all processes of the site count together; `API_RATES` in the settings says how often, 0 that it does
not matter."""

import datetime
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
    INSERT INTO core_usage (who, minute, number) VALUES (%s, %s, 1)
    ON CONFLICT (who, minute) DO UPDATE SET number = core_usage.number + 1
    RETURNING number, set_config('synchronous_commit', 'off', true)
"""
"""Nobody waits until a count is on the disk: a crash may forget the last ones."""


class Rate(BaseThrottle):
    """So many requests a minute; those beyond are answered 429 until the minute is over."""

    def allow_request(self, request, view):
        kind, who = _who(request)
        most = settings.API_RATES.get(kind, 0)
        return not most or counted(f"{kind} {who}", timezone.now()) <= most

    def wait(self):
        """Seconds until the next minute begins."""
        return 60 - timezone.now().second


def counted(who, now):
    """Count one request of `who` within this minute; returns how many there are."""
    with nullcontext() if writes_anyway() else writing_after_all(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [who, now.replace(second=0, microsecond=0)])
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
