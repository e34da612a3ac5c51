"""Work in the background: `@job` names it, `enqueue` asks for it, `manage.py work` does it.

The work runs in one transaction of its own; a second connection tells how far it is, so that others can watch while
it is still open. A worker that dies leaves a lease that runs out: nothing was written, and the job goes back into the
queue. So does one that met an outage, after a pause, and one whose worker was told to end. Jobs stand in a module
`jobs` of their app, which every process imports when it starts (`CoreConfig.ready`).
"""

import datetime
import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override

from .clashes import ATTEMPTS, CLASHES, code_of
from .models import Job, Notice
from .notices import notify, words
from .outages import SLOW, outage_of
from .text import excerpt
from .trail import acting, request_id
from .turns import take_turns

logger = logging.getLogger(__name__)

TELL_EVERY = 0.5
"""Seconds between two words of progress."""

PAUSES = (10, 60, 300)
"""Seconds that a job waits after its first, second, third outage or lost worker; after one more it has failed."""

LONGEST = 4000
"""Characters that are kept of a refusal."""


class Cancelled(Exception):
    """The person asked to stop; everything is rolled back."""


class Lost(Exception):
    """The lease ran out under a worker that still lives, and the job was counted as failed: it may write nothing."""


@dataclass(frozen=True)
class Work:
    """One kind of job: `run(progress, *, by, **parameters)` gives back a dict, which becomes `Job.result`;
    `asked_at(job)` is the address of the page from which it was asked for."""

    kind: str
    label: Promise
    run: Callable
    asked_at: Callable


KINDS: dict[str, Work] = {}
"""Every kind of job there is."""


def _address(found):
    return found.parameters.get("address", "")


def job(kind, label, asked_at=_address):
    """Make `f(progress, *, by, **parameters)` the job `kind`; parameters and result must be JSON.

    It raises ValidationError or PermissionDenied to end as failed with these words; whatever it raises, nothing that
    it wrote stays. It may be begun anew after a deadlock. What it writes is in the trail under the job's batch. A key
    "url" in its result is where the person who asked goes on; "words" what is told to them; "until" the day (ISO)
    to which what stands at the address is kept. One that came to nothing leads back to `asked_at(job)`, by itself the
    parameter `address`; "" where nobody asks for it.
    """

    def decorate(function):
        KINDS[kind] = Work(kind, label, function, asked_at)
        function.kind = kind
        return function

    return decorate


def label_of(kind):
    """What a kind of job is called; its name for one that no longer exists."""
    return str(KINDS[kind].label) if kind in KINDS else kind


def asked_at(found):
    """The address of the page from which a job was asked for; "" where there is none, or an older version did not
    note what leads there."""
    try:
        return KINDS[found.kind].asked_at(found) if found.by_id else ""
    except KeyError:
        return ""


def enqueue(function, *, by, total=0, **parameters):
    """Ask for the work; returns the `Job`, which starts once this transaction is committed."""
    return Job.objects.create(
        kind=function.kind, by=by, parameters=parameters, total=total, language=get_language() or "zh-hans"
    )


@transaction.atomic
def enqueue_once(function, *, by, total=0, same=None, **parameters):
    """Ask for the work, or give back the person's own job for the `same` (usually all parameters) that is not over yet:
    a button that is pressed twice asks once, also when both come at the same moment."""
    take_turns(f"{function.kind} {by.pk}")
    asked = Job.objects.within_scope_of(by).unfinished().filter(kind=function.kind)
    waiting = asked.filter(parameters__contains=same or parameters).first()
    return waiting or enqueue(function, by=by, total=total, **parameters)


@transaction.atomic
def cancel(found):
    """Ask a job to stop: one that waits ends at once, one that runs at its next step. Returns the fresh job."""
    fresh = Job.objects.select_for_update().get(pk=found.pk)
    if fresh.state == Job.State.QUEUED:
        fresh.state, fresh.ended_at = Job.State.CANCELLED, timezone.now()
        fresh.error = gettext("Stopped as asked, before it began.")
    fresh.cancel_asked = fresh.cancel_asked or not fresh.is_over
    fresh.save(update_fields=["state", "ended_at", "error", "cancel_asked"])
    return fresh


@transaction.atomic
def begin_again(found):
    """Put failed work that nobody asked for back into the queue; returns whether it was. What a person asked for is
    that person's to ask for again. How often it was begun goes on counting: it tells its workers apart."""
    values = {"state": Job.State.QUEUED, "not_before": None, "ended_at": None, "error": "", "done": 0}
    return bool(Job.objects.filter(pk=found.pk, by=None, state=Job.State.FAILED).update(**values))


class Progress:
    """What a running job says of itself. `batch` is the batch id under which it writes into the trail."""

    def __init__(self, batch="", total=0):
        self.batch, self.done, self.total = batch, 0, total
        self.stop: type[Exception] | None = None

    def of(self, total):
        """How many items there are in all. Raises Cancelled."""
        self.total = total
        self.step(0)

    def step(self, number=1):
        """`number` more items are done. Raises Cancelled when the person asked to stop."""
        self.done += number
        if self.stop is not None:
            raise self.stop


class _Pulse(threading.Thread):
    """Tells how far a job is, renews its lease and hears whether it is to stop, however long one step of it takes."""

    def __init__(self, found, progress):
        super().__init__(daemon=True, name=f"pulse of job {found.pk}")
        self._key, self._tries = found.pk, found.tries
        self._progress, self._over = progress, threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *problem):
        self._over.set()
        self.join()

    def run(self):
        while not self._over.wait(TELL_EVERY):
            try:
                self._beat()
            except DatabaseError as problem:
                logger.warning("job %s: its progress cannot be told: %s", self._key, problem)
                connection.close()
        connection.close()  # this thread's own

    def _beat(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_job SET done = %s, total = %s, lease_until = %s"
                " WHERE id = %s AND tries = %s AND state = 'running' RETURNING cancel_asked",
                [self._progress.done, self._progress.total, _lease(), self._key, self._tries],
            )
            row = cursor.fetchone()
        if row is None and not self._over.is_set():
            self._progress.stop = Lost
        elif row and row[0]:
            self._progress.stop = Cancelled


def _lease():
    return timezone.now() + datetime.timedelta(seconds=settings.JOB_LEASE)


def run_next():
    """Do the first job of the queue; returns it when it is over, None when the queue is empty.

    Must not be called in a transaction: others are to see that the job was taken. Raises DatabaseError when the
    database goes away; the job's lease then runs out. A worker that is told to end at once (KeyboardInterrupt) gives
    the job back first.
    """
    found = _claim()
    if found is None:
        return None
    progress = Progress(found.batch, found.total)
    with override(found.language), _known_as(found.batch), _Pulse(found, progress):
        try:
            _do(found, progress)
        except Lost:
            logger.warning("job %s (%s) lost its lease and wrote nothing", found.pk, found.kind)
        except KeyboardInterrupt:
            _give_back(found)
            raise
    return found


def _give_back(found):
    """Into the queue again: the worker ends, and another may begin it at once. One that is over stays what it is."""
    with suppress(Lost, DatabaseError):  # else its lease runs out
        _put_back(found, gettext("The program that did this work was ended. It is begun anew."), pause=0)
        logger.info("job %s (%s) was given back", found.pk, found.kind)


def _do(found, progress):
    try:
        _run(found, progress)
    except Lost:
        raise
    except Exception as problem:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _failed(found, problem)


def _failed(found, problem):
    """End a job that did not come to its end, in words for whoever asked for it."""
    state = Job.State.FAILED
    if isinstance(problem, Cancelled):
        state, said = Job.State.CANCELLED, gettext("Stopped as asked. Nothing was written.")
    elif isinstance(problem, ValidationError):
        said = _in_short(" ".join(map(str, problem.messages)))
    elif isinstance(problem, PermissionDenied) and str(problem):
        said = _in_short(str(problem))
    elif outage := outage_of(problem):
        logger.warning("job %s (%s) met an outage", found.pk, found.kind, exc_info=problem)
        said = f"{outage.heading}. {outage.words}"
        if outage.after and outage is not SLOW and _may_try_again(found):
            _put_back(found, said, pause=PAUSES[found.tries - 1])
            return
    else:
        logger.error("job %s (%s) failed", found.pk, found.kind, exc_info=problem)
        said = gettext("Something went wrong that nobody foresaw. Nothing was written. Tell the number %s.")
        said %= found.batch[:8]
    _end(found, state, error=said)


def _may_try_again(found):
    return found.tries <= len(PAUSES) and not found.cancel_asked


def _put_back(found, said, *, pause):
    """Into the queue again, to be begun in `pause` seconds, with words why. Raises Lost when it is not running."""
    later = timezone.now() + datetime.timedelta(seconds=pause)
    values = {"state": Job.State.QUEUED, "lease_until": None, "not_before": later, "done": 0, "error": said}
    if not _held(found).update(**values):
        raise Lost
    for name, value in values.items():
        setattr(found, name, value)


def _held(found):
    """The job's row while the worker that has begun it this time still has it."""
    return Job.objects.filter(pk=found.pk, tries=found.tries, state=Job.State.RUNNING)


def _in_short(words):
    """A refusal as the register can store it: what somebody typed may stand in it, whatever that was."""
    return excerpt(" ".join(words.split()), LONGEST)


def _run(found, progress):
    if found.by is not None and not found.by.is_active:
        raise PermissionDenied(gettext("The account that asked for this has been closed."))
    for attempt in count(1):
        try:
            with acting(by=found.by, action=f"job.{found.kind}", batch=found.batch):
                result = KINDS[found.kind].run(progress, by=found.by, **found.parameters)
                found.done, found.total = progress.done, progress.total or progress.done
                _end(found, Job.State.DONE, result=result or {})
            return
        except OperationalError as clash:
            if attempt == ATTEMPTS or code_of(clash) not in CLASHES:
                raise
            logger.info("job %s (%s) met another transaction: begun anew", found.pk, found.kind)
            progress.done = 0


def _claim():
    with transaction.atomic():
        queued = Job.objects.due().filter(kind__in=KINDS).order_by("id")
        found = queued.select_for_update(skip_locked=True, of=("self",)).select_related("by").first()
        if found is not None:
            found.state, found.started_at, found.lease_until = Job.State.RUNNING, timezone.now(), _lease()
            found.tries, found.error = found.tries + 1, ""
            found.save()
    return found


@transaction.atomic
def _end(found, state, **values):
    """End a job and tell whoever asked for it, both or neither.

    Raises Lost when the job is not running any more: whatever was done for it must not stay.
    """
    values |= {"state": state, "ended_at": timezone.now(), "lease_until": None, "done": found.done}
    values |= {"total": found.total}
    if not _held(found).update(**values):
        raise Lost
    for name, value in values.items():
        setattr(found, name, value)
    _tell_person(found)


def _tell_person(found):
    """The end of a job is a to-do of whoever asked for it."""
    if found.by is not None:
        facts = {"kind": found.kind, "state": found.state, "words": found.result.get("words", "")}
        facts |= {"error": found.error, "until": found.result.get("until", "")}
        with acting(by=None, action="job.told", batch=found.batch):
            notify([found.by], Notice.Kind.JOB, facts, url=reverse("job", args=(found.key,)))


@contextmanager
def _known_as(batch):
    """The log speaks of what happens under the number that the person is told."""
    token = request_id.set(batch)
    try:
        yield
    finally:
        request_id.reset(token)


def recover():
    """Give jobs whose worker was lost back to the queue; returns how many. Their transactions were rolled back. One
    that has lost its worker too often may be what ends them: it has failed."""
    number = 0
    for found in Job.objects.lost().select_related("by"):
        with override(found.language), transaction.atomic():
            fresh = Job.objects.lost().select_for_update(of=("self",), skip_locked=True).filter(pk=found.pk).first()
            if fresh is None:
                continue
            number += 1
            logger.warning("job %s (%s) has lost its worker", fresh.pk, fresh.kind)
            if _may_try_again(fresh):
                words = gettext("The program that did this work was lost. Nothing was written. It is begun anew.")
                _put_back(fresh, words, pause=PAUSES[max(fresh.tries, 1) - 1])
            else:
                words = gettext("The program that did this work was lost. Nothing was written. Ask for it again.")
                _end(fresh, Job.State.FAILED, error=words)
    return number


@words(Notice.Kind.JOB)
def _told(facts):
    titles = {
        "done": gettext("Finished: %s"), "failed": gettext("Failed: %s"), "cancelled": gettext("Stopped: %s"),
    }  # fmt: skip
    return titles[facts["state"]] % label_of(facts["kind"]), [facts.get("error") or facts.get("words", "")]
