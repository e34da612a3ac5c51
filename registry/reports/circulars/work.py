"""Checking and issuing a circular of a large campaign: all its figures are counted again, so a job does it."""

from projects.models import Circular, Project
from registry.core.jobs import enqueue
from registry.core.models import Job

KIND = "circular.move"
AT_ONCE = 2000
"""Projects of a campaign up to which it is done while the person waits."""

COUNTED = (Circular.Status.CHECKED, Circular.Status.ISSUED)
"""Where a circular gets only while its figures agree with the register."""


def is_long(circular, to):
    """Whether moving the circular there takes longer than a request may."""
    projects = Project.objects.filter(campaign=circular.campaign_id).values("pk")[: AT_ONCE + 1]
    return to in COUNTED and projects.count() > AT_ONCE


def ask_for_move(function, *, circular, to, by, reason):
    """Queue the move; the same job again while one of the person's is not over yet. What would be refused at once is
    for the caller to find out (`Circular.refusals`)."""
    waiting = Job.objects.within_scope_of(by).unfinished().filter(kind=KIND, parameters__circular=circular.pk)
    more = {"circular": circular.pk, "version": circular.version, "to": to, "reason": reason}
    return waiting.first() or enqueue(function, by=by, total=1, **more)
