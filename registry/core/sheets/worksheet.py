"""One worksheet as it streams by: each row with its cells as soon as it is closed, then the merged ranges."""

import datetime
import re

from . import grid
from .formats import day_of
from .limits import MAX_CELL_TEXT, MAX_COLUMNS, MAX_LINE, Fault
from .markup import fed, parser, prefix_of
from .strings import unescape

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
TOLD = 5
"""Places that a warning names before it says "and more"."""

_STARTS, _ENDS = ("row", "f", "rPh", "mergeCell", "col"), ("row", "rPh")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = re.compile("[A-Z]{1,3}")
_RANGE = re.compile("([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?Z?)?")
_TRUE = {"1", "true"}
_EXACT = 15
"""Digits that a double always keeps."""


def column_number(letters):
    """A -> 1, XFD -> 16384; 0 for what is no column."""
    if not _LETTERS.fullmatch(letters):
        return 0
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


def plain_number(text):
    """The shortest decimal that the stored double means, as text; None for what is no finite number."""
    if len(text) <= _EXACT and text.isascii() and text.isdigit():
        return str(int(text))
    if not _NUMBER.fullmatch(text):
        return None
    shortest = repr(float(text))
    if shortest == "inf" or shortest == "-inf":
        return None
    return "0" if shortest == "-0.0" else shortest.removesuffix(".0")


def valid_day(day, time):
    """The day, or day and time, in ISO form; None where there is no such day or time."""
    try:
        date = datetime.date.fromisoformat(day)
        clock = datetime.time.fromisoformat(time) if time else datetime.time.min
    except ValueError:
        return None
    return date.isoformat() if clock == datetime.time.min else f"{date.isoformat()}T{clock.isoformat()}"


class Worksheet:
    """Reads one sheet. `book`: what the cells refer to (strings, styles, is_1904); `tally` counts over all sheets."""

    def __init__(self, name, part, book, tally):
        self.name, self.part, self.book, self.tally = name, part, book, tally
        self.styles = book.styles
        self.rows, self.merges, self.hidden, self.used, self.damaged = [], [], [], set(), []
        self.number = self.column = self.empty = self.characters_in_row = 0
        self.is_placed = self.is_hidden = self.is_phonetic = self.is_formula = False
        self.row_text, self.columns, self.cells = "", {}, []
        self.kind = self.style = self.value = self.pieces = self.text = None
        self.parser = parser(self.root, self.end, self.characters, names_spaces=False)
        self.values = {
            None: self.of_number, "n": self.of_number, "s": self.of_shared, "str": self.of_text,
            "inlineStr": self.of_text, "b": self.of_bool, "e": self.of_error, "d": self.of_day,
        }  # fmt: skip

    def root(self, name, attributes):
        """The first element says which prefix all others have."""
        prefix = prefix_of(name, attributes, "worksheet", self.part)
        self.c, self.v, self.t = (prefix + local for local in ("c", "v", "t"))
        self.starts = {prefix + local: getattr(self, f"start_{local}") for local in _STARTS}
        self.ends = {prefix + local: getattr(self, f"end_{local}") for local in _ENDS}
        self.parser.StartElementHandler = self.start

    def events(self, chunks):
        """("row", number, is_hidden, column, cell, column, cell ...) each, at last ("merges", ranges) and warnings."""
        for _step in fed(self.parser, chunks, self.part):
            self.tally.empty_cells(self.empty)
            self.empty = 0
            if self.rows:
                yield from self.rows
                self.rows.clear()
        if self.merges:
            yield ["merges", self.merges]
        columns = [
            grid.column_letters(number)
            for number in sorted(self.used)
            if any(first <= number <= last for first, last in self.hidden)
        ]
        if columns:
            yield ["warning", "HIDDEN_COLUMNS", {"sheet": self.name, "columns": columns}]
        if self.damaged:
            yield ["warning", "CHARACTERS_OUT", {"sheet": self.name, "cells": self.damaged}]

    def start(self, name, attributes):
        if name == self.c:
            self.start_cell(attributes)
        elif name == self.v or (name == self.t and not self.is_phonetic):
            self.text = ""
        elif handle := self.starts.get(name):
            handle(attributes)

    def end(self, name):
        if name == self.v:
            self.value, self.text = self.text, None
        elif name == self.c:
            self.end_cell()
        elif name == self.t:
            if self.text is not None:
                self.pieces, self.text = (self.pieces or "") + self.text, None
                self.check_length(self.pieces)
        elif handle := self.ends.get(name):
            handle()

    def characters(self, data):
        if self.text is not None:
            self.text += data
            self.check_length(self.text)

    def check_length(self, text):
        if len(text) > MAX_CELL_TEXT:
            raise self.fault("CELL_TOO_LONG", limit=MAX_CELL_TEXT)

    def start_row(self, attributes):
        given = attributes.get("r")
        self.place_row(given, self.number + 1)
        self.is_placed = given is not None
        self.is_hidden = attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"
        self.column, self.cells, self.characters_in_row = 0, [], 0

    def place_row(self, given, number):
        if given is not None:
            number = int(given) if given.isascii() and given.isdigit() and len(given) <= len(str(LAST_ROW)) else 0
        if not self.number < number <= LAST_ROW:
            raise Fault("ROWS_OUT_OF_ORDER", sheet=self.name, row=self.number)
        self.number, self.row_text = number, str(number)

    def end_row(self):
        if not self.cells:
            return
        self.tally.row(len(self.cells) // 2, self.characters_in_row)
        if self.characters_in_row > MAX_LINE:
            raise Fault("ROW_TOO_LONG", sheet=self.name, row=self.number, limit=MAX_LINE)
        places = self.cells[::2]
        if len(set(places)) < len(places):
            raise Fault("CELL_TWICE", sheet=self.name, row=self.number)
        if self.hidden:
            self.used.update(places)
        self.rows.append(["row", self.number, int(self.is_hidden), *self.cells])

    def start_cell(self, attributes):
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            if not reference.endswith(self.row_text):
                self.place_by_cell(reference)
            letters = reference[: -len(self.row_text)]
            column = self.columns.get(letters)
            if column is None:
                column = self.columns[letters] = column_number(letters)
            if not column:
                self.place_by_cell(reference)
                column = column_number(reference[: -len(self.row_text)])
            self.column = column
        if not 0 < self.column <= LAST_COLUMN:
            raise self.fault("CELL_MISPLACED")
        self.kind, self.style = attributes.get("t"), attributes.get("s")
        self.value = self.pieces = None
        self.is_formula = False

    def place_by_cell(self, reference):
        """Some writers number the cells and not their row."""
        if self.is_placed or self.column:
            raise self.fault("CELL_MISPLACED")
        self.number -= 1
        self.place_row(reference.lstrip(_CAPITALS), 0)
        self.is_placed = True

    def end_cell(self):
        kind = None
        form, is_date = self.styles.get(self.style, ("", False))
        if self.value is not None or self.pieces is not None or self.is_formula:
            if self.kind not in self.values:
                raise self.fault("CELL_MISPLACED")
            kind, value = self.values[self.kind](is_date)
        if kind is None:
            self.empty += 1
            return
        if self.column > MAX_COLUMNS:
            raise self.fault("TOO_WIDE", limit=MAX_COLUMNS)
        if kind == grid.TEXT and not form and not self.is_formula:
            self.cells += (self.column, value)
        else:
            self.cells += (self.column, [kind, value, form, int(self.is_formula)])
        self.characters_in_row += len(form) + (len(value) if value else 0)

    def start_f(self, _attributes):
        """What a formula says is not read: its stored result counts."""
        self.is_formula = True

    def start_rPh(self, _attributes):  # noqa: N802 - the element's name
        self.is_phonetic = True

    def end_rPh(self):  # noqa: N802
        self.is_phonetic = False

    def start_mergeCell(self, attributes):  # noqa: N802
        found = _RANGE.fullmatch(attributes.get("ref", ""))
        if not found:
            raise Fault("MERGE_BROKEN", sheet=self.name)
        left, top, right, bottom = found[1], found[2], found[3] or found[1], found[4] or found[2]
        columns, rows = sorted(map(column_number, (left, right))), sorted(map(int, (top, bottom)))
        if columns[0] < 1 or rows[0] < 1 or rows[1] > LAST_ROW:
            raise Fault("MERGE_BROKEN", sheet=self.name)
        self.tally.merge()
        if (rows[0], columns[0]) != (rows[1], columns[1]):
            self.merges.append([rows[0], columns[0], rows[1], columns[1]])

    def start_col(self, attributes):
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if (attributes.get("hidden") in _TRUE or attributes.get("width") == "0") and len(self.hidden) < LAST_COLUMN:
            self.hidden += [(int(first), int(last))] if first.isdecimal() and last.isdecimal() else []

    def of_number(self, is_date):
        text = (self.value or "").strip()
        if not text:
            return (grid.NO_RESULT, None) if self.is_formula else (None, None)
        number = plain_number(text)
        if number is None:
            return grid.ERROR, text
        if is_date and (day := day_of(float(number), self.book.is_1904)) is not None:
            return grid.DATE, day.isoformat()
        return grid.NUMBER, number

    def of_shared(self, _is_date):
        if not (self.value or "").strip():
            return (grid.NO_RESULT, None) if self.is_formula else (None, None)
        try:
            index = int(self.value)
            text = self.book.strings[index]
        except (ValueError, IndexError) as error:
            raise self.fault("STRING_MISSING") from error
        if index in self.book.strings.damaged:
            self.tell_damage()
        return (grid.TEXT, text) if text else (None, None)

    def of_text(self, _is_date):
        text = self.value if self.pieces is None else self.pieces
        if text is None:
            return grid.NO_RESULT, None
        text, is_damaged = unescape(text)
        if is_damaged:
            self.tell_damage()
        return (grid.TEXT, text) if text or self.is_formula else (None, None)

    def of_bool(self, _is_date):
        text = (self.value or "").strip()
        if not text:
            return (grid.NO_RESULT, None) if self.is_formula else (None, None)
        return grid.BOOL, "1" if text in _TRUE else "0"

    def of_error(self, _is_date):
        return grid.ERROR, self.value or "#N/A"

    def of_day(self, _is_date):
        text = (self.value or "").strip()
        if not text:
            return (grid.NO_RESULT, None) if self.is_formula else (None, None)
        found = _DAY.fullmatch(text)
        day = found and valid_day(*found.groups())
        return (grid.DATE, day) if day else (grid.TEXT, text)

    def tell_damage(self):
        if len(self.damaged) <= TOLD:
            self.damaged.append(self.place())

    def place(self):
        return f"{grid.column_letters(self.column)}{self.number}"

    def fault(self, code, **params):
        return Fault(code, sheet=self.name, cell=self.place(), **params)
