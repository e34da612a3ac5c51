"""What pages of the list of projects are cut from. Where the total is kept, rows and total are one statement, which is
put into SQL once for each form of question."""

from functools import lru_cache

from django.db.models import Count, F, Q, Subquery, Window
from django.utils.functional import cached_property

from projects.models import Listed, ListedRank, Project
from projects.models.listing import KIND, holds
from projects.tables import ledger
from registry.core.lookups import one_of
from registry.core.paging import InOrder, cut
from registry.core.prepared import Among, Asked, PreparedValues

from .asking import DURING, HOLDING_KEYS, counted_by, kept, number_among_all, number_kept

FORMS = 300
"""So many statements are kept, 23 kB each: a form of question with its order and the place of its page."""


def pages_of(filters, shown=ledger):
    """The projects that the filters find, as `registry.core.paging` cuts pages from them: rows of `ledger`, or where
    they come from the index what else is `shown` of it."""
    found = counted_by(filters)
    if found is not None:
        return KeptPages(filters, found, shown)
    return InOrder(filters.qs, ledger) if filters.queryset.model is Project else FoundPages(filters.qs, shown)


def pages_beside(numbers):
    """As `pages_of`, for a page with facets: a total that is not kept comes from what they are counted from."""
    if numbers.found is not None:
        return KeptPages(numbers.filters, numbers.found)
    pages = InOrder(numbers.filters.qs, ledger)
    pages.total = numbers.total
    return pages


class FoundPages(InOrder):
    """Rows of the index that are counted by the same look that finds a first part of them, as keys: a row with all its
    columns is looked at only where it is shown."""

    def part(self, start, stop, place=None, backwards=False):
        if place is not None:  # what lies beyond it is not all
            return super().part(start, stop, place, backwards)
        found = list(self.queryset.values_list("pk", Window(Count("*")))[start:stop])
        if not found:
            return []
        self.total = found[0][1]
        return _of_keys(self.columns, self.shown).ask(keys=[key for key, _total in found])


class KeptPages:
    """Rows of the index whose total is kept; the words are those of `InOrder`."""

    def __init__(self, filters, found, shown=ledger):
        self.columns, self.found, self.shown = filters.columns, found, shown

    @cached_property
    def total(self):
        return number_kept(self.found)

    def part(self, start, stop, place=None, backwards=False):
        asked = {f"place{number}": value for number, value in enumerate(place or ())}
        during = tuple(name for name in self.found if name in DURING)
        if during == ("year",) and self._are_ranked:
            statement = _ranked(start, stop, len(asked), backwards, self.shown)
            asked["kind"] = self.found["keys"][0]
        else:
            ways = self._ways(stop)
            statement = _statement(during, ways, self.columns, start, stop, len(asked), backwards, self.shown)
        rows = statement.ask(**self.found, **asked)
        if rows:
            self.total = rows[0]["total"]
        return rows

    def _ways(self, stop):
        """Those of `WAYS` by which the rows are found. The planner takes words of which it knows pairs for far rarer
        than they are. Many are found in the order of the list: as many rows are looked at as one is expected among."""
        if "gram" not in self.found:
            return ("keys",) if self.found["keys"] else ()
        if len(self.found["gram"]) == 2:
            return ("pairs",)
        number, all_there_are = number_among_all(self.found["gram"])
        return ("pairs", "word") if number**2 <= stop * all_there_are else ("word",)

    @property
    def _are_ranked(self):
        """Whether they stand in their order in `ListedRank`."""
        keys = self.found.get("keys")
        return bool(keys) and keys[0].startswith(KIND[0]) and self.columns == tuple(RANKED)


RANKED = {"-amount_falling": "-amount_falling", "-id": "-project_id"}
"""The order of `ListedRank`: {column of `Listed`: its own}."""

WAYS = {
    "keys": HOLDING_KEYS,
    "pairs": Q(grams__contains=Asked("pairs")),
    "word": Q(holds("words", Asked("gram"))),
}


@lru_cache(FORMS)
def _statement(during, ways, columns, start, stop, beyond, backwards, shown):
    """What gives a part of the rows that `counted_by` describes, each with the total."""
    rows = Listed.objects.filter(*(WAYS[way] for way in ways), **{DURING[name]: Asked(name) for name in during})
    rows = cut(rows.order_by(*columns), columns, _place(beyond), backwards)
    if start:  # those before are passed over in the index: they are two kilobytes each
        rows = Listed.objects.filter(one_of("id", rows.values("pk")[start:stop])).order_by(*columns)
        start, stop = 0, stop - start
    spelt = not {"pairs", "word"}.isdisjoint(ways)
    return PreparedValues(shown(rows, total=Subquery(kept(during, spelt)))[start:stop])


@lru_cache(FORMS)
def _ranked(start, stop, beyond, backwards, shown):
    """The same of a county, a field and a year in the order of `ListedRank`: no other rows are looked at."""
    order = tuple(RANKED.values())
    ranks = cut(ListedRank.objects.filter(kind=Asked("kind")).order_by(*order), order, _place(beyond), backwards)
    rows = Listed.objects.filter(one_of("id", ranks.values("project_id")[start:stop])).order_by(*RANKED)
    return PreparedValues(shown(rows.reverse() if backwards else rows, total=Subquery(kept(("year",), spelt=False))))


def _place(columns):
    return [Asked(f"place{number}") for number in range(columns)] or None


@lru_cache(FORMS)
def _of_keys(columns, shown):
    return PreparedValues(shown(Listed.objects.filter(Among(F("id"), Asked("keys"))).order_by(*columns)))
