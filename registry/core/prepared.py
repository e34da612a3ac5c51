"""Questions that nearly every request asks: put into SQL by Django once a process, then asked with other values."""

from django.db import connection
from django.db.models import Expression, JSONField
from django.db.models.lookups import Lookup

from .quick_json import read_json


class Asked(Expression):
    """The place of a value that is given when a `Prepared` question is asked: `filter(pk=Asked("key"))`. It stands as
    it is, of PostgreSQL's own type: nothing about it is checked or turned by the field beside it."""

    def __init__(self, name, output_field=None):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Among(Lookup):
    """That a column is one of a list: `filter(Among(F("code"), Asked("codes")))`."""

    def as_sql(self, compiler, connection):
        (left, of_left), (right, of_right) = (
            self.process_lhs(compiler, connection),
            self.process_rhs(compiler, connection),
        )
        return f"{left} = ANY({right})", [*of_left, *of_right]


class Prepared:
    """`rows` is a QuerySet of `values_list`; `ask(name=value)` gives its rows as tuples, whichever database answers."""

    def __init__(self, rows):
        self._compiler = rows.query.get_compiler(connection=connection)
        self._sql, self._values = self._compiler.as_sql()
        columns = [column for column, _sql, _alias in self._compiler.select]
        self._converters = self._compiler.get_converters(columns)
        for place, column in enumerate(columns):
            if type(column.output_field) is JSONField and column.output_field.decoder is None:
                self._converters[place] = [_read_json], column

    def _filled(self, values):
        """The statement's parameters, with these in the places of `Asked`."""
        return [values[one.name] if isinstance(one, Asked) else one for one in self._values]

    def ask(self, **values):
        with connection.cursor() as cursor:
            cursor.execute(self._sql, self._filled(values))
            found = cursor.fetchall()
        return self._converted(found) if self._converters and found else found

    def _converted(self, found):
        """The rows as the fields of their columns have them: column by column, which takes half as long."""
        columns = list(zip(*found, strict=True))
        for place, (converters, column) in self._converters.items():
            for convert in converters:
                columns[place] = [convert(value, column, connection) for value in columns[place]]
        return list(zip(*columns, strict=True))


def _read_json(text, column, connection):
    return None if text is None else read_json(text)


class PreparedValues(Prepared):
    """The same of a QuerySet of `values`: `ask` gives its rows as dicts."""

    def __init__(self, rows):
        super().__init__(rows)
        self._names = tuple(rows.query.selected)

    def ask(self, **values):
        return [dict(zip(self._names, row, strict=True)) for row in super().ask(**values)]
