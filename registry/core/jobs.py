"""Work in the background: `@job` names it, `enqueue` asks for it, `manage.py work` does it.

The work runs in one transaction of its own; its progress is told on a second connection, so that others can watch
while it is still open. A worker that dies leaves a lease that runs out: the job is then failed, nothing was written.
"""

import datetime
import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override

from .models import Job, Notice
from .notices import notify

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(seconds=60)
"""How long a worker may be silent before its job counts as lost."""

TELL_EVERY = 0.5
"""Seconds between two words of progress."""


class Cancelled(Exception):
    """The person asked to stop; everything is rolled back."""


@dataclass(frozen=True)
class Work:
    """One kind of job: `run(progress, *, by, **parameters)` gives back a dict, which becomes `Job.result`."""

    kind: str
    label: Promise
    run: Callable


KINDS: dict[str, Work] = {}
"""Every kind of job there is. A module that holds one is imported by whoever asks for it and by `ready` of its app."""


def job(kind, label):
    """Make `f(progress, *, by, **parameters)` the job `kind`; parameters and result must be JSON.

    It raises ValidationError or PermissionDenied to end as failed with these words; whatever it raises, nothing that
    it wrote stays. A key "url" in its result is where the person who asked goes on; "words" what is told to them.
    """

    def decorate(function):
        KINDS[kind] = Work(kind, label, function)
        function.kind = kind
        return function

    return decorate


def enqueue(function, *, by, total=0, **parameters):
    """Ask for the work; returns the `Job`, which starts once this transaction is committed."""
    return Job.objects.create(
        kind=function.kind, by=by, parameters=parameters, total=total, language=get_language() or "zh-hans"
    )


class Progress:
    """What a running job says of itself. `batch` is the batch id under which it writes into the trail."""

    def __init__(self, found, side):
        self.batch, self.done, self.total = found.batch, 0, found.total
        self._key, self._side, self._told = found.pk, side, 0.0

    def of(self, total):
        """How many items there are in all. Raises Cancelled."""
        self.total = total
        self._tell()

    def step(self, number=1):
        """`number` more items are done. Raises Cancelled when the person asked to stop."""
        self.done += number
        if time.monotonic() - self._told >= TELL_EVERY:
            self._tell()

    def _tell(self):
        self._told = time.monotonic()
        with self._side.cursor() as cursor:
            cursor.execute(
                "UPDATE core_job SET done = %s, total = %s, lease_until = %s WHERE id = %s RETURNING cancel_asked",
                [self.done, self.total, timezone.now() + LEASE, self._key],
            )
            asked = cursor.fetchone()
        if asked and asked[0]:
            raise Cancelled


def run_next():
    """Do the first job of the queue; returns it when it is over, None when the queue is empty.

    Must not be called in a transaction: others are to see that the job was taken.
    """
    found = _claim()
    if found is None:
        return None
    with override(found.language), closing(connection.copy()) as side:
        try:
            _run(found, Progress(found, side))
        except Cancelled:
            _end(found, Job.State.CANCELLED, error=gettext("Stopped as asked. Nothing was written."))
        except ValidationError as refusal:
            _end(found, Job.State.FAILED, error=" ".join(map(str, refusal.messages)))
        except PermissionDenied as refusal:
            _end(found, Job.State.FAILED, error=str(refusal))
        except Exception:
            logger.exception("job %s (%s) failed", found.pk, found.kind)
            words = gettext("Something went wrong that nobody foresaw. Nothing was written. Tell the number %s.")
            _end(found, Job.State.FAILED, error=words % found.batch[:8])
        _tell_person(found)
    return found


def _run(found, progress):
    if found.by is not None and not found.by.is_active:
        raise PermissionDenied(gettext("The account that asked for this has been closed."))
    with transaction.atomic():
        result = KINDS[found.kind].run(progress, by=found.by, **found.parameters)
        found.done, found.total = progress.done, progress.total or progress.done
        _end(found, Job.State.DONE, result=result or {})


def _claim():
    with transaction.atomic():
        queued = Job.objects.filter(state=Job.State.QUEUED, kind__in=KINDS).order_by("id")
        found = queued.select_for_update(skip_locked=True, of=("self",)).select_related("by").first()
        if found is not None:
            found.state, found.started_at = Job.State.RUNNING, timezone.now()
            found.lease_until = found.started_at + LEASE
            found.save()
    return found


def _end(found, state, **values):
    for name, value in {"state": state, "ended_at": timezone.now(), "lease_until": None, **values}.items():
        setattr(found, name, value)
    found.save(update_fields=["state", "ended_at", "lease_until", "done", "total", *values])


def _tell_person(found):
    """The end of a job is a to-do of whoever asked for it."""
    if found.by is not None:
        facts = {"job": found.pk, "kind": found.kind, "state": found.state, "words": found.result.get("words", "")}
        notify([found.by], Notice.Kind.JOB, facts | {"error": found.error}, url=found.result.get("url", ""))


def recover():
    """Count jobs whose worker was lost as failed; returns how many. Their transactions were rolled back."""
    lost = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=timezone.now())
    number = 0
    for found in lost.select_related("by"):
        with override(found.language), transaction.atomic():
            fresh = Job.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=found.pk).first()
            if fresh is None or fresh.state != Job.State.RUNNING:
                continue
            words = gettext("The program that did this work was lost. Nothing was written. Ask for it again.")
            _end(fresh, Job.State.FAILED, error=words)
            _tell_person(fresh)
            number += 1
    return number
