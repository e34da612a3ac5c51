"""Where a project stands on the board: its lamp and its place in the order, as one whole number that SQL computes.

The lamp is that of the worst open step, or of the progress where that is worse: points behind the straight line from
the actual (else planned) start to the planned end. Both ends of that comparison are of the day of the last approved
report, so that a lamp never changes because nobody wrote; it is made until the project has actually ended.

A place is `rank of the lamp * WIDTH + days`, the days those from FIRST to the due date that decides: the longest
overdue comes first, then who has the fewest days left, and a plan that lags without any date behind those.
"""

import datetime
from dataclasses import dataclass

from django.db.models import (
    Case,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from projects.models import ProjectStep
from projects.models.checklists import Lamp

RANKS = (Lamp.OVERDUE, Lamp.DUE, Lamp.ON_TIME, Lamp.WAITING, Lamp.NOT_YET, Lamp.SIGNED_OFF)
"""The lamps of a project from the one to look at first. "Not yet": no list, or nothing on it can be dated."""

WIDTH = 100_000
FIRST = datetime.date(1900, 1, 1)
DATELESS = WIDTH - 1


class Days(Func):
    """The whole days from the second date to the first, as PostgreSQL counts them."""

    template, arg_joiner = "(%(expressions)s)", " - "
    output_field = IntegerField()


START = Coalesce("actual_start", "planned_start")
_length = Days(F("planned_end"), START)
_elapsed = Days(Least("progress_on", "planned_end"), START)
POINTS_BEHIND = Case(
    When(
        Q(progress__isnull=False, actual_end__isnull=True, planned_end__gt=START),
        then=Value(100) * _elapsed / _length - F("progress"),
    ),
    output_field=IntegerField(),
)
"""Whole percentage points by which a project's progress is behind its plan; null where there is nothing to compare."""


def place_on(on, rule):
    """The expression for the place of a project on day `on` by `rule`; an aggregate over `open_work`."""
    days = Least(Greatest(Coalesce(Days("unsettled__due_on", Value(FIRST)), DATELESS), 0), DATELESS)
    is_open = Q(unsettled__status__in=ProjectStep.OPEN)
    of_steps = Case(
        When(is_open & Q(unsettled__due_on__lt=on), then=_at(Lamp.OVERDUE) + days),
        When(is_open & Q(unsettled__due_on__lte=on + rule.due_soon), then=_at(Lamp.DUE) + days),
        When(is_open & Q(unsettled__due_on__isnull=False, before__isnull=True), then=_at(Lamp.ON_TIME) + days),
        When(is_open, then=_at(Lamp.NOT_YET) + days),
        When(unsettled__isnull=False, then=_at(Lamp.WAITING) + days),
        output_field=IntegerField(),
    )
    of_progress = Case(
        When(points_behind__gte=rule.far_behind, then=_at(Lamp.OVERDUE, DATELESS)),
        When(points_behind__gte=rule.behind, then=_at(Lamp.DUE, DATELESS)),
        output_field=IntegerField(),
    )
    return Min(Least(Coalesce(of_steps, SETTLED), of_progress))


def _at(lamp, days=0):
    return Value(RANKS.index(lamp) * WIDTH + days)


SETTLED = Coalesce(
    Subquery(
        ProjectStep.objects.filter(project=OuterRef("pk")).order_by().values(place=_at(Lamp.SIGNED_OFF, DATELESS))[:1]
    ),
    _at(Lamp.NOT_YET, DATELESS),
    output_field=IntegerField(),
)
"""The place of a project none of whose steps is open or waits for its sign-off: it has others, or none at all."""


def open_work():
    """The steps that still decide: of a register's steps most are settled, and are not looked at. `before`: the one
    that such a step waits for."""
    return {
        "unsettled": FilteredRelation("steps", condition=Q(steps__status__in=ProjectStep.UNSETTLED)),
        "before": FilteredRelation(
            "unsettled__depends_on", condition=Q(unsettled__depends_on__status__in=ProjectStep.UNSETTLED)
        ),
    }


def placed(projects, on, rule):
    """`projects` with `points_behind` and `place`."""
    return projects.alias(points_behind=POINTS_BEHIND, **open_work()).annotate(place=place_on(on, rule))


def within(lamp):
    """The condition that a placed project shows `lamp`."""
    first = RANKS.index(lamp) * WIDTH
    return Q(place__gte=first, place__lt=first + WIDTH)


@dataclass(frozen=True, slots=True)
class Place:
    """A place read again: the lamp, and the due date that decided it (None where none did)."""

    lamp: Lamp
    due_on: datetime.date | None

    @classmethod
    def of(cls, number):
        rank, days = divmod(number, WIDTH)
        return cls(RANKS[rank], None if days == DATELESS else FIRST + datetime.timedelta(days=days))
