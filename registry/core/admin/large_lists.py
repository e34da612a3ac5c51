"""Lists of the desk over tables of millions of rows: found by several indexes one after the other, and counted no
further than anybody turns the pages. A file of such a list has all rows, and counts them."""

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import F, Q

from registry.core.lookups import among, by_way, one_of
from registry.core.prepared import Among
from registry.core.text import clean_text

COUNTED = 10_000
"""Rows up to which a list says how many it has; beyond them it says that there are more, and shows these."""


class LargeList(ChangeList):
    """`is_many`: more than `COUNTED` rows are found, of which the pages show the first so many."""

    is_many = False

    def get_queryset(self, request, exclude_parameters=None):
        """The search comes last, each of its ways by itself: with OR between them every row would be looked at."""
        asked, self.query = self.query, ""
        rows = super().get_queryset(request, exclude_parameters)
        self.query = asked
        ways = self.model_admin.ways(request, asked)
        if exclude_parameters is None:
            self._before_search, self._parts = rows, [by_way(rows, way) for way in ways] or [rows]
        return among(rows, ways)

    def get_results(self, request):
        keys = _together([rows.order_by().values_list("pk", flat=True)[: COUNTED + 1] for rows in self._parts])
        keys = list(keys[: COUNTED + 1])
        self.is_many = len(keys) > COUNTED
        found = self.queryset
        if not self.is_many and len(self._parts) > 1:
            found = self._before_search.filter(Among(F("pk"), keys))
        pages = _Pages(self._before_search, self._parts, COUNTED) if self.is_many else _Pages(found, [], len(keys))
        self.queryset = pages
        super().get_results(request)
        self.queryset = found


class _Pages:
    """What a change list asks of its QuerySet to cut pages from it."""

    ordered = True

    def __init__(self, rows, parts, number):
        self.rows, self.parts, self.number = rows, parts, number

    def count(self):
        return self.number

    def _clone(self):
        return self.rows

    def __getitem__(self, page):
        """The first rows of all are among the first of each part."""
        if not self.parts:
            return self.rows[page]
        first = _together([rows.values("pk")[: page.stop] for rows in self.parts])
        return self.rows.filter(one_of("pk", first))[page] if len(self.parts) > 1 else self.parts[0][page]


def _together(parts):
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]


class LargeListAdmin:
    """Stands before ModelAdmin. `found_by(request, words)`: the ways (`among`) to what a search finds."""

    def found_by(self, request, words):
        raise NotImplementedError

    def ways(self, request, text):
        """`found_by` of what was typed; [] for no words, and what nothing meets for such as cannot be stored."""
        try:
            words = clean_text(text)
        except ValidationError:
            return [Q(pk__in=[])]
        return self.found_by(request, words) if words else []

    def get_search_results(self, request, queryset, search_term):
        return among(queryset, self.ways(request, search_term)), False

    def get_changelist(self, request, **kwargs):
        return LargeList

    def get_changelist_instance(self, request):
        """Of many rows it is not told apart in which years and months they lie: those of all rows are offered."""
        changes = super().get_changelist_instance(request)
        if changes.is_many:
            parts = {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
            asked = {name: word for name, word in request.GET.items() if name in parts}
            changes.queryset = changes.root_queryset.filter(**asked)
        return changes
