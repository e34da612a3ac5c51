"""The sign-off record of a step, read from the trail: nothing of it is typed twice, and reopening erases none of it."""

import datetime
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from projects.models import ProjectStep
from registry.core.dates import format_instant
from registry.core.models import Change, User

Status = ProjectStep.Status
STAMPS = {Status.DONE: "done", Status.VERIFIED: "verified", Status.WAIVED: "waived"}
"""The states whose person and instant the row itself holds; of the others the trail's own line tells them."""


@dataclass(frozen=True)
class Act:
    """One move of a step: into which state, by whom (None: not by way of the application), when, in which words."""

    status: str
    by: User | None
    at: datetime.datetime
    words: str

    @property
    def who(self):
        return str(self.by or _("not known"))

    def __str__(self):
        """As told to somebody who came too late."""
        sentence = {
            Status.DONE: _("%(who)s applied for its sign-off on %(when)s."),
            Status.VERIFIED: _("%(who)s signed it off on %(when)s."),
            Status.RETURNED: _("%(who)s returned it on %(when)s."),
            Status.WAIVED: _("%(who)s waived it on %(when)s."),
            Status.OPEN: _("%(who)s reopened it on %(when)s."),
        }[self.status]
        return sentence % {"who": self.who, "when": format_instant(self.at)}


@dataclass
class Round:
    """From applying to the end: what was applied for, how it was decided, and how it was reopened if it was."""

    applied: Act | None = None
    decided: Act | None = None
    reopened: Act | None = None


def acts_of(step):
    """Every move of the step, first to last. Two queries, however many."""
    changes = Change.objects.filter(table_name=step._meta.db_table, row_pk=str(step.pk), after__isnull=False)
    told = [
        _told(change)
        for change in changes.order_by("id")
        if "status" in (change.before or {}) or (change.before is None and change.after["status"] != Status.OPEN)
    ]
    people = User.objects.in_bulk({person for _status, person, _at, _words in told if person})
    return [Act(status, people.get(person), at, words) for status, person, at, words in told]


def _told(change):
    """(status, key of the person, instant, words) of a change that moved the step."""
    row = change.after
    stamp = STAMPS.get(row["status"])
    person, at = (row[f"{stamp}_by_id"], row[f"{stamp}_at"]) if stamp else (change.actor_id, row["status_at"])
    return row["status"], person, parse_datetime(at), row["status_reason"]


def rounds_of(step):
    """The sign-off record: one round for each time that the step was applied for or waived, first to last."""
    rounds = []
    for act in acts_of(step):
        latest = rounds[-1] if rounds else None
        if act.status == Status.DONE:
            rounds.append(Round(applied=act))
        elif act.status == Status.OPEN and latest is not None:
            latest.reopened = act
        elif latest is not None and latest.decided is None and act.status != Status.WAIVED:
            latest.decided = act
        elif act.status != Status.OPEN:
            rounds.append(Round(decided=act))
    return rounds


def latest_act(step):
    """The last move of the step; None where it was never moved."""
    acts = acts_of(step)
    return acts[-1] if acts else None
