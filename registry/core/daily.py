"""What is done once every working day: `@daily` names the hour, the worker asks for it, and it runs as a job."""

import datetime

from django.db import connection, transaction
from django.utils import timezone

from .dates import SHANGHAI
from .jobs import enqueue
from .models import Job
from .workdays import is_working

TRIES = 3
"""How often in a day a failed one is asked for again."""

DAILY: list = []
"""(time of day in Shanghai, job) of everything that is done daily."""


def daily(at):
    """Make the job `f(progress, *, by, day)` one that is done on working days from the hour `at` on."""

    def decorate(function):
        DAILY.append((at, function))
        return function

    return decorate


def ask_for_due(now=None):
    """Ask for the daily work that is due and that nobody has asked for today; returns the jobs.

    A day off asks for nothing: what would have been said then is said on the next working day. A worker that starts
    late in the day makes up for the morning. Safe for several workers at once.
    """
    now = timezone.localtime(now or timezone.now(), SHANGHAI)
    day, due = now.date(), [function for at, function in DAILY if now.time() >= at]
    if not due or not is_working(day):
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.core.daily'))")
        return [enqueue(function, by=None, day=day.isoformat()) for function in due if not _asked(function, day)]


def _asked(function, day):
    midnight = datetime.datetime.combine(day, datetime.time(), SHANGHAI)
    states = Job.objects.filter(kind=function.kind, by=None, queued_at__gte=midnight).values_list("state", flat=True)
    return any(state != Job.State.FAILED for state in states) or len(states) >= TRIES
