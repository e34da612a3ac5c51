"""One cell of a pivot down to its rows, and their sum held against the table."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.models import Project
from registry.core.lists_out import usual_facts
from registry.core.quantity import Total
from registry.core.workbooks import Page
from registry.reports.drilldown import SHOWN
from registry.reports.figures import Cell, Dimension, reading, rows_behind
from registry.reports.printed import AT_A_TIME, BEHIND

from .question import Question
from .table import Figure, Table, among, ask


@dataclass(frozen=True)
class Behind:
    """`table`: the pivot, asked anew; `figure`: its place; `places`: the cells along its sides that name it."""

    question: Question
    user: object
    table: Table
    figure: Figure
    places: list[tuple[Dimension, Cell]]
    filters: dict[str, str]

    @property
    def query(self):
        return self.figure.query

    @property
    def title(self):
        return " · ".join([str(self.question.measure.label), *(cell.label for _one, cell in self.places)])

    def rows(self):
        """The rows behind the figure, each once. To be read inside of `read_at`."""
        return rows_behind(
            self.question.measure, SHOWN[self.question.measure.behind][0], user=self.user,
            campaign=self.question.campaign, filters=self.filters, among=among(self.user),
        )  # fmt: skip

    def summed(self):
        """What these rows come to by themselves: their sum, or how many they are."""
        definition, rows = self.question.measure, self.rows().order_by()
        if not definition.amount:
            number = rows.count()
            return Total(number, definition.unit, lines=number)
        return definition.total(rows.aggregate(**definition.aggregates))

    def number_of_projects(self):
        """How many projects the rows belong to; None for rows that belong to none."""
        model = self.question.measure.behind
        if model is Project or "project" not in {field.name for field in model._meta.fields}:
            return None
        return self.rows().order_by().values("project").distinct().count()


def read_at(question, user):
    """The context in which the cells of a question and their rows are read."""
    return reading(user, question.as_of, among(user))


def cell_of(question, user, row=None, column=None):
    """The `Behind` of the cell at the values `row` and `column`; without them of a total.

    To be asked inside of `read_at`.

    Raises ValidationError for a value that the dimension does not know.
    """
    asked = {one.code: word for one, word in ((question.rows, row), (question.columns, column)) if one and word}
    keys = [(one, one.key(asked[one.code])) for one in question.dimensions if one.code in asked]
    places = [(one, one.cells([key])[key]) for one, key in keys]
    table, values = ask(question, user), {one.code: cell.value for one, cell in places}
    figure = table.at(values.get(question.rows.code), question.columns and values.get(question.columns.code))
    return Behind(question, user, table, figure, places, question.filters | values)


def file_of(found):
    """The rows as a `Page`, with their sum and the table's figure below them. To be asked inside of `read_at`."""
    columns = BEHIND[found.question.measure.behind]
    number, words = found.rows().count(), {"sum": found.summed(), "figure": found.figure.total}
    notes = [
        _("Together %(sum)s; the table has %(figure)s.") % words,
        *found.table.notes,
    ]
    places = [f"{one.label}: {cell.label}" for one, cell in found.places]
    facts = [*usual_facts(columns)[:-1], *found.table.facts[1:], *places]
    return Page(found.title, list(columns), _all(found), number, facts, by=str(found.user), notes=notes)


def _all(found):
    """All rows one by one; the past stays open as long as they are read."""
    with read_at(found.question, found.user):
        yield from found.rows().iterator(chunk_size=AT_A_TIME)
