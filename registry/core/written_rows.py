"""Rows of a file whose cells come from PostgreSQL as they are to be written: Python only sets them into a line.

A row whose texts have to be looked at (one might begin a formula, hold a personal number, want quotes or escapes) stays
plain cells instead, and is written by the rules of `exports`, which stand there alone.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from django.db import connections, transaction

from .exports import FORMS
from .text import mask_personal

AT_A_TIME = 1000
"""Rows of a portion. Two are in hand at once: while one is written, the next is fetched."""
AT_A_LOOK = 50
"""Rows whose texts are looked at together: one by one only where something is found among them."""

_BREAK = "\0"  # stands in no text of PostgreSQL's
_MARKS = bytes(range(1, 32)) + b'&<>,"=+@'  # want quotes or escapes, may not stand in XML, or might begin a formula
_BEGINNING = f"{_BREAK}-".encode()  # of a formula too; within a text hyphens are everywhere
_WIDE = re.compile(rb"\xef(?:\xbc[\x8b\x8d\x90-\x99\x9d\xa0]|\xbf[\xbe\xbf])")  # ＋ － ０ to ９ ＝ ＠ U+FFFE U+FFFF
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 11  # long enough for a personal number, whatever spaces and hyphens stand in it


def is_plain(texts):
    """Whether none of these texts has to be looked at. It may say no too often, never yes: a test compares both ways.

    Asked of them all at once and of their bytes, where each question costs next to nothing; one pattern for each row
    took longer than all else that is done for it.
    """
    written = f"{_BREAK}{_BREAK.join(texts)}".encode()
    return (
        len(written.translate(None, _MARKS)) == len(written)
        and _BEGINNING not in written
        and _LONG_NUMBER not in written.translate(_AS_ZERO, b" -")
        and not _WIDE.search(written)
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
    """Writes rows of these columns in a form, some of them at once: column by column, then line by line."""

    def __init__(self, form, columns):
        self.form, self.columns = form, columns
        self.writing = [self._writing(column) for column in columns]

    def _writing(self, column):
        """A function of cells of this column, which are plain: how they stand in the form."""
        empty, (before, after) = self.form.empty, self.form.number if column.kind == "number" else self.form.text
        if column.kind == "words":
            words = {value: self.form.cell(str(label)) for value, label in column.labels.items()}
            return lambda cells: [words.get(cell, empty) for cell in cells]
        if not before + after:
            return list
        return lambda cells: [f"{before}{cell}{after}" if cell else empty for cell in cells]

    def written(self, rows):
        """Each row as a line, or as the cells that `exports` takes."""
        of_columns = list(zip(*rows, strict=True))
        if self._are_plain(of_columns):
            yield from self._lines(of_columns)
        elif len(rows) > 1:
            for row in rows:
                yield from self.written([row])
        else:
            yield tuple(column.read(cell) for column, cell in zip(self.columns, rows[0], strict=True))

    def _of(self, kind, of_columns):
        return chain.from_iterable(
            cells for column, cells in zip(self.columns, of_columns, strict=True) if column.kind == kind
        )

    def _are_plain(self, of_columns):
        codes = "".join(self._of("code", of_columns))
        return (codes == "" or (codes.isascii() and codes.isalnum())) and is_plain(self._of("text", of_columns))

    def _lines(self, of_columns):
        start, between, end = self.form.line
        written = [
            write(_masked(cells) if column.kind == "code" else cells)
            for column, write, cells in zip(self.columns, self.writing, of_columns, strict=True)
        ]
        return [f"{start}{between.join(cells)}{end}" for cells in zip(*written, strict=True)]


def _masked(codes):
    """Credit codes with whatever looks like a personal number hidden, as all texts of a file: most are digits only."""
    return mask_personal(_BREAK.join(codes)).split(_BREAK)


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
