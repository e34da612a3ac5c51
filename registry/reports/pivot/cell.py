"""One cell of a pivot down to its rows, and their sum held against the table."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import cached_property
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
class Counted:
    """`summed`: the sum of the rows, or how many they are; `number` of them; `projects`: how many projects they belong
    to, None for rows that belong to none."""

    summed: Total
    number: int
    projects: int | None


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

    @cached_property
    def counted(self):
        """What the rows come to by themselves, all of it by one look at them. To be read inside of `read_at`."""
        definition, rows = self.question.measure, self.rows().order_by()
        asked = {"number": Count("pk"), **definition.aggregates} if definition.amount else {"number": Count("pk")}
        model = definition.behind
        if model is not Project and "project" in {field.name for field in model._meta.fields}:
            asked["projects"] = Count("project", distinct=True)
        found = rows.aggregate(**asked)
        number = found["number"]
        summed = definition.total(found) if definition.amount else Total(number, definition.unit, lines=number)
        return Counted(summed, number, found.get("projects"))


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
    words = {"sum": found.counted.summed, "figure": found.figure.total}
    notes = [
        _("Together %(sum)s; the table has %(figure)s.") % words,
        *found.table.notes,
    ]
    places = [f"{one.label}: {cell.label}" for one, cell in found.places]
    facts = [*usual_facts(columns)[:-1], *found.table.facts[1:], *places]
    return Page(found.title, list(columns), _all(found), found.counted.number, facts, by=str(found.user), notes=notes)


def _all(found):
    """All rows one by one; the past stays open as long as they are read."""
    with read_at(found.question, found.user):
        yield from found.rows().iterator(chunk_size=AT_A_TIME)
