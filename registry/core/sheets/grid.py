"""What a reader hands on: sheets of rows of cells, with what a ledger needs to know of each."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

TEXT, NUMBER, DATE, BOOL, ERROR, NO_RESULT = "text", "number", "date", "bool", "error", "no_result"
"""Kinds of cell. `ERROR`: an error value such as #REF!; `NO_RESULT`: a formula without a stored result."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something. `value`: str for text and errors, Decimal for numbers (the shortest decimal that
    the stored double means), date or datetime for dates, bool. `format`: the number format, "" for General."""

    kind: str
    value: str | Decimal | datetime.date | datetime.datetime | bool | None
    format: str = ""
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as Excel shows it (from 1; for CSV the line on which the record begins); `cells` by column from 1."""

    number: int
    cells: dict[int, Cell]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, corners included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: list[Row]
    merges: list[Merge] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """What was read. `format`: "xlsx" or "csv"; `warnings`: sentences about the file (macros ignored, encoding ...)."""

    format: str
    sheets: list[Sheet]
    warnings: list[str] = field(default_factory=list)


class Refused(Exception):
    """The file is not read: `message` names the fault and the remedy in the language of whoever reads it; `code` is for
    programs."""

    def __init__(self, said, code):
        super().__init__(said, code)
        self.said, self.code = said, code

    @property
    def message(self):
        return str(self.said)


def column_letters(number):
    """1 -> A, 27 -> AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
