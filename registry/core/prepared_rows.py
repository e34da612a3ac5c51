"""Records that nearly every request reads: their question is put into SQL once a process (prepared.py says how)."""

from copy import copy

from django.db.models.query import ModelIterable

from .prepared import Prepared


class PreparedRows(Prepared):
    """`rows` is a QuerySet of records, with `select_related` where that is wanted; `ask(name=value)` gives them as a
    list, for the places of `Asked`."""

    def __init__(self, rows):
        super().__init__(rows)
        self._rows = rows

    def ask(self, **values):
        compiler, rows, asked = copy(self._compiler), self._rows.all(), self._filled(values)
        compiler.as_sql = lambda *_args, **_kwargs: (self._sql, asked)
        compiler.get_converters = lambda _columns: self._converters
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler
        return list(ModelIterable(rows))


def know(record, name, found):
    """Let `record.name.all()` give the records `found`, as after `prefetch_related`: nobody asks for them again."""
    rows = getattr(record, name).get_queryset()
    rows._result_cache, rows._prefetch_done = found, True
    if not hasattr(record, "_prefetched_objects_cache"):
        record._prefetched_objects_cache = {}
    record._prefetched_objects_cache[name] = rows
    for one in found:
        setattr(one, getattr(type(record), name).field.name, record)
