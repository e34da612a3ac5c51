"""What pages of the list of projects are cut from. Where the total is kept, rows and total are one statement, which is
put into SQL once for each form of question."""

from functools import lru_cache

from django.db.models import F, Q, Subquery

from projects.models import Listed, Project
from projects.models.listing import grams_of, holds
from projects.tables import ledger
from registry.core.paging import InOrder, cut
from registry.core.prepared import Among, Asked, Prepared

from .asking import DURING, counted_by, kept, kept_total, number_among_all

FORMS = 300
"""So many statements are kept, 23 kB each: a form of question with its order and the place of its page."""


def pages_of(filters):
    """The projects that the filters find, as `registry.core.paging` cuts pages from them: rows of `ledger`."""
    if filters.queryset.model is Project:
        return InOrder(filters.qs, ledger, total=kept_total(filters))
    found = counted_by(filters)
    return FoundPages(filters.qs, ledger) if found is None else KeptPages(filters, found)


class FoundPages(InOrder):
    """Rows of the index that are counted when they are found."""

    def rows_of(self, keys):
        names, statement = _of_keys(self.columns)
        return [dict(zip(names, row, strict=True)) for row in statement.ask(keys=keys)]


class KeptPages:
    """Rows of the index whose total is kept; the words are those of `InOrder`."""

    def __init__(self, filters, found):
        self.filters, self.found = filters, found
        self.columns, self._total = filters.filters["ordering"].columns(filters.order), None

    @property
    def total(self):
        if self._total is None:
            self._total = kept_total(self.filters)
        return self._total

    def part(self, start, stop, place=None, backwards=False):
        asked = {f"place{number}": value for number, value in enumerate(place or ())}
        form = tuple(name for name in self.found if name in DURING), tuple(self._ways(stop))
        names, statement = _statement(*form, self.columns, start, stop, len(asked), backwards)
        rows = [dict(zip(names, row, strict=True)) for row in statement.ask(**self.found, **asked)]
        if rows:
            self._total = rows[0]["total"]
        return rows

    def _ways(self, stop):
        """Those of `WAYS` by which the rows are found. The planner takes words of which it knows pairs for far rarer
        than they are. Many are found in the order of the list: as many rows are looked at as one is expected among."""
        gram = self.found.get("gram", "")
        if self.found.get("keys"):
            yield "keys"
        if len(gram) == 2:
            yield "pair"
        elif gram:
            self._total, all_there_are = number_among_all(gram)
            if self._total**2 <= stop * all_there_are:
                self.found["pairs"] = grams_of(gram)
                yield "pairs"
            yield "word"


WAYS = {
    "keys": Q(keys__contains=Asked("keys")),
    "pair": Q(grams__contains=[Asked("gram")]),
    "pairs": Q(grams__contains=Asked("pairs")),
    "word": Q(holds("words", Asked("gram"))),
}


@lru_cache(FORMS)
def _statement(during, ways, columns, start, stop, beyond, backwards):
    """(names of columns, statement) of a part of the rows that `counted_by` describes."""
    rows = Listed.objects.filter(*(WAYS[way] for way in ways), **{DURING[name]: Asked(name) for name in during})
    place = [Asked(f"place{number}") for number in range(beyond)] or None
    rows = cut(rows.order_by(*columns), columns, place, backwards)
    found = ledger(rows, total=Subquery(kept(during, spelt="pair" in ways or "word" in ways)))[start:stop]
    return tuple(found.query.selected), Prepared(found)


@lru_cache(FORMS)
def _of_keys(columns):
    found = ledger(Listed.objects.filter(Among(F("id"), Asked("keys"))).order_by(*columns))
    return tuple(found.query.selected), Prepared(found)
