"""Pages of a list: numbered ones for people, numbered or by cursor for the interface. The total is always exact."""

from functools import cache, reduce
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.db.models import BooleanField, F, Func, Q, Value
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from registry.core.exports import FORMATS
from registry.core.filters import BadQuery, Read
from registry.core.lists_out import PARAMETER as FORMAT
from registry.core.lists_out import asked_form, ways_out

USUAL, LARGEST = 50, 200
PARAMETERS = ("page", "page_size")
SALT = "registry.core.paging"


def asked_page(data, usual=USUAL, largest=LARGEST):
    """The page and its size that a query asks for, 1 and the `usual` one unless it says so. Raises BadQuery."""
    read = Read(_numbers(largest), data)
    if not read.is_valid():
        raise BadQuery(read.errors, PARAMETERS)
    return read.cleaned_data["page"] or 1, read.cleaned_data["page_size"] or usual


@cache
def _numbers(largest):
    most = {"page": 1_000_000, "page_size": largest}
    return {name: forms.IntegerField(min_value=1, max_value=most[name], required=False) for name in PARAMETERS}


class Question:
    """What a list for people is asked, or in words what is wrong with the question.

    `is_file` says that the whole of it is asked for as a file (`as_file` lists only), which has no pages.
    """

    largest = LARGEST

    def __init__(self, filters, size=USUAL, *, as_file=False):
        self.filters, self.fault = filters, ""
        try:
            filters.check(also=(*PARAMETERS, FORMAT) if as_file else PARAMETERS)
            self.is_file = as_file and _wants_file(filters.data)
            self.number, self.size = asked_page(filters.data, size, self.largest)
        except BadQuery as bad:
            self.fault, self.faults = bad.words, bad.faults
            self.number, self.size, self.is_file = 1, size, False

    @cached_property
    def found(self):
        return self.filters.queryset.none() if self.fault else self.filters.qs

    @property
    def status(self):
        return 400 if self.fault else 200

    @property
    def form(self):
        return self.filters.form

    def address(self, **changes):
        """The query that asks the same with `changes`; None drops a parameter. Back to the first page."""
        kept = [part for name, part in self._asked.items() if name not in changes]
        changed = [_encoded(name, value) for name, value in changes.items() if value not in (None, "", [])]
        return "&".join(kept + changed)

    @cached_property
    def _asked(self):
        """What the list is asked, encoded, without the page and the form of a file."""
        asked = self.filters.data.lists()
        return {
            name: _encoded(name, words)
            for name, words in asked
            if name not in ("page", FORMAT) and words[-1:] not in ([], [""])
        }

    @property
    def query(self):
        """The query without the page, for the pager."""
        return self.address()

    @property
    def export_query(self):
        """The same question for the export, which knows no pages."""
        return self.address(page_size=None)

    @cached_property
    def chips(self):
        """The filters in use; following one takes it away."""
        if self.fault:
            return []
        return [
            {"name": name, "label": f"{label}: {words} ✕", "url": f"?{self.address(**{name: None})}"}
            for name, label, words in self.filters.chosen
        ]

    def heads(self, columns):
        """Column heads (`key label classes`), those that can be ordered by with the address that does it."""
        order, orders = self.filters.order, self.filters.base_filters["ordering"].orders
        for key, label, classes, first in columns:
            if key not in orders:
                yield {"label": label, "classes": classes}
                continue
            turned = {key: f"-{key}", f"-{key}": key}.get(order, f"-{key}" if first == "falling" else key)
            state = {key: "ascending", f"-{key}": "descending"}.get(order, "")
            yield {"label": label, "classes": classes, "url": f"?{self.address(ordering=turned)}", "state": state}


def _encoded(name, words):
    return urlencode({name: words}, doseq=isinstance(words, list))


class Listing(Question):
    """One page of a list for people: the rows found, or the words of the question's fault.

    `shown` turns the filtered QuerySet into what a page needs of each row; the total is counted without it.
    `pages` gives what pages are cut from, an `InOrder` or what has its words, where that is not the rows found.
    Raises Http404 for a page past the end.
    """

    def __init__(self, filters, shown=lambda found: found, size=USUAL, *, as_file=False, pages=None):
        super().__init__(filters, size, as_file=as_file)
        self._shown = shown
        rows = pages() if pages and not (self.fault or self.is_file) else _Found(self)
        self.page = page_or_404(_Pages(rows, self.size), 1 if self.is_file else self.number)

    @cached_property
    def rows(self):
        return [] if self.fault else self._shown(self.found)

    def total(self, found):
        """The number of all rows found."""
        return found.count()

    def ways_out(self, request):
        """The files that the list can be taken away as."""
        return [] if self.fault else ways_out(request.user, request.path, self.export_query, self.page.paginator.count)


class _Found:
    """What the pages of a listing are cut from, unless it is told: its rows, which it counts without their columns."""

    def __init__(self, listing):
        self.listing = listing

    @cached_property
    def total(self):
        return 0 if self.listing.fault else self.listing.total(self.listing.found)

    def part(self, start, stop):
        return self.listing.rows[start : max(start, min(stop, self.total))]  # of none nobody asks the database


class _Pages(Paginator):
    """Django's pages of what knows its `total` and is cut by `part`, with which the total may come."""

    @cached_property
    def count(self):
        return self.object_list.total

    def page(self, number):
        shown = self.object_list.part((number - 1) * self.per_page, number * self.per_page)
        return self._get_page(shown, self.validate_number(number), self)


def page_or_404(paginator, number):
    """That page. Raises Http404 where the list has not so many."""
    try:
        return paginator.page(number)
    except InvalidPage as error:
        raise Http404(_("This list has only %d pages.") % paginator.num_pages) from error


def _wants_file(data):
    try:
        return asked_form(data) is not None
    except ValidationError as error:
        raise BadQuery({FORMAT: error.messages}, FORMATS) from error


class Paging(BasePagination):
    """Pages of the interface: {"count", "next", "previous", "results"}.

    `page` (from 1) and `page_size` (50, at most 200); or `cursor`, empty for the first page and then as `next`
    has it: a cursor costs the same at any depth and never skips or repeats a row. Rows must be ordered by
    columns that are never null and that end in a unique one.
    """

    def paginate_queryset(self, queryset, request, view=None):
        return self.page_of(InOrder(queryset), request)

    def page_of(self, rows, request):
        """The rows of the page that is asked for; they are cut from `rows`, an `InOrder` or what has its words."""
        query = request.query_params
        self.url = request.build_absolute_uri()
        number, self.size = asked_page(query)
        if "cursor" not in query:
            return self._numbered(rows, number)
        if "page" in query:
            raise BadQuery({"cursor": [_("Give either page or cursor.")]}, PARAMETERS)
        return self._from(rows, query["cursor"])

    def _numbered(self, rows, number):
        found = rows.part((number - 1) * self.size, number * self.size)
        self.count = rows.total
        last = max(1, -(-self.count // self.size))
        if number > last:
            raise NotFound(_("This list has only %d pages.") % last)
        self.next = replace_query_param(self.url, "page", number + 1) if number < last else None
        self.previous = None
        if number > 1:
            back = number - 1
            self.previous = (
                replace_query_param(self.url, "page", back) if back > 1 else remove_query_param(self.url, "page")
            )
        return found

    def _from(self, rows, cursor):
        columns = rows.columns
        backwards, place = _opened(cursor, columns)
        found = rows.part(0, self.size + 1, place, backwards)
        self.count = rows.total
        more, found = len(found) > self.size, found[: self.size]
        if backwards:
            found.reverse()
        ahead, behind = (bool(place), more) if backwards else (more, place is not None)
        self.next = self._cursor(columns, found[-1], False) if found and ahead else None
        self.previous = self._cursor(columns, found[0], True) if found and behind else None
        return found

    def _cursor(self, columns, row, backwards):
        place = [str(_value(row, column.lstrip("-"))) for column in columns]
        return replace_query_param(self.url, "cursor", signing.dumps([list(columns), backwards, place], salt=SALT))

    def get_paginated_response(self, data):
        return Response({"count": self.count, "next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema):
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view):
        number = {"type": "integer", "minimum": 1}
        parts = (
            ("page", number, "Page, from 1."),
            ("page_size", number | {"maximum": LARGEST, "default": USUAL}, "Rows a page."),
            ("cursor", {"type": "string"}, "Instead of page: empty for the first page, then as `next` has it."),
        )
        return [
            {"name": name, "in": "query", "required": False, "schema": schema, "description": words}
            for name, schema, words in parts
        ]


class InOrder:
    """What pages are cut from: the rows of a QuerySet in its order, of which `shown` makes what a page has of each."""

    def __init__(self, queryset, shown=lambda rows: rows):
        self.queryset, self.shown = queryset, shown
        self.columns = queryset.query.order_by

    @cached_property
    def total(self):
        """The number of all rows."""
        return self.queryset.count()

    def part(self, start, stop, place=None, backwards=False):
        """The rows from `start` to before `stop`, counted from behind the one at `place`, or from before it backwards.
        `place` are the values of its `columns`."""
        return list(self.shown(cut(self.queryset, self.columns, place, backwards))[start:stop])


def _value(row, column):
    return row[column] if isinstance(row, dict) else reduce(getattr, column.split("__"), row)


def _opened(cursor, columns):
    """Direction and place of a cursor; raises BadQuery for one that is not ours or of another order."""
    if not cursor:
        return False, None
    try:
        kept, backwards, place = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise BadQuery(
            {"cursor": [_("This cursor is not from this site. Start again with an empty one.")]}, PARAMETERS
        ) from error
    if kept != list(columns):
        raise BadQuery(
            {"cursor": [_("This cursor belongs to another order. Start again with an empty one.")]}, PARAMETERS
        )
    return backwards, place


def cut(queryset, columns, place, backwards):
    """Rows behind the one at `place`, or backwards those before it from the nearest on; all of them without a place.
    (a, b) > (x, y), as an index has it, or where the columns run in different directions (a > x) or (a = x and b > y)
    or ..."""
    if backwards:
        queryset = queryset.reverse()
    if place is None:
        return queryset
    names = [column.lstrip("-") for column in columns]
    signs = ["<" if column.startswith("-") != backwards else ">" for column in columns]
    if len(set(signs)) == 1:
        return queryset.filter(_Compared(*names, *place, sign=signs[0]))
    condition, same = Q(pk__in=[]), Q()
    for name, sign, value in zip(names, signs, place, strict=True):
        condition |= same & Q(**{f"{name}__{'lt' if sign == '<' else 'gt'}": value})
        same &= Q(**{name: value})
    return queryset.filter(condition)


class _Compared(Func):
    """Two rows of the same length, compared column by column, which is one look into an index."""

    output_field = BooleanField()

    def __init__(self, *parts, sign):
        half = len(parts) // 2
        values = (part if hasattr(part, "resolve_expression") else Value(part) for part in parts[half:])
        super().__init__(*(F(name) for name in parts[:half]), *values)
        self.sign = sign

    def as_sql(self, compiler, connection, **_kwargs):
        made = [compiler.compile(part) for part in self.source_expressions]
        half = len(made) // 2
        left, right = (", ".join(sql for sql, _params in side) for side in (made[:half], made[half:]))
        return f"({left}) {self.sign} ({right})", [one for _sql, params in made for one in params]
