"""What is done once a day: `@daily` names the hour, the worker asks for it, and it runs as a job.

The house looks after itself every day. What is written to people comes on working days (`@each_working_day`).
"""

import datetime

from django.db import transaction
from django.utils import timezone

from .dates import SHANGHAI
from .jobs import enqueue
from .models import Job
from .turns import take_turns
from .workdays import is_working

TRIES = 3
"""How often in a day a failed one is asked for again."""

DAILY: list = []
"""(time of day in Shanghai, job) of everything that is done every day."""

EACH_WORKING_DAY: list = []
"""The same of what waits for the next working day."""


def daily(at):
    """Make the job `f(progress, *, by, day)` one that is done every day from the hour `at` on."""
    return _noted_in(DAILY, at)


def each_working_day(at):
    """Make the job `f(progress, *, by, day)` one that is done on working days from the hour `at` on. What would have
    been said on a day off is said on the next working day."""
    return _noted_in(EACH_WORKING_DAY, at)


def _noted_in(table, at):
    def decorate(function):
        table.append((at, function))
        return function

    return decorate


def ask_for_due(now=None):
    """Ask for the daily work that is due and that nobody has asked for today; returns the jobs.

    A worker that starts late in the day makes up for the morning. Safe for several workers at once.
    """
    now = timezone.localtime(now or timezone.now(), SHANGHAI)
    day = now.date()
    table = [*DAILY, *EACH_WORKING_DAY] if is_working(day) else DAILY
    due = [function for at, function in table if now.time() >= at]
    if not due:
        return []
    with transaction.atomic():
        take_turns("registry.core.daily")
        return [enqueue(function, by=None, day=day.isoformat()) for function in due if not _asked(function, day)]


def _asked(function, day):
    midnight = datetime.datetime.combine(day, datetime.time(), SHANGHAI)
    states = Job.objects.filter(kind=function.kind, by=None, queued_at__gte=midnight).values_list("state", flat=True)
    return any(state != Job.State.FAILED for state in states) or len(states) >= TRIES
