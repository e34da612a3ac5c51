"""Questions about difficulties: their lamps, which is worst, and the figures of a period with the rule behind each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    Aggregate,
    Avg,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from counties.models import Division
from projects.models import Campaign, Difficulty, LampRule, Measure
from projects.models.checklists import Lamp, Side
from registry.core.dates import SHANGHAI

Status, Level = Difficulty.Status, Difficulty.Level
DAY = timedelta(days=1)

WORST_FIRST = (
    Case(When(status__in=Difficulty.UNANSWERED, then=Value(0)), When(status=Status.ANSWERED, then=Value(1)),
         default=Value(2)).asc(),
    F("wanted_by").asc(nulls_last=True),
    Case(When(level=Level.CRITICAL, then=Value(0)), When(level=Level.SERIOUS, then=Value(1)), default=Value(2)).asc(),
    "pk",
)  # fmt: skip
"""The order of every list: unanswered ones by the day wanted, so the longest overdue first; then the graver."""


def day_of(instant):
    """The day in Shanghai of an instant."""
    return timezone.localdate(instant, SHANGHAI)


def days_open(difficulty, on):
    """Whole days from the day it was raised to the day it was closed, or to `on` while it is open."""
    until = on if difficulty.is_open else day_of(difficulty.status_at)
    return max((until - day_of(difficulty.raised_at)).days, 0)


def who_answers(work):
    """The side and the person that a measure, a step or a decision is given to."""
    return " · ".join(filter(None, (work.get_side_display(), str(work.responsible or ""))))


def with_measures(rows):
    """Each with `measures_all` and `measures_done`, the numbers of its measures."""
    own = Measure.objects.filter(difficulty=OuterRef("pk")).order_by().values("difficulty")
    counted = {"measures_all": Count("pk"), "measures_done": Count("done_at")}
    numbers = {name: Coalesce(Subquery(own.annotate(n=count).values("n")), 0) for name, count in counted.items()}
    return rows.annotate(**numbers)


# Narrowing: of which difficulties. The list, its figures and the board ask the same


def places():
    """[(code, name)] of the cities that have designated counties, each with its counties behind it. One query."""
    found, city = [], None
    for county in Division.objects.designated().select_related("parent").order_by("parent__code", "code"):
        if county.parent is not None and county.parent_id != city:
            city = county.parent_id
            found.append((county.parent.code, str(county.parent)))
        found.append((county.code, f"— {county}"))
    return found


@dataclass(frozen=True)
class Narrowing:
    """One question of which: its `choices()` and how it narrows rows to one of them."""

    name: str
    label: Promise
    choices: Callable
    narrow: Callable


NARROWINGS = (
    Narrowing("county", gettext_lazy("county or city"), places, lambda rows, code: rows.in_county(code)),
    Narrowing(
        "campaign", gettext_lazy("campaign"),
        lambda: [(campaign.code, str(campaign)) for campaign in Campaign.objects.order_by("starts_on")],
        lambda rows, code: rows.filter(project__campaign__code=code),
    ),
    Narrowing("level", gettext_lazy("level"), lambda: Level.choices, lambda rows, level: rows.filter(level=level)),
    Narrowing(
        "side", gettext_lazy("raised by the side"), lambda: Side.choices,
        lambda rows, side: rows.filter(raised_side=side),
    ),
)  # fmt: skip

PENDING = {
    "open": (gettext_lazy("not closed"), lambda rows, user, on: rows.open()),
    "overdue": (gettext_lazy("overdue"), lambda rows, user, on: rows.overdue(on)),
    "mine": (gettext_lazy("mine to answer"), lambda rows, user, on: rows.to_answer_by(user)),
    "agree": (
        gettext_lazy("answered, both sides to agree"), lambda rows, user, on: rows.filter(status=Status.ANSWERED),
    ),
}  # fmt: skip
"""How urgent: {word: (label, f(rows, user, on))}."""


# Lamps: the same shapes, words and colours as the steps' (`projects.lamps`)


def dated_lamp(due_on, on, soon):
    """The lamp of something undone that is due on `due_on`; due soon within `soon` days."""
    if due_on is None:
        return Lamp.UNDATED
    if due_on < on:
        return Lamp.OVERDUE
    return Lamp.DUE if due_on <= on + timedelta(days=soon) else Lamp.ON_TIME


def lamp(difficulty, on, soon):
    """Of the answer that is owed; answered, it waits for both sides; closed, it is signed off."""
    if difficulty.status == Status.CLOSED:
        return Lamp.SIGNED_OFF
    return Lamp.WAITING if difficulty.status == Status.ANSWERED else dated_lamp(difficulty.wanted_by, on, soon)


def _shown(lamp, due_on, on, **words):
    days = (due_on - on).days if due_on and lamp in (Lamp.OVERDUE, Lamp.DUE, Lamp.ON_TIME) else None
    if days is not None and days < 0:
        words["label"] = ngettext("%d day late", "%d days late", -days) % -days
    elif days is not None:
        words["days"] = ngettext("%d day left", "%d days left", days) % days
    return render_to_string("partials/lamp.html", {"lamp": lamp, **words})


def _voice_wanted(difficulty):
    """Who has not yet said that an answered one is settled."""
    if difficulty.bureau_agreed_at is not None:
        return _("its raiser to agree")
    return _("both sides to agree") if difficulty.raiser_agreed_at is None else _("the bureau to agree")


class Lamps:
    """Draws the lamps of a page by the rule in force, read once. `on` is the day of the page."""

    def __init__(self, on, rule=None):
        self.on, self.rule = on, rule or LampRule.objects.current()

    def is_late(self, difficulty):
        return lamp(difficulty, self.on, self.rule.due_soon_days) == Lamp.OVERDUE

    def difficulty(self, difficulty):
        words = {}
        if difficulty.status == Status.CLOSED:
            words["label"] = _("closed")
        elif difficulty.status == Status.ANSWERED:
            words["label"] = _voice_wanted(difficulty)
        return _shown(lamp(difficulty, self.on, self.rule.due_soon_days), difficulty.wanted_by, self.on, **words)

    def measure(self, measure):
        if measure.done_at is not None:
            return _shown(Lamp.SIGNED_OFF, None, self.on, label=_("done"))
        return self.dated(measure.due_on)

    def dated(self, due_on):
        return _shown(dated_lamp(due_on, self.on, self.rule.due_soon_days), due_on, self.on)


# Figures


class Median(Aggregate):
    """The middle value; between the two middle ones where their number is even."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Tally:
    """One figure with its unit in `text` and its rule in words; `number` is None where there is nothing to average."""

    code: str
    label: str
    number: int | float | None
    text: str
    rule: str
    note: str = ""


def tallies(rows, period, on):
    """The figures of the difficulties `rows` (which must be scoped): how many are open and overdue on day `on`, how
    many were raised and closed in `period`, and how long those closed had taken. One query."""
    begins, ends = period.instants
    closed = Q(status=Status.CLOSED, status_at__gte=begins, status_at__lt=ends)
    took = ExpressionWrapper(
        TruncDate("status_at", tzinfo=SHANGHAI) - TruncDate("raised_at", tzinfo=SHANGHAI), DurationField()
    )
    found = rows.order_by().aggregate(
        open=Count("pk", filter=~Q(status=Status.CLOSED)),
        overdue=Count("pk", filter=Q(status__in=Difficulty.UNANSWERED, wanted_by__lt=on)),
        raised=Count("pk", filter=Q(raised_at__gte=begins, raised_at__lt=ends)),
        closed=Count("pk", filter=closed),
        average=Avg(took, filter=closed),
        median=Median(took, filter=closed),
    )
    return _tallies(found, period)


def _tallies(found, period):
    def counted(code, label, rule):
        return Tally(code, label, found[code], ngettext("%d case", "%d cases", found[code]) % found[code], rule)

    average, median = (None if found[name] is None else found[name] / DAY for name in ("average", "median"))
    words = {"period": period.label}
    return [
        counted("open", _("Open"), _("Raised and not closed yet, on the day of the figures.")),
        counted("overdue", _("Overdue"), _("Not answered, and the day by which help was wanted has passed.")),
        counted(
            "raised", _("Raised in %(period)s") % words,
            _("By the day on which it was raised, whatever became of it."),
        ),
        counted(
            "closed", _("Closed in %(period)s") % words,
            _("Closed by both sides in the period and not reopened since."),
        ),
        Tally(
            "average", _("Average days to close"), average,
            "—" if average is None else _("%(days)s days") % {"days": f"{average:.1f}"},
            _("Calendar days from raising to closing, over those closed in the period; half of them took no longer "
              "than the median."),
            "" if median is None else _("Median %(days)s days") % {"days": f"{median:.1f}"},
        ),
    ]  # fmt: skip
