"""A pivot as a file: the rows, totals, unit, instants and notes of the screen."""

from django.utils.translation import gettext as _

from registry.core.quantity import format_quantity
from registry.core.workbooks import MONEY, PERCENT, WHOLE, Column, Page


def page_of(table, user):
    """The `Page` of a table, its columns as on the screen; compared ones have the difference beside the figure."""
    kind = MONEY if table.is_money else WHOLE
    columns = [Column(table.question.rows.label, lambda line: line.label, width=26)]
    places = [
        (cell.label, lambda line, place=place: line.figures[place]) for place, cell in enumerate(table.columns)
    ] + [(_("Total"), lambda line: line.whole)]
    for label, figure in places:
        columns += _of_place(table, label, figure, kind)
    if table.is_compared:
        columns.append(Column(_("Change in percent"), lambda line: line.whole.growth, PERCENT))
    return Page(
        table.title, columns, table.lines, len(table.lines), list(table.facts), by=str(user), whole=table.totals,
        notes=[*table.notes, *_inexact(table)],
    )  # fmt: skip


def _of_place(table, label, figure, kind):
    if not table.is_compared:
        return [Column(label, lambda line: figure(line).total, kind)]
    return [
        Column(_("Figure"), lambda line: figure(line).total, kind, upper=label),
        Column(_("Difference"), lambda line: figure(line).difference, kind, upper=label),
    ]


def _inexact(table):
    """The whole to the fen, which a table in 10,000 yuan rounds."""
    return [f"{_('Exactly')}: {format_quantity(table.totals.whole.total, 'exact')}"]
