"""Rows of a file whose cells come from PostgreSQL as they are to be written: Python only sets them into a line.

A row whose texts have to be looked at (one might begin a formula, hold a personal number, want quotes or escapes) stays
plain cells instead, and is written by the rules of `exports`, which stand there alone.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connections, transaction

from .exports import FORMS
from .text import mask_personal

AT_A_TIME = 1000
"""Rows of a portion. Two are in hand at once: while one is written, the next is fetched."""
AT_A_LOOK = 50
"""Rows whose texts are looked at together: one by one only where something is found among them."""

_BREAK = "\ue000"
_BEGINNINGS = tuple(f"{_BREAK}{sign}".encode() for sign in "=+-@＝＋－＠")  # might be a formula
_MARKS = bytes(range(32)) + b'&<>,"'  # want quotes or escapes, or may not stand in XML
_NO_SIGNS = ("\ufffe".encode(), "\uffff".encode())
_WIDE_DIGIT = re.compile(rb"\xef\xbc[\x90-\x99]")
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 11  # long enough for a personal number, whatever spaces and hyphens stand in it


def is_plain(texts):
    """Whether no text of the list has to be looked at. It may say no too often, never yes: a test compares both ways.

    As bytes, in which each of these questions costs next to nothing; a pattern takes longer than all else for a row.
    """
    written = f"{_BREAK}{_BREAK.join(texts)}".encode()
    return (
        written.count(_BREAK.encode()) == len(texts)
        and len(written.translate(None, _MARKS)) == len(written)
        and _LONG_NUMBER not in written.translate(_AS_ZERO, b" -")
        and not any(signs in written for signs in (*_BEGINNINGS, *_NO_SIGNS))
        and not _WIDE_DIGIT.search(written)
    )


@dataclass(frozen=True)
class Column:
    """A column of a file: its head, and its cell as SQL of type text, where NULL and '' are empty.

    `kind`: "text", "code" (a credit code), "number", "day", or "words": one of our own, by `labels` {value: words}.
    """

    head: object
    sql: str
    kind: str = "text"
    labels: dict = field(default_factory=dict)

    def read(self, cell):
        """The cell as `exports` takes it."""
        if self.kind == "words":
            return str(self.labels[cell]) if cell in self.labels else None
        return Decimal(cell) if cell and self.kind == "number" else cell


class _Writer:
    """Writes rows of these columns in a form."""

    def __init__(self, form, columns):
        self.columns, self.empty = columns, form.empty
        start, between, end = (sign.replace("%", "%%") for sign in form.line)
        self.line = start + between.join(self._cell(form, column) for column in columns) + end
        around = {before + after for before, after in (form.text, form.number)}
        self.nothing = [signs for signs in around if signs != form.empty]
        kinds = [column.kind for column in columns]
        self.texts = [place for place, kind in enumerate(kinds) if kind == "text"]
        self.codes = [place for place, kind in enumerate(kinds) if kind == "code"]
        self.words = [
            (place, {value: form.cell(str(words)) for value, words in column.labels.items()})
            for place, column in enumerate(columns)
            if column.kind == "words"
        ]

    @staticmethod
    def _cell(form, column):
        """How a cell stands in the line; words of our own bring all that stands around them."""
        before, after = {"words": ("", ""), "number": form.number}.get(column.kind, form.text)
        return "%s".join(sign.replace("%", "%%") for sign in (before, after))

    def written(self, rows):
        """Each row as a line, or as the cells that `exports` takes."""
        if self._are_plain(rows):
            yield from map(self._line, rows)
        elif len(rows) > 1:
            for row in rows:
                yield from self.written([row])
        else:
            yield tuple(column.read(cell) for column, cell in zip(self.columns, rows[0], strict=True))

    def _are_plain(self, rows):
        codes = "".join([row[place] for row in rows for place in self.codes])
        return (
            (codes == "" or (codes.isascii() and codes.isalnum()))  # a number in one is hidden as it is written
            and is_plain([row[place] for row in rows for place in self.texts])
        )

    def _line(self, row):
        cells = list(row)
        for place, words in self.words:
            cells[place] = words.get(cells[place], self.empty)
        for place in self.codes:
            cells[place] = mask_personal(cells[place])
        line = self.line % tuple(cells)
        for signs in self.nothing:
            line = line.replace(signs, self.empty)
        return line


def compiled(queryset, *columns):
    """(SQL, values) of a query for these columns in this order. Raises EmptyResultSet where it can find nothing."""
    return queryset.values_list(*columns).query.sql_with_params()


def written_rows(form, columns, source, values, *, using):
    """The rows of `source`, SQL behind FROM with its `values`, in its order: each a line that is ready, or a tuple of
    cells that `exports` writes. Read piece by piece from one statement, so that they are of one instant.

    `form`: a key of `exports.FORMS`; `using`: the name of the database. Memory is the same for any number of rows.
    """
    writer = _Writer(FORMS[form], columns)
    cells = ", ".join(f"coalesce({column.sql}, '')" for column in columns)
    with transaction.atomic(using=using, savepoint=False), connections[using].cursor() as setting:
        setting.execute("SET LOCAL jit = off")
        with connections[using].chunked_cursor() as cursor:
            cursor.execute(f"SELECT {cells} FROM {source}", values)  # noqa: S608 - as the code has them
            for rows in _portions(cursor):
                for start in range(0, len(rows), AT_A_LOOK):
                    yield from writer.written(rows[start : start + AT_A_LOOK])


def _portions(cursor):
    """All rows by portions. The next one is fetched by a thread while one is written: PostgreSQL works in between, and
    on another core. Left early, it is waited for, so that nothing reads from a cursor that is closed."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(cursor.fetchmany, AT_A_TIME)
        while rows := coming.result():
            coming = ahead.submit(cursor.fetchmany, AT_A_TIME)
            yield rows
