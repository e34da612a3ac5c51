"""The workbook of faulty rows (错误工作簿): the same columns under the same head, and why each row was not taken.

It is made from what the check has kept, so that no file is opened again. Whoever corrects it in Excel sends it as it
is: titles, units and heads stand where they stood, and the column of reasons says nothing to the reader.
"""

import io
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from projects.ledger.words import REASON
from registry.core.dates import parse_date
from registry.core.sheets.grid import DATE, NUMBER, TEXT, column_letters
from registry.core.sheets.worksheet import column_number
from registry.core.translations import in_own_language
from registry.core.workbooks import FACE

MOST = 10_000
"""Rows of one workbook; those beyond come when it has been corrected and sent."""

WIDEST, WIDTH, REASON_WIDTH = 60, 14, 60
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
DAY = "yyyy-mm-dd"
MOST_DIGITS = 15
"""A spreadsheet keeps so many digits of a number: longer ones are written as text."""


def faults_book(ledger):
    """(open file, name) of the workbook with the faulty rows of an import, sheet by sheet."""
    file = io.BytesIO()
    rows = list(ledger.rows.faulty()[:MOST])
    with Workbook(file, OPTIONS) as book:
        looks = _Looks(book)
        for sheet, top in ledger.layout["tops"].items():
            own = [row for row in rows if row.sheet == sheet]
            if own:
                _Page(book.add_worksheet(), looks, top).write(own)
    file.seek(0)
    stem = ledger.original_name.rpartition(".")[0] or ledger.original_name
    return file, f"{stem} {_('faulty rows')}.xlsx"


class _Looks:
    """The few formats that the workbook has, each made once."""

    def __init__(self, book):
        self._book, self._made = book, {}

    def __call__(self, shown="", *, is_head=False, is_faulty=False):
        key = shown, is_head, is_faulty
        if key not in self._made:
            look = {"font_name": FACE, "font_size": 11, "border": 1, "text_wrap": True, "valign": "top"}
            look |= {"num_format": shown} if shown else {}
            look |= {"bold": True, "align": "center", "bg_color": "#EDF1F6"} if is_head else {}
            look |= {"bg_color": "#FDE9E7", "font_color": "#B3261E"} if is_faulty else {}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


@dataclass
class _Page:
    """One sheet. `top`: its rows down to the head, as `rows.top_told` has kept them."""

    sheet: object
    looks: _Looks
    top: dict

    def write(self, rows):
        reason = self.top["widest"] + 1
        for number, cells in self.top["rows"]:
            for column, cell in cells.items():
                self._put(number, int(column), cell, self.looks(is_head=number >= self.top["head"][0]))
        for top, left, bottom, right in self.top["merges"]:
            held = dict(self.top["rows"]).get(top, {}).get(str(left))
            is_head = top >= self.top["head"][0]
            self.sheet.merge_range(
                top - 1, left - 1, bottom - 1, right - 1, held[1] if held else "", self.looks(is_head=is_head)
            )  # fmt: skip
        first, last = self.top["head"]
        if last > first:
            self.sheet.merge_range(first - 1, reason - 1, last - 1, reason - 1, REASON, self.looks(is_head=True))
        else:
            self.sheet.write_string(first - 1, reason - 1, REASON, self.looks(is_head=True))
        for place, row in enumerate(rows, self.top["head"][1] + 1):
            self._put_row(place, row, reason)
        self.sheet.set_column(0, reason - 2, WIDTH)
        self.sheet.set_column(reason - 1, reason - 1, REASON_WIDTH)
        self.sheet.freeze_panes(self.top["head"][1], 0)

    def _put_row(self, number, row, reason):
        errors = in_own_language(row.said)["errors"]
        at_fault = {}
        for told in errors:
            at_fault.setdefault(told["cell"].rstrip("0123456789"), []).append(told)
        fixed = {
            str(self.top["keys"][key]): [TEXT, text, ""] for key, text in row.fix.items() if key in self.top["keys"]
        }
        for column, cell in (row.raw | fixed).items():
            look = self.looks(_format(cell), is_faulty=column_letters(int(column)) in at_fault)
            self._put(number, int(column), cell, look)
        for letters, told in at_fault.items():
            if letters:
                self._comment(number, letters, told, row)
        words = [f"{one['field']}: {one['message']}" for one in errors]
        said = _("Row %(row)d of the file. %(words)s") % {"row": row.row, "words": " ".join(words)}
        self.sheet.write_string(number - 1, reason - 1, said, self.looks())

    def _comment(self, number, letters, told, row):
        column = column_number(letters)
        if str(column) not in row.raw:
            self.sheet.write_blank(number - 1, column - 1, None, self.looks(is_faulty=True))
        lines = [one["message"] for one in told]
        lines += [_("Suggested: %s") % s["value"] for one in told for s in one["suggestions"]]
        self.sheet.write_comment(number - 1, column - 1, "\n".join(lines), {"x_scale": 2, "y_scale": 1.5})

    def _put(self, number, column, cell, look):
        kind, text, _shown = cell
        if kind == NUMBER and len(text.lstrip("-").replace(".", "")) <= MOST_DIGITS:
            self.sheet.write_number(number - 1, column - 1, Decimal(text), look)
        elif kind == DATE and len(text) == len("2021-11-01"):
            self.sheet.write_datetime(number - 1, column - 1, parse_date(text), look)
        else:
            self.sheet.write_string(number - 1, column - 1, text, look)


def _format(cell):
    """The number format of a cell; of a date at least one that shows the day."""
    kind, _text, shown = cell
    return shown if kind == NUMBER else (shown or DAY) if kind == DATE else ""
