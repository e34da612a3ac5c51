"""The figures of a circular: each code counted at the circular's instant, with the rows behind it.

A code is one of these: a figure of the counting rules (`funds`), or that figure in one cell (`funds-county-130624`);
a count of what is under way (`overdue_steps`); a number of one row (`funding-17`, `goods-17`, `result-33`, `party-5`);
how many organisations take part in one project (`parties-9`); a sourced statement (`quoted-funds_involved`).
Statements are quoted as they stand today: a source has no past here.
"""

import datetime
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from projects.models import (
    Campaign,
    Commendation,
    Difficulty,
    Funding,
    Participation,
    Project,
    ProjectStep,
    Result,
    Statement,
)
from registry.core.dates import SHANGHAI
from registry.core.jobs import Progress
from registry.core.quantity import CASE, ITEM, MANY, YUAN, Qualifier, Quantity, format_quantity, total
from registry.core.text import ascii_digits_only, excerpt
from registry.reports.as_of import as_of
from registry.reports.figures import DIMENSIONS, FIGURES, Definition, scope_of
from registry.reports.figures.definitions import sums, total_of
from registry.reports.figures.sources import FUNDING

from .marks import QUOTED

MOST_ROWS = 100_000
"""Rows behind one figure; a circular that counts more is refused rather than cut."""


@dataclass(frozen=True)
class Frame:
    """What a circular counts: of which campaign, at which instant, and in which period."""

    campaign: Campaign
    as_of: datetime.datetime
    period_from: datetime.date
    period_until: datetime.date

    @classmethod
    def of(cls, circular):
        return cls(circular.campaign, circular.as_of, circular.period_from, circular.period_until)

    @property
    def day(self):
        """The day in Shanghai of the instant."""
        return timezone.localtime(self.as_of, SHANGHAI).date()

    @property
    def period(self):
        return self.period_from, self.period_until

    @contextmanager
    def read(self):
        """Let every query inside read the register as it was at the instant, in the language of circulars."""
        with override(settings.LANGUAGE_CODE), as_of(self.as_of):
            yield self


@dataclass(frozen=True)
class Found:
    """One figure as it was found. `shown` is what is printed; `row_ids` are rows of the table `row_table`."""

    code: str
    label: str
    quantity: Quantity
    rule: str
    row_table: str
    row_ids: tuple[int, ...]
    words: str = ""

    @property
    def is_quoted(self):
        return self.code.startswith(QUOTED)

    @property
    def shown(self):
        return self.words or format_quantity(self.quantity, "prose", settings.LANGUAGE_CODE)


@dataclass(frozen=True)
class Tally:
    """A count of what is under way, or a sum of a column: `rows(frame)` of the model `behind`."""

    label: Promise
    unit: str
    rule: Promise
    behind: type[Model]
    rows: Callable
    amount: str = ""

    def quantity(self, rows):
        if self.amount:
            return total_of(rows.aggregate(**sums(self.amount, "qualifier")), self.unit)
        return Quantity(rows.count(), self.unit)


def steps_overdue(frame):
    return ProjectStep.objects.overdue(frame.day).filter(project__campaign=frame.campaign)


def difficulties(frame):
    return Difficulty.objects.filter(project__campaign=frame.campaign)


def praised(frame):
    """What was granted within the period."""
    granted = Commendation.objects.filter(campaign=frame.campaign, status=Commendation.Status.GRANTED)
    return granted.filter(granted_at__date__range=frame.period)


def received_in_period(frame):
    lines = Funding.objects.standing().of_organisations().in_state(Funding.State.RECEIVED)
    return lines.filter(project__campaign=frame.campaign, occurred_on__range=frame.period)


TALLIES = {
    "received_in_period": Tally(
        gettext_lazy("Money received in the period"), YUAN,
        gettext_lazy("Standing lines in the state “received” dated within the period, companies' money apart. Lines "
                     "without a date are in no period."),
        Funding, received_in_period, amount="amount",
    ),
    "overdue_steps": Tally(
        gettext_lazy("Checklist items overdue"), ITEM,
        gettext_lazy("Items that are not reported done and whose due date lies before the day of the instant."),
        ProjectStep, steps_overdue,
    ),
    "overdue_projects": Tally(
        gettext_lazy("Projects with overdue items"), "个",
        gettext_lazy("Distinct projects that have an overdue checklist item."),
        Project, lambda frame: Project.objects.filter(pk__in=steps_overdue(frame).values("project")),
    ),
    "difficulties_open": Tally(
        gettext_lazy("Difficulties not closed"), CASE,
        gettext_lazy("Difficulties that were raised and not closed by the instant."),
        Difficulty, lambda frame: difficulties(frame).open(),
    ),
    "difficulties_overdue": Tally(
        gettext_lazy("Difficulties whose answer is overdue"), CASE,
        gettext_lazy("Unanswered difficulties for which help was wanted by a day before that of the instant."),
        Difficulty, lambda frame: difficulties(frame).overdue(frame.day),
    ),
    "difficulties_raised": Tally(
        gettext_lazy("Difficulties raised in the period"), CASE,
        gettext_lazy("Difficulties that were raised on a day of the period."),
        Difficulty, lambda frame: difficulties(frame).filter(raised_at__date__range=frame.period),
    ),
    "praised": Tally(
        gettext_lazy("Praises and awards granted in the period"), ITEM,
        gettext_lazy("Commendations that were granted on a day of the period."),
        Commendation, praised,
    ),
}  # fmt: skip

RECEIVED = FIGURES.get("received") or Definition(
    "received", gettext_lazy("Money received"), YUAN,
    gettext_lazy("Standing lines in the state “received” of all projects, landed or not, companies' money apart."),
    FUNDING, lambda lines: lines.standing().of_organisations().in_state(Funding.State.RECEIVED), Funding,
    amount="amount", landed=False,
)  # fmt: skip
COUNTED = {**FIGURES, RECEIVED.code: RECEIVED}


def count(frame, codes, progress=None):
    """{code: Found} for the codes, each a step of progress. Call it inside `frame.read()`.

    Raises ValidationError naming every code that is unknown or whose row is not there at the instant.
    """
    found = find(frame, codes, progress)
    faults = {code: one for code, one in found.items() if isinstance(one, ValidationError)}
    if faults:
        raise ValidationError([why for fault in faults.values() for why in fault.messages])
    return found


def find(frame, codes, progress=None):
    """{code: Found, or the ValidationError that says why there is none}. Call it inside `frame.read()`."""
    progress = progress or Progress()
    progress.of(len(codes))
    found = {}
    for code in codes:
        if code not in found:
            try:
                found |= _in_cells(frame, code, codes) or {code: _find(frame, code)}
            except ValidationError as fault:
                words = _("Unknown figure “%(code)s”. %(why)s")
                found[code] = ValidationError([words % {"code": excerpt(code), "why": why} for why in fault.messages])
        progress.step()
    return {code: found[code] for code in codes}


def refuse_unknown(codes):
    """Raises ValidationError naming the codes that no register could count, whatever stands in it."""
    unknown = []
    for code in codes:
        kind, _dash, rest = code.partition("-")
        name, _dash, value = rest.partition("-")
        is_row = kind in (*ONE_ROW, "parties") and ascii_digits_only(rest)
        is_cell = kind in COUNTED and name in DIMENSIONS and value
        if not (code in COUNTED or code in TALLIES or code.startswith(QUOTED) or is_row or is_cell):
            words = {"code": excerpt(code), "why": _("Choose one from the list of figures.")}
            unknown.append(_("Unknown figure “%(code)s”. %(why)s") % words)
    if unknown:
        raise ValidationError(unknown)


def _find(frame, code):
    kind, _dash, rest = code.partition("-")
    if code in COUNTED:
        return _counted(code, COUNTED[code], frame, {})
    if code in TALLIES:
        return _tallied(code, TALLIES[code], frame)
    if code.startswith(QUOTED):
        return _quoted(code, frame)
    if kind == "parties" and ascii_digits_only(rest):
        return _parties(code, frame, int(rest))
    if kind in ONE_ROW and ascii_digits_only(rest):
        return _of_row(code, *ONE_ROW[kind], frame, int(rest))
    name, _dash, value = rest.partition("-")
    if kind in COUNTED and value:
        return _counted(code, COUNTED[kind], frame, {name: value})
    raise ValidationError(_("Choose one from the list of figures."))


def _counted(code, definition, frame, filters):
    scope = scope_of(None, frame.campaign, filters)
    rows = scope.rows(definition)
    cells = [one.cells([key])[key] for one, key in scope.filters]
    if definition.amount:
        row = rows.aggregate(**definition.aggregates, ids=ArrayAgg("pk", default=Value([])))
        ids = row["ids"]
    else:
        row = rows.aggregate(**definition.aggregates)
        ids = definition.keys(rows).values_list("row", flat=True)[: MOST_ROWS + 1]
    return _as_counted(code, definition, cells, row, ids)


def _as_counted(code, definition, cells, row, ids):
    label = " · ".join([str(definition.label), *(cell.label for cell in cells)])
    table = definition.behind._meta.db_table
    return Found(code, label, definition.total(row), str(definition.rule), table, _ids(ids))


def _in_cells(frame, first, codes):
    """{code: Found} of `first` and all of `codes` that are the same sum in other cells of its dimension: one query
    counts them together. None where `first` is no such sum, or alone, or one of the cells is to be refused."""
    kind, name, _value = (*first.split("-", 2), "", "")[:3]
    definition, one = COUNTED.get(kind), DIMENSIONS.get(name)
    together = [code for code in codes if code.startswith(f"{kind}-{name}-")]
    if not (definition and definition.amount and one and len(together) > 1):
        return None
    try:
        keys = {code: one.key(code.split("-", 2)[2]) for code in together}
    except ValidationError:
        return None
    if not all(isinstance(key, int | str) for key in keys.values()):  # several years in one, or none
        return None
    rows = scope_of(None, frame.campaign, {}).rows(definition).order_by().annotate(at=one.place(definition.source))
    rows = rows.filter(at__in=keys.values()).values("at").annotate(**definition.aggregates, ids=ArrayAgg("pk"))
    found, cells = {row["at"]: row for row in rows}, one.cells(set(keys.values()))
    return {
        code: _as_counted(code, definition, [cells[key]], found.get(key), found[key]["ids"] if key in found else ())
        for code, key in keys.items()
    }


def _tallied(code, tally, frame):
    rows = tally.rows(frame).order_by()
    ids = _ids(rows.values_list("pk", flat=True)[: MOST_ROWS + 1])
    return Found(code, str(tally.label), tally.quantity(rows), str(tally.rule), tally.behind._meta.db_table, ids)


def _ids(rows):
    ids = tuple(sorted(set(rows)))
    if len(ids) > MOST_ROWS:
        raise ValidationError(_("More than %d rows stand behind it.") % MOST_ROWS)
    return ids


def _quoted(code, frame):
    statements = Statement.objects.filter(campaign=frame.campaign, code=code.removeprefix(QUOTED))
    statement = statements.order_by("-is_headline", "position", "pk").first()
    if statement is None:
        raise ValidationError(_("No source of this campaign states it."))
    quantity = statement.quantity
    rule = _("Quoted, not counted: “%(quote)s” (%(source)s)") % {"quote": statement.quote, "source": statement.source}
    return Found(
        code, statement.title, quantity or Quantity(None, ""), rule, Statement._meta.db_table, (statement.pk,),
        words="" if quantity else statement.text,
    )  # fmt: skip


def _of_row(code, label, model, quantity, frame, key):
    rows = model.objects.filter(project__campaign=frame.campaign, pk=key).select_related("project")
    row = rows.first()
    if row is None or (value := quantity(row)) is None:
        raise ValidationError(_("There is no such row in the campaign at that instant, or it states no number."))
    rule = _("As registered in one row of %(project)s, with the source's word for its precision.")
    words = rule % {"project": f"{row.project.number} {row.project.name}"}
    return Found(code, f"{row.project.name} · {label(row)}", value, words, model._meta.db_table, (row.pk,))


def _parties(code, frame, key):
    """How many organisations take part in a project: those that are named and those that its source only counts."""
    rows = Participation.objects.filter(project__campaign=frame.campaign, project=key, enterprise=None)
    rows = list(rows.exclude(unnamed=Participation.Unnamed.ENTERPRISES).select_related("project").order_by("pk"))
    if not rows or any(row.unnamed and not row.unnamed_count for row in rows):
        raise ValidationError(_("There is no such row in the campaign at that instant, or it states no number."))
    named = Quantity(len({row.organisation_id for row in rows if not row.unnamed}), "家")
    number = total([named, *(Quantity(row.unnamed_count, "家", row.unnamed_qualifier) for row in rows if row.unnamed)],
                   "家")  # fmt: skip
    rule = _("Organisations that take part in %s: those that are named, and those that the source only counts.")
    project = rows[0].project
    table = Participation._meta.db_table
    return Found(code, project.name, number, rule % project.number, table, tuple(row.pk for row in rows))


def _amount(line):
    return line.money if line.voided_at is None and line.amount is not None else None


def _goods(line):
    if line.voided_at is not None or line.quantity is None:
        return None
    return Quantity(line.quantity, line.unit)


def _party(row):
    """A party keeps no word of its source; of things that are counted one says that they are many."""
    wording = MANY if row.unnamed_qualifier == Qualifier.OVER else ""
    return Quantity(row.unnamed_count, "家", qualifier=row.unnamed_qualifier, wording=wording)


ONE_ROW = {
    "funding": (lambda row: row.get_state_display(), Funding, _amount),
    "goods": (lambda row: row.goods, Funding, _goods),
    "result": (
        lambda row: row.indicator, Result,
        lambda row: row.reached if row.status == Result.Status.APPROVED and row.actual is not None else None,
    ),
    "party": (
        lambda row: row.get_unnamed_display(), Participation,
        lambda row: _party(row) if row.unnamed_count else None,
    ),
}  # fmt: skip
"""{kind of code: (label of a row, model, its quantity; None for a row that does not count)}."""


def ranked(frame):
    """[(county, Total received)] of the counties that received anything, the most first. Inside `frame.read()`."""
    county, rows = DIMENSIONS["county"], scope_of(None, frame.campaign, {}).rows(RECEIVED)
    grouped = rows.order_by().annotate(at=county.place(RECEIVED.source)).values("at")
    found = [(row["at"], total_of(row, YUAN)) for row in grouped.annotate(**RECEIVED.aggregates) if row["at"]]
    found = [(key, total) for key, total in found if total.value]
    units = county.model.objects.select_related("parent").in_bulk([key for key, _total in found])
    return sorted(((units[key], total) for key, total in found), key=lambda each: (-each[1].value, each[0].code))


def due_first(frame):
    """The overdue items, the longest overdue first. Inside `frame.read()`."""
    return steps_overdue(frame).select_related("project").order_by(F("due_on").asc(), "project__number", "pk")
