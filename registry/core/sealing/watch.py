"""Whether sealing and telling outside keep up, who hears of it when they do not, and the verification as a job."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..dates import format_instant
from ..jobs import job
from ..models import Change, Notice, Seal, User
from ..notices import notify
from ..roles import Role
from ..trail import acting
from .anchors import Anchor, anchor, last_anchor, newest_seal
from .chain import seal
from .report import in_words, outcome_in_words
from .verifying import verify

logger = logging.getLogger(__name__)

EACH = 60
"""Seconds between two rounds of the sealer."""

LATE = timedelta(minutes=15)
"""How old a record may become before a seal over it was told outside."""

SAID_AGAIN = timedelta(hours=12)

KIND = "verify-history"


@dataclass(frozen=True)
class State:
    """How far the seals are. `waiting`: records not sealed; `since`: the instant of the oldest record over which no
    seal was told outside, None without one."""

    head: Seal | None
    waiting: int
    anchor: Anchor | None
    since: datetime | None

    @property
    def is_late(self):
        return self.since is not None and timezone.now() - self.since > LATE


def state():
    """The `State` now, in four queries."""
    head, last = newest_seal(), last_anchor()
    waiting = Change.objects.filter(id__gt=head.upto_id if head else 0).count()
    return State(head, waiting, last, _oldest_after(last))


def untold_seconds():
    """Age of the oldest record over which no seal was told outside, 0 where there is none; late is what is older than
    `LATE`. One row by the trail's key, however many wait."""
    oldest = _oldest_after(last_anchor())
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def _oldest_after(last):
    return Change.objects.filter(id__gt=last.upto if last else 0).order_by("id").values_list("at", flat=True).first()


def round_of_sealing():
    """Seal, tell outside, and raise the alarm when that has not worked for too long. Raises OSError, DatabaseError."""
    seal()
    try:
        anchor()
    finally:
        raise_alarm()


def raise_alarm():
    """Tell the audit administrators that seals are late, once in twelve hours; whether they are late."""
    now = state()
    if not now.is_late:
        return False
    words = _("Records since %(since)s are not sealed, or their seal was not told outside. %(number)s wait.")
    _tell(words % {"since": format_instant(now.since), "number": now.waiting})
    return True


def _tell(words, again=SAID_AGAIN):
    lately = Notice.objects.filter(kind=Notice.Kind.JOB, facts__kind=KIND, sent_at__gt=timezone.now() - again)
    if again and lately.filter(facts__error__gt="").exists():
        return
    facts = {"kind": KIND, "state": "failed", "error": words}
    with acting(by=None, action="trail.alarm"):
        notify(User.objects.holding(Role.AUDIT_ADMIN), Notice.Kind.JOB, facts, url=reverse("admin:seals"))
    logger.error("%s", words)


@job(KIND, gettext_lazy("Check of the trail and its seals"), lambda job: reverse("admin:seals"))
def verify_as_job(progress, *, by, day="", since=0):
    """What `manage.py verify_history` does; the report is kept, and audit administrators hear of findings."""
    report = verify(since=since, progress=progress)
    number = report.found.total()
    words = outcome_in_words(number, report.seconds)
    if number:
        _tell(f"{words} {in_words(report.named[0])}", again=timedelta(0))
    return {"words": words, "report": report.as_json(), "url": reverse("admin:seals")}


class Sealer(threading.Thread):
    """Seals beside a worker, whose own job may take long."""

    def __init__(self):
        super().__init__(daemon=True, name="sealer")
        self._over = threading.Event()

    def run(self):
        while not self._over.wait(EACH):
            close_old_connections()
            try:
                round_of_sealing()
            except (DatabaseError, OSError) as problem:
                logger.error("sealing failed, it is tried again in %s s: %s", EACH, problem)
                connection.close()
        connection.close()  # this thread's own

    def end(self):
        self._over.set()
        self.join()
