"""CSV as people save it: which encoding and which separator, and on which line each record begins."""

import codecs
import csv
import io
from collections import Counter
from itertools import chain, islice

from .kinds import HEAD, mark_of
from .limits import MAX_CELL_TEXT, MAX_COLUMNS, MAX_LINE, MAX_UNPACKED, MIB, Fault, Tally

SEPARATORS = ",\t;"
SAMPLE = 200
"""Lines by which the separator is found."""

_CHUNK = 1 * MIB
_SURE = 5
"""Han characters read as UTF-8 after which a wrong byte is damage, and not another encoding."""

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF
_LAST_RECORD = "\x00"
"""A record put behind the last line: if it is swallowed, a quotation mark was never closed. NUL is refused before."""


def events(file):
    """["sheet", "", 0], a row for each record, warnings; raises Fault."""
    if file.seek(0, 2) > MAX_UNPACKED:
        raise Fault("TOO_LARGE", limit=MAX_UNPACKED // MIB)
    file.seek(0)
    encoding, skipped = encoding_of(file)
    separator, is_declared = _separator(_lines(file, encoding, skipped))
    yield ["sheet", "", 0]
    tally, lines = Tally(), _Counted(_lines(file, encoding, skipped))
    if is_declared:
        next(lines)
    yield from _records(csv.reader(lines, delimiter=separator), lines, tally)
    if not tally.rows:
        raise Fault("EMPTY")
    if encoding == "gb18030":
        yield ["warning", "READ_AS_GB18030", {}]
    if separator != ",":
        yield ["warning", "SEPARATED_BY", {"sign": "TAB" if separator == "\t" else separator}]


def encoding_of(file):
    """(encoding that every byte fits, length of the mark in front); raises Fault naming the line that fits none."""
    head = file.read(HEAD)
    skipped, named = mark_of(head)
    if not named and b"\x00" in head:
        raise Fault("NUL", line=head[: head.index(b"\x00")].count(b"\n") + 1)
    lines = []
    for encoding in [named] if named else ["utf-8", "gb18030"]:
        line, is_sure = _first_misfit(file, encoding, skipped)
        if not line:
            return encoding, skipped
        if named or is_sure:
            raise Fault("ENCODING_MIXED", line=line, encoding=encoding.upper())
        lines.append(line)
    raise Fault("ENCODING", line=max(lines))


def _first_misfit(file, encoding, skipped):
    """(line of the first byte that does not fit or 0, whether enough fitted to be sure of the encoding)."""
    decoder, line, han = codecs.getincrementaldecoder(encoding)(), 1, 0
    file.seek(skipped)
    while True:
        chunk = file.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            text = error.object[: error.start].decode(encoding, "ignore")
            return line + _breaks(text), encoding == "utf-8" and han + _han(text) >= _SURE
        _refuse_lost(text, line)
        if not chunk:
            return 0, True
        line, han = line + _breaks(text), han + _han(text)


def _breaks(text):
    return text.count("\n") or text.count("\r")


def _han(text):
    return sum(_FIRST_HAN <= ord(character) <= _LAST_HAN for character in text[:HEAD])


def _refuse_lost(text, line):
    """NUL cannot be stored; U+FFFD stands where another program has lost a character already."""
    for sign, code in (("\x00", "NUL"), ("\ufffd", "LOST_CHARACTER")):
        if (place := text.find(sign)) >= 0:
            raise Fault(code, line=line + _breaks(text[:place]))


def _lines(file, encoding, skipped):
    """The lines with their ends, as they stand."""
    file.seek(skipped)
    wrapper = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        number = 0
        while line := wrapper.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise Fault("LINE_TOO_LONG", line=number, limit=MAX_LINE)
            yield line
    finally:
        wrapper.detach()


class _Counted:
    """Lines for `csv.reader`, counted, with `_LAST_RECORD` behind them."""

    def __init__(self, lines):
        self.lines, self.number, self.is_over = lines, 0, False

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self.lines, None)
        if line is None:
            if self.is_over:
                raise StopIteration
            self.is_over, line = True, _LAST_RECORD
        self.number += 1
        return line


def _records(reader, lines, tally):
    while True:
        begins = lines.number + 1
        try:
            record = next(reader, None)
        except csv.Error as error:  # the only one left: a cell beyond the module's own limit
            raise Fault("CELL_TOO_LONG", line=begins, limit=MAX_CELL_TEXT) from error
        if lines.is_over:
            if record != [_LAST_RECORD]:
                raise Fault("QUOTE_OPEN", line=begins)
            return
        if event := _row(record, begins, tally):
            yield event


def _row(record, line, tally):
    cells, characters = [], 0
    for column, text in enumerate(record, 1):
        if text:
            cells += (column, text)
            characters += len(text)
            if len(text) > MAX_CELL_TEXT:
                raise Fault("CELL_TOO_LONG", line=line, limit=MAX_CELL_TEXT)
    if not cells:
        return None
    if characters > MAX_LINE:
        raise Fault("ROW_TOO_LONG", line=line, limit=MAX_LINE)
    if cells[-2] > MAX_COLUMNS:
        raise Fault("TOO_WIDE", line=line, limit=MAX_COLUMNS)
    tally.row(len(cells) // 2, characters)
    return ["row", line, 0, *cells]


def _separator(lines):
    """(the sign that stands most regularly outside quotation marks, whether a first line sep=... names it)."""
    sample = islice(lines, SAMPLE)
    first = next(sample, "")
    if first.lower().startswith("sep=") and first[4:5] in SEPARATORS and not first[5:].strip():
        lines.close()
        return first[4], True
    counts = {sign: Counter() for sign in SEPARATORS}
    for found in _signs(chain([first], sample)):
        for sign in SEPARATORS:
            if found[sign]:
                counts[sign][found[sign]] += 1
    lines.close()
    best = {sign: max((number * often for number, often in counts[sign].items()), default=0) for sign in SEPARATORS}
    return max(SEPARATORS, key=best.get), False


def _signs(lines):
    """Of each record, which quotation marks may carry over several lines: {separator: how often outside of them}."""
    found, is_quoted = Counter(), False
    for line in lines:
        for place, piece in enumerate(line.split('"')):
            if place:
                is_quoted = not is_quoted
            if not is_quoted:
                found.update({sign: piece.count(sign) for sign in SEPARATORS})
        if not is_quoted:
            yield found
            found = Counter()
