"""Rows of a file written by PostgreSQL itself: a line of CSV or of a sheet's XML comes ready, and is only sent.

A text that has to be looked at (it might begin a formula, hold a personal number, want quotes or escapes) makes its row
come as plain cells instead, and Python writes that row by the rules of `exports`, which stand there alone.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connections, transaction

from .exports import FORMS

AT_A_TIME = 2000
"""Rows that are in hand at once."""

_SEPARATOR, _DIGIT = "\ue000", "[0-9０-９]"
_DOUBTFUL = (
    f"(?:^|{_SEPARATOR})[=+@＝＋－＠-]"  # might be a formula
    '|[&<>,"\x01-\x1f\ufffe\uffff]'  # wants quotes or escapes, or may not stand in XML
    f"|{_DIGIT}(?:[ -]?{_DIGIT}){{10}}"  # long enough for a personal number
)
"""What makes a row come as cells. It may find too much, never too little: a test compares both ways."""

_PLAIN_CODE = """({code} ~ '^[02-9A-Z][0-9A-Z]{{17}}$'
    AND ({code} !~ '[0-9]{{14}}[0-9X]' OR {code} ~ '^[0-9]{{15,17}}[A-WY][0-9A-HJ-NP-RTUWXY]*$'))"""
"""A credit code, most of which is digits, in which no personal number is found."""


@dataclass(frozen=True)
class Column:
    """A column of a file: its head, and its cell as SQL of type text, where NULL and '' are empty.

    `kind`: "text", "code" (a credit code), "number", "day", or "words": one of our own, by `labels` {value: words}.
    """

    head: object
    sql: str
    kind: str = "text"
    labels: dict = field(default_factory=dict)

    def written(self, form):
        """(SQL, values) of the cell as the form has it."""
        if self.kind == "words":
            pairs = [part for value, words in self.labels.items() for part in (value, form.cell(str(words)))]
            return f"CASE {self.sql} {'WHEN %s THEN %s ' * len(self.labels)}ELSE '{form.empty}' END", pairs
        before, after = form.number if self.kind == "number" else form.text
        full = f"'{before}' || {self.sql} || '{after}'" if before else self.sql
        return f"CASE WHEN {self.sql} <> '' THEN {full} ELSE '{form.empty}' END", []

    def read(self, cell):
        """The cell as `exports` takes it."""
        if self.kind == "words":
            return str(self.labels[cell]) if cell in self.labels else None
        return Decimal(cell) if cell and self.kind == "number" else cell


def compiled(queryset, *columns):
    """(SQL, values) of a query for these columns in this order. Raises EmptyResultSet where it can find nothing."""
    return queryset.values_list(*columns).query.sql_with_params()


def written_rows(form, columns, source, values, *, using):
    """The rows of `source`, SQL behind FROM with its `values`, in its order: each a line that is ready, or a tuple of
    cells that `exports` writes. Read piece by piece from one statement, so that they are of one instant.

    `form`: a key of `exports.FORMS`; `using`: the name of the database. Memory is the same for any number of rows.
    """
    cells, given = zip(*(column.written(FORMS[form]) for column in columns), strict=True)
    start, between, end = FORMS[form].line
    line = f", '{between}', ".join(cells) if between else ", ".join(cells)
    looked_at = ", ".join(column.sql for column in columns if column.kind == "text")
    codes = " AND ".join(
        f"coalesce({column.sql} = '' OR {_PLAIN_CODE.format(code=column.sql)}, true)"
        for column in columns
        if column.kind == "code"
    )
    statement = f"""
        SELECT CASE WHEN looked.plain THEN concat('{start}', {line}, '{end}') END,
               CASE WHEN NOT looked.plain THEN ARRAY[{", ".join(column.sql for column in columns)}] END
        FROM {source}
        CROSS JOIN LATERAL (SELECT concat_ws('{_SEPARATOR}', {looked_at}) !~ %s AND {codes or "true"} AS plain OFFSET 0)
        AS looked"""  # noqa: S608 - of the columns and the source that stand in the code
    values = [*(value for some in given for value in some), *values, _DOUBTFUL]
    with transaction.atomic(using=using, savepoint=False), connections[using].cursor() as setting:
        setting.execute("SET LOCAL jit = off")
        with connections[using].chunked_cursor() as cursor:
            cursor.execute(statement, values)
            while rows := cursor.fetchmany(AT_A_TIME):
                for ready, plain in rows:
                    yield ready or tuple(column.read(cell) for column, cell in zip(columns, plain, strict=True))
