"""A list as a page that is printed and filed: title, head, rows, totals, signatures; as a workbook and as CSV.

Knows cells, not projects. A page is data; its rows are read while they are written, so that a file of any length takes
the same little memory. User text is text in both, whatever it begins with.
"""

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from html import unescape
from itertools import count, groupby

import xlsxwriter
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from .dates import SHANGHAI, format_date, format_instant
from .exports import NOT_XML
from .quantity import Money, Quantity, sum_qualifier
from .quantity.format import column_number, marks
from .text import mask_numbers

TEXT, MONEY, WHOLE, PLAIN, PERCENT, DAY, INSTANT = "text", "money", "whole", "plain", "percent", "day", "instant"
"""Kinds of columns. Money is yuan and shown in 10,000 yuan; whole numbers have separators, plain ones (years) none;
percent takes 84.2 for 84.2%."""

FACE, TITLE_FACE = "宋体", "方正小标宋简体"
A3 = 8
LINE = "____________"
LONGEST = 32_767
"""Characters that a cell of a workbook holds."""

LINE_HEIGHT, HIGHEST = 16.5, 400.5
"""Points, in whole pixels (0.75): of a line of text, and of a row at the most."""

MOST_DIGITS = 15
"""A number of more digits would lose some: it is written as text."""

FIRST_DAY = datetime.date(1900, 3, 1)
"""Spreadsheets count days differently before it."""

_NUMBERS = {MONEY: "#,##0.00", WHOLE: "#,##0", PLAIN: "0", PERCENT: "0.0%"}
_SHOWN = _NUMBERS | {DAY: "yyyy-mm-dd", INSTANT: "yyyy-mm-dd hh:mm", TEXT: "@"}
_WIDTHS = {MONEY: 14, WHOLE: 10, PLAIN: 8, PERCENT: 9, DAY: 12, INSTANT: 17, TEXT: 18}
_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True)
class Column:
    """`value(row)` gives the cell: text, a number, Money, a Quantity, a day, an instant, yes or no; None: not stated.

    `upper`: the head above it, shared with neighbours of the same. `is_totalled`: summed up below the rows."""

    head: str | Promise
    value: Callable
    kind: str = TEXT
    width: float = 0
    upper: str | Promise = ""
    is_totalled: bool = False

    @property
    def path(self):
        """The head as one line: 资金/承诺."""
        return "/".join(map(str, filter(None, (self.upper, self.head))))


_NUMBER = pgettext_lazy("position", "No.")


def numbered(head=_NUMBER):
    """A column that counts the rows of one page."""
    numbers = count(1)
    return Column(head, lambda row: next(numbers), PLAIN, width=6)


@dataclass
class Page:
    """`rows` are read once. `facts` stand in the line under the title; the first `named` columns name the row and stay
    in view; `total` is how many rows there are, to tell progress by; `by` who draws it up. `whole`: a row of totals
    that are known otherwise than by adding up the rows; `notes` stand below everything. `made_at`: the instant at
    which the file says that it was made, so that the same page gives the same bytes; else it is now."""

    title: str
    columns: list[Column]
    rows: Iterable
    total: int = 0
    facts: list[str] = field(default_factory=list)
    named: int = 1
    by: str = ""
    whole: object = None
    notes: list[str] = field(default_factory=list)
    made_at: datetime.datetime | None = None

    @cached_property
    def is_deep(self):
        """Whether the head has two rows."""
        return any(column.upper for column in self.columns)

    def cells(self):
        """The rows as lists of cells."""
        for row in self.rows:
            yield self.cells_of(row)

    def cells_of(self, row):
        return [column.value(row) for column in self.columns]


def words_of(cell):
    """A cell as text: without markup, and with identity and bank card numbers hidden, which no file may hold."""
    if isinstance(cell, SafeData):
        cell = " ".join(unescape(_TAG.sub(" ", cell)).split())
    return mask_numbers(str(cell))


# CSV


def csv_table(page, told=lambda: None):
    """(head, rows) for `exports.csv_chunks`: one line of heads, inexact figures with their mark."""
    return [column.path for column in page.columns], _csv_rows(page, told)


def _csv_rows(page, told):
    kinds = [column.kind for column in page.columns]
    for cells in page.cells():
        yield [_plain(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]
        told()
    if page.whole is not None:
        yield [_plain(cell, kind) for cell, kind in zip(page.cells_of(page.whole), kinds, strict=True)]
    for note in page.notes:
        yield [words_of(note)]


def _plain(cell, kind):
    """A cell as CSV holds it: numbers as numbers."""
    if isinstance(cell, bool):
        return _yes_or_no(cell)
    if isinstance(cell, datetime.datetime):
        return format_instant(cell, "table")
    if isinstance(cell, datetime.date):
        return format_date(cell, "table")
    if isinstance(cell, Quantity):
        before, after = marks(cell)
        number = column_number(cell)
        return f"{before}{number}{after}" if number is not None and (before or after) else number
    if cell is not None and kind == PERCENT:
        return f"{cell}%"
    return cell if cell is None or isinstance(cell, int | Decimal) else words_of(cell)


def _yes_or_no(value):
    return _("yes") if value else _("no")


# Workbooks


def write_workbook(page, file, told=lambda: None):
    """Write the page to `file`, a path or an open binary file, calling `told()` after each row; returns how many."""
    return write_sheets([page], file, told)


def write_sheets(pages, file, told=lambda: None):
    """Write each page on a sheet of its own; titles differ in their first 31 characters. Returns how many rows."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_date_format": _SHOWN[DAY],
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"title": clean(pages[0].title), **_made(pages[0].made_at)})
        return sum(_Writer(workbook, page).write(told) for page in pages)


def _made(instant):
    return {"created": instant.astimezone(datetime.UTC).replace(tzinfo=None)} if instant else {}


def clean(text):
    """Text as a workbook can hold it."""
    text = NOT_XML.sub("", str(text))
    return text if len(text) < LONGEST else f"{text[: LONGEST - 1]}…"


def sheet_name(text):
    """The text as the name of a sheet: without the signs that are not allowed there, 31 characters at most."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in clean(text))[:31].strip() or "1"


class _Sum:
    """The total of a column, exact, and how exact it is."""

    def __init__(self):
        self.number, self.about, self.over, self.has_any = Decimal(0), 0, 0, False

    def add(self, cell):
        value = cell.value if isinstance(cell, Quantity) else cell
        if value is None:
            return
        self.number, self.has_any = self.number + value, True
        if isinstance(cell, Quantity):
            self.about += cell.qualifier == "about"
            self.over += cell.qualifier in ("over", "at_least")

    def as_quantity(self, kind):
        qualifier = sum_qualifier(self.about, self.over)
        return Money(self.number, qualifier=qualifier) if kind == MONEY else Quantity(self.number, "", qualifier)


class _Writer:
    """One page on one sheet. Rows are written from above: what lies above the last one is on the disk already."""

    def __init__(self, workbook, page):
        self.workbook, self.page = workbook, page
        self.sheet = workbook.add_worksheet(sheet_name(page.title))
        self.formats = {}
        self.sums = defaultdict(_Sum)
        self.widths = [column.width or _WIDTHS[column.kind] for column in page.columns]
        self.head = 2
        self.first = self.head + 1 + page.is_deep

    def write(self, told):
        self._set_up()
        self._write_top()
        self._write_head()
        row = self.first
        for row, cells in enumerate(self.page.cells(), self.first + 1):
            self._write_row(row - 1, cells)
            told()
        last = max(row, self.first)
        self.sheet.autofilter(self.first - 1, 0, max(last - 1, self.first - 1), self._last_column)
        if any(found.has_any for found in self.sums.values()):
            self._write_totals(last)
            last += 1
        if self.page.whole is not None:
            self._write_whole(last, self.page.cells_of(self.page.whole))
            last += 1
        for note in self.page.notes:
            self.sheet.write_string(last, 0, clean(words_of(note)), self._format("note"))
            last += 1
        signatures = [_("Drawn up by: %s") % (self.page.by or LINE), _("Checked by: %s") % LINE]
        self.sheet.write_string(last, 0, clean(("　" * 10).join(signatures)), self._format("note"))
        return row - self.first

    @property
    def _last_column(self):
        return len(self.page.columns) - 1

    def _set_up(self):
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self.head, self.first - 1)
        sheet.freeze_panes(self.first, self.page.named)
        sheet.set_footer("&C" + _("Page &P of &N"))
        for place, width in enumerate(self.widths):
            sheet.set_column(place, place, width)

    def _write_top(self):
        self.sheet.set_row(0, 36)
        self.sheet.set_row(1, 20)
        for row, text, name in ((0, self.page.title, "title"), (1, "　".join(self.page.facts), "line")):
            self.sheet.write_string(row, 0, clean(text), self._format(name))
            self._merge(row, 0, row, self._last_column)

    def _write_head(self):
        """Both rows of heads cell by cell, and what is merged of them."""
        columns = self.page.columns
        uppers = [str(column.upper or column.head) for column in columns]
        rows = [uppers, [str(column.head) for column in columns]] if self.page.is_deep else [uppers]
        for row, texts in enumerate(rows, self.head):
            self.sheet.set_row(row, 22 if self.page.is_deep else 30)
            for place, text in enumerate(texts):
                if self._is_covered(row, place):
                    self.sheet.write_blank(row, place, None, self._format("head"))
                else:
                    self.sheet.write_string(row, place, clean(text), self._format("head"))
        if not self.page.is_deep:
            return
        for upper, places in groupby(range(len(columns)), lambda place: str(columns[place].upper) or place):
            places = list(places)
            self._merge(self.head, places[0], self.head + (upper == places[0]), places[-1])

    def _is_covered(self, row, place):
        """Whether the cell of the head lies under a merged one."""
        upper = self.page.columns[place].upper
        if row > self.head:
            return not upper
        return bool(upper) and place > 0 and self.page.columns[place - 1].upper == upper

    def _merge(self, top, left, bottom, right):
        """Merge cells that are written already: `merge_range` would write them, and refuses rows that are past."""
        if (top, left) != (bottom, right):
            self.sheet.merge.append([top, left, bottom, right])

    def _write_row(self, row, cells):
        """One row, high enough for its text: programs that convert or print a file do not all see to it themselves."""
        lines = max(map(_lines, cells, self.widths))
        if lines > 1:
            self.sheet.set_row(row, min(lines * LINE_HEIGHT, HIGHEST))
        for kept in (self.sheet.row_info, self.sheet.row_sizes):
            kept.pop(row - 2, None)  # it is on the disk; kept, the heights of all rows would fill the memory
        for place, (cell, column) in enumerate(zip(cells, self.page.columns, strict=True)):
            if column.is_totalled and cell is not None:
                self.sums[place].add(cell)
            self._write_cell(row, place, cell, column.kind)

    def _write_cell(self, row, place, cell, kind):
        write, value, format_ = self._typed(cell, kind)
        if value is None:
            self.sheet.write_blank(row, place, None, self._format(kind))
        else:
            write(row, place, value, format_)

    def _typed(self, cell, kind):
        """How a cell is written: (method of the sheet, value, format)."""
        sheet = self.sheet
        if isinstance(cell, bool):
            cell = _yes_or_no(cell)
        if isinstance(cell, Quantity):
            return sheet.write_number, column_number(cell), self._format(kind, *marks(cell), is_whole=_is_whole(cell))
        if isinstance(cell, datetime.datetime):
            local = timezone.localtime(cell, SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)
            return sheet.write_datetime, local, self._format(INSTANT)
        if isinstance(cell, datetime.date) and cell >= FIRST_DAY:
            return sheet.write_datetime, cell, self._format(DAY)
        if isinstance(cell, int | Decimal) and kind in _NUMBERS and sum(map(str.isdigit, str(cell))) <= MOST_DIGITS:
            return sheet.write_number, cell / Decimal(100) if kind == PERCENT else cell, self._format(kind)
        return sheet.write_string, None if cell in (None, "") else clean(words_of(cell)), self._format(TEXT)

    def _write_totals(self, row):
        """The totals as formulas that follow the filter, with the result that a reader sees who computes nothing."""
        self.sheet.write_string(row, 0, _("Total"), self._format("total"))
        for place, column in enumerate(self.page.columns[1:], 1):
            found = self.sums.get(place)
            if found is None or not found.has_any:
                self.sheet.write_blank(row, place, None, self._format("total"))
                continue
            whole, letter = found.as_quantity(column.kind), xlsxwriter.utility.xl_col_to_name(place)
            formula = f"=SUBTOTAL(109,{letter}{self.first + 1}:{letter}{row})"
            style = self._format(column.kind, *marks(whole), is_bold=True, is_whole=_is_whole(whole))
            self.sheet.write_formula(row, place, formula, style, column_number(whole))

    def _write_whole(self, row, cells):
        """Totals that were counted by themselves: numbers, not formulas over the rows."""
        for place, (cell, column) in enumerate(zip(cells, self.page.columns, strict=True)):
            if isinstance(cell, Quantity) and cell.value is not None:
                style = self._format(column.kind, *marks(cell), is_bold=True, is_whole=_is_whole(cell))
                self.sheet.write_number(row, place, column_number(cell), style)
            else:
                words = clean("" if cell is None else words_of(cell))
                self.sheet.write_string(row, place, words, self._format("total"))

    def _format(self, kind, before="", after="", *, is_bold=False, is_whole=True):
        key = kind, before, after, is_bold, is_whole
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(_style(kind, before, after, is_bold, is_whole))
        return self.formats[key]


def _lines(cell, width):
    """How many lines a cell of text takes in a column; a Chinese character is as wide as two digits."""
    if not isinstance(cell, str):
        return 1
    return sum(max(1, math.ceil(sum(1 + (sign > "\u2e80") for sign in line) / width)) for line in cell.split("\n"))


def _is_whole(quantity):
    return quantity.value is None or quantity.value == quantity.value.to_integral_value()


def _style(kind, before, after, is_bold, is_whole):
    """The properties of a format; marks of inexact figures stand in the format, so that the figure stays a number."""
    base = {"font_name": FACE, "font_size": 11, "valign": "vcenter"}
    if kind == "title":
        return base | {"font_name": TITLE_FACE, "font_size": 18, "align": "center"}
    if kind in ("line", "note"):
        return base | {"align": "left"}
    base |= {"border": 1}
    if kind == "head":
        return base | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#EEF2F7"}
    if kind == "total":
        return base | {"bold": True, "align": "center"}
    shown = _SHOWN[kind] if is_whole or kind != WHOLE else "#,##0.##"
    if before or after:
        shown = "".join((f'"{before}"' * bool(before), shown, f'"{after}"' * bool(after)))
    align = "center" if kind in (PLAIN, DAY, INSTANT) else "right" if kind in _NUMBERS else "left"
    return base | {
        "num_format": shown, "align": align, "text_wrap": kind == TEXT, "bold": is_bold,
        "shrink": kind in _NUMBERS,  # a sum that is too wide is printed smaller, not as ####
    }  # fmt: skip
