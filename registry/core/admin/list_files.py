"""A change list as a file: the rows, columns, filters and order that the list shows, and all pages of it."""

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, IS_POPUP_VAR, PAGE_VAR, TO_FIELD_VAR
from django.core.exceptions import BadRequest, ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst

from registry.core.exports import FORMATS
from registry.core.lists_out import PARAMETER, gives_files, hand_out, usual_facts, ways_out
from registry.core.quantity import Money
from registry.core.workbooks import DAY, INSTANT, MONEY, PLAIN, TEXT, Column, Page

AT_A_TIME = 500
NAME_WIDTH = 36
_KINDS = (
    (models.DateTimeField, INSTANT), (models.DateField, DAY), (models.BooleanField, TEXT), (models.IntegerField, PLAIN),
)  # fmt: skip
_OF_PAGES = {PAGE_VAR, ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR, PARAMETER}


def in_money(value):
    """Mark a column that shows money as text: a file holds the number that `value(record)` gives, in yuan or None."""

    def decorate(column):
        column.money = value
        return column

    return decorate


class ListFiles:
    """The button and the file for a ModelAdmin."""

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [path("export/", guarded(self.export_view), name=self.view_name("export")), *super().get_urls()]

    def along(self, request):
        """What columns need besides the row, read once for all: {attribute to set on each row: value}."""
        return {}

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        changes.result_list = list(self._with_along(changes.result_list, request))
        return changes

    def _with_along(self, rows, request):
        along = self.along(request)
        for row in rows:
            row.__dict__.update(along)
            yield row

    def changelist_view(self, request, extra_context=None):
        answer = super().changelist_view(request, extra_context)
        changes = (getattr(answer, "context_data", None) or {}).get("cl")
        if changes is not None and not changes.is_popup:
            query = _without_pages(request.GET).urlencode()
            answer.context_data["ways"] = ways_out(request.user, self._address("export"), query, changes.result_count)
        return answer

    @gives_files
    def export_view(self, request):
        """All rows of the list as it was asked for; a question that the list does not take is answered as there."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(("GET", "HEAD"))
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.GET.get(PARAMETER) not in FORMATS:
            raise BadRequest("no format of a file")
        asked, request.GET = request.GET, _without_pages(request.GET)
        try:
            changes = ModelAdmin.get_changelist_instance(self, request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self._address('changelist')}?{ERROR_FLAG}=1")
        request.GET = asked
        columns = [self._column(name, place == 0) for place, name in enumerate(changes.list_display)]
        total = changes.queryset.count() if getattr(changes, "is_many", False) else changes.result_count
        page = Page(
            title=str(capfirst(self.opts.verbose_name_plural)), columns=columns, total=total,
            rows=self._with_along(changes.queryset.iterator(chunk_size=AT_A_TIME), request),
            facts=usual_facts(columns), by=str(request.user),
        )  # fmt: skip
        return hand_out(request, page)

    def _address(self, view):
        return reverse(f"admin:{self.view_name(view)}")

    def _column(self, name, is_first):
        head, width = capfirst(label_for_field(name, self.model, model_admin=self)), NAME_WIDTH if is_first else 0
        if money := getattr(getattr(self, name, None), "money", None):
            return Column(head, lambda row: _as_money(money(row)), MONEY, is_totalled=True)
        field = next((field for field in self.opts.fields if field.name == name), None)
        kind = next((kind for class_, kind in _KINDS if isinstance(field, class_)), TEXT)
        return Column(head, lambda row: self._cell(row, name), TEXT if field and field.flatchoices else kind, width)

    def _cell(self, row, name):
        """What the list shows of a column, without its markup."""
        try:
            field, _attribute, value = lookup_field(name, row, self)
        except ObjectDoesNotExist:
            return None
        if field is not None and field.is_relation:
            value = getattr(row, field.name)
        elif field is not None and field.flatchoices:
            value = dict(field.flatchoices).get(value, value)
        return value


def _as_money(value):
    return value if value is None or isinstance(value, Money) else Money(value)


def _without_pages(query):
    """The question of a list alone: filters, search and order."""
    query = query.copy()
    for name in _OF_PAGES & query.keys():
        del query[name]
    return query
