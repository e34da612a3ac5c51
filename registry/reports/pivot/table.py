"""A pivot as it is shown and exported: lines of cells, the totals counted by themselves, and what changed."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from projects.models import Project
from registry.core.dates import format_instant
from registry.core.quantity import YUAN, Money, Qualifier, Quantity, Total, unit_word
from registry.core.quantity.format import column_number, marks
from registry.core.templatetags.values import caveat
from registry.reports.figures import Cell, Report, report

from .question import Question


def among(user):
    """The projects over which `user` is told figures: those that it works with. None: all of them."""
    return None if user.reads_everything else Project.objects.within_scope_of(user)


@dataclass(frozen=True)
class Figure:
    """One place of the table. `before` is its figure at the instant compared with, None where none is."""

    total: Total
    before: Total | None = None
    query: str = ""

    @property
    def difference(self):
        """What was added since, perhaps less than nothing, as exact as the less exact of the two."""
        if self.before is None:
            return None
        exact = self.total.qualifier == self.before.qualifier == Qualifier.EXACT
        value = (self.total.value or Decimal(0)) - (self.before.value or Decimal(0))
        qualifier = Qualifier.EXACT if exact else Qualifier.ABOUT
        if self.total.unit == YUAN:
            return Money(value, qualifier=qualifier)
        return Quantity(value, self.total.unit, qualifier)

    @property
    def has_moved(self):
        return self.before is not None and self.total != self.before

    @property
    def difference_text(self):
        """The difference as a column has it, with its sign: +12.00, 约 -3.00."""
        word, _after = marks(self.difference)
        number = column_number(self.difference)
        if self.total.unit == YUAN:
            number = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{word.strip()} {number:+,f}".strip()

    @property
    def growth(self):
        """The difference in percent of what was there before, with one decimal; None where that was nothing."""
        if self.before is None or not self.before.value:
            return None
        share = self.difference.value * 100 / self.before.value
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def growth_text(self):
        return f"{self.growth:+,}%"


@dataclass(frozen=True)
class Line:
    """A row of the table, or the totals below it (`cell` None). `figures`: one a column; `whole`: of the row."""

    cell: Cell | None
    figures: list[Figure]
    whole: Figure

    @property
    def label(self):
        return self.cell.label if self.cell else _("Total")


@dataclass(frozen=True)
class Table:
    question: Question
    found: Report
    earlier: Report | None
    columns: list[Cell]
    lines: list[Line]
    totals: Line

    @property
    def measure(self):
        return self.question.measure

    @property
    def is_money(self):
        return self.measure.unit == YUAN

    @property
    def is_compared(self):
        return self.earlier is not None

    @cached_property
    def all_lines(self):
        return [*self.lines, self.totals]

    def at(self, row=None, column=None):
        """The `Figure` at the values of a row and a column, without them of a total; nothing where there is none."""
        line = next((line for line in self.lines if line.cell.value == row), None) if row else self.totals
        place = next((number for number, cell in enumerate(self.columns) if cell.value == column), None)
        if line is None or (column and place is None):
            return Figure(self.measure.total(None), query=self.question.query(row=row, column=column))
        return line.figures[place] if column else line.whole

    @property
    def title(self):
        by = " × ".join(str(one.label) for one in self.question.dimensions)
        return _("%(figure)s by %(dimensions)s") % {"figure": self.measure.label, "dimensions": by}

    @property
    def facts(self):
        """What stands above the table: unit, instants, campaign, filters."""
        facts = [_("Unit: 10,000 yuan") if self.is_money else _("Unit: %s") % unit_word(self.measure.unit)]
        facts.append(_("Data as of %s") % format_instant(self.found.as_of))
        if self.earlier:
            facts.append(_("Compared with %s") % format_instant(self.earlier.as_of))
        if self.found.campaign:
            facts.append(f"{_('Campaign')}: {self.found.campaign}")
        return facts + [f"{one.label}: {cell.label}" for one, cell in self.found.filters]

    @property
    def notes(self):
        """What stands below the table: the rule, how exact it is, what does not add up."""
        whole = self.found.figures[0]
        return list(filter(None, [
            _("Counting rule: %s") % self.measure.rule, caveat(self.totals.whole.total), whole.beside,
            *self.warnings,
        ]))  # fmt: skip

    @cached_property
    def warnings(self):
        """Which parts do not add up to the totals, one sentence for rows and one for columns."""
        slices = self.found.slices[: len(self.question.dimensions)]
        return [
            _("The parts by %s need not add up: distinct things are counted, and the total is counted by itself.")
            % one.by[0].label
            for one in slices
            if not one.adds_up(self.measure)
        ]


def ask(question, user):
    """The `Table` of a question over what `user` works with: one grouped query an instant, and the names of cells."""
    found = _report(question, user, question.as_of)
    earlier = _report(question, user, question.against) if question.against else None
    return _Laying(question, found, earlier).table()


def _report(question, user, instant):
    return report(
        user=user, campaign=question.campaign, as_of=instant, by=question.by, filters=question.filters,
        codes=[question.measure.code], empty=question.empty or question.view == "lines", among=among(user),
    )  # fmt: skip


class _Laying:
    """Two reports laid over each other: every cell that one of them has."""

    def __init__(self, question, found, earlier):
        self.question, self.found, self.earlier = question, found, earlier
        self.nothing = question.measure.total(None)
        self.now, self.before = (_by_values(report, question.measure.code) for report in (found, earlier))

    def table(self):
        rows, columns = self._cells(0), self._cells(1) if self.question.columns else []
        lines = self._ordered([self._line(row, columns) for row in rows])
        return Table(self.question, self.found, self.earlier, columns, lines, self._line(None, columns))

    def _cells(self, place):
        """The cells along one side in their order, those of the later report first where both have one."""
        known = {}
        for one in filter(None, (self.earlier, self.found)):
            known |= {row.cells[0].value: row.cells[0] for row in one.slices[place].rows}
        return sorted(known.values(), key=lambda cell: cell.order)

    def _line(self, row, columns):
        return Line(row, [self._figure(row, column) for column in columns], self._figure(row, None))

    def _figure(self, row, column):
        values = row and row.value, column and column.value
        before = self.before.get(values, self.nothing) if self.earlier else None
        return Figure(self.now.get(values, self.nothing), before, self.question.query(row=values[0], column=values[1]))

    def _ordered(self, lines):
        if not self.question.order:
            return lines
        is_falling = self.question.order == "falling"
        return sorted(lines, key=lambda line: line.whole.total.value or 0, reverse=is_falling)


def _by_values(report, code):
    """{(value of the row, value of the column): Total}, None where the place is a total."""
    if report is None:
        return {}
    found = {(None, None): report.figures[0].quantity}
    for place, part in enumerate(report.slices):
        for row in part.rows:
            values = [cell.value for cell in row.cells]
            key = tuple(values) if place == 2 else (values[0], None) if place == 0 else (None, values[0])
            found[key] = row.totals[code]
    return found
