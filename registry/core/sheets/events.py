"""The stream between the parsers and a book: lists of texts and numbers, which JSON can carry from a child process.

["format", "xlsx"], then for each sheet ["sheet", name, is_hidden], ["row", number, is_hidden, column, cell, column,
cell ...] and ["merges", [[top, left, bottom, right] ...]], between them ["warning", code, what it names], then ["end"].
A cell is its text, or [kind, value as text or null, number format, is_formula].
"""

import datetime
from decimal import Decimal

from . import delimited, grid, kinds, xlsx
from .package import Package
from .words import warning

_REMEMBERED = 200_000
"""Cells that are kept to be used again: ledgers repeat themselves, and equal cells are one object."""

_READERS = {
    grid.TEXT: str,
    grid.ERROR: str,
    grid.NUMBER: Decimal,
    grid.DATE: lambda text: datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text),
    grid.BOOL: "1".__eq__,
    grid.NO_RESULT: lambda _nothing: None,
}


def check(file):
    """The format of an open file; raises Fault when it must not be read."""
    kind = kinds.kind_of(file)
    if kind == kinds.XLSX:
        package = Package(file)
        package.check()
        xlsx.find_workbook(package)
    return kind


def events(file):
    """All events of an open file; raises Fault."""
    kind = check(file)
    yield ["format", kind]
    yield from xlsx.events(Package(file)) if kind == kinds.XLSX else delimited.events(file)
    yield ["end"]


def book(events):
    """The book that the events tell of; raises ValueError, TypeError, LookupError or ArithmeticError for others."""
    builder = _Builder()
    for kind, *facts in events:
        builder.steps[kind](*facts)
    if not builder.is_over:
        raise ValueError("the stream broke off")
    return grid.Book(builder.format, builder.sheets, builder.warnings)


class _Builder:
    def __init__(self):
        self.format, self.sheets, self.warnings, self.is_over = "", [], [], False
        self.cells, self.forms = {}, {}
        self.steps = {
            "format": self.of_format, "sheet": self.sheet, "row": self.row, "merges": self.merges,
            "warning": self.warning, "end": self.end,
        }  # fmt: skip

    def of_format(self, name):
        self.format = {kinds.XLSX: kinds.XLSX, kinds.CSV: kinds.CSV}[name]

    def sheet(self, name, is_hidden):
        self.sheets.append(grid.Sheet(_text(name), [], [], bool(is_hidden)))

    def row(self, number, is_hidden, *flat):
        cells = {int(column): self.cell(raw) for column, raw in zip(flat[::2], flat[1::2], strict=True)}
        self.sheets[-1].rows.append(grid.Row(int(number), cells, bool(is_hidden)))

    def cell(self, raw):
        key = raw if type(raw) is str else tuple(raw)
        found = self.cells.get(key)
        if found is None:
            found = grid.Cell(grid.TEXT, _text(raw)) if key is raw else self.other_cell(*raw)
            if len(self.cells) >= _REMEMBERED:
                self.cells.clear()
            self.cells[key] = found
        return found

    def other_cell(self, kind, value, form, is_formula):
        if value is not None:
            _text(value)
        form = self.forms.setdefault(form, form)
        return grid.Cell(kind, _READERS[kind](value), form, bool(is_formula))

    def merges(self, ranges):
        self.sheets[-1].merges.extend(grid.Merge(*map(int, corners)) for corners in ranges)

    def warning(self, code, named):
        self.warnings.append(warning(code, named))

    def end(self):
        self.is_over = True


def _text(value):
    """The value if it is text that can be stored: a process that reads a hostile file is not believed."""
    if type(value) is not str or "\x00" in value:
        raise TypeError(value)
    return value
