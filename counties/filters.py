"""Questions about counties, and the filter by place that projects and needs share."""

from functools import cache

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Subquery, When
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from counties.models import Designation, Division, Level
from registry.core.filters import Filters, Ordering, Search, YesNo
from registry.core.form_html import LongSelect
from registry.core.prepared import Asked, Prepared
from registry.core.prepared_rows import PreparedRows
from registry.core.text import ascii_digits_only, compact


def listed_counties():
    """Today's counties that carry a designation, or whose predecessors do."""
    held = Designation.objects.filter(division__home=OuterRef("pk"))
    return Division.objects.today().counties().filter(Exists(held))


def cities():
    """Today's prefectures of those counties."""
    held = Designation.objects.filter(division__home__parent=OuterRef("pk"))
    return Division.objects.today().filter(Exists(held), level=Level.PREFECTURE)


class CountyFilters(Filters):
    search = Search()
    city = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Prefecture"), queryset=cities().order_by("code"), to_field_name="code",
        field_name="parent",
    )  # fmt: skip
    designation = django_filters.ChoiceFilter(
        label=gettext_lazy("Designation"), choices=Designation.Kind.choices, method="holding"
    )
    counts = YesNo(label=gettext_lazy("Among the 62"), method="counting")
    ordering = Ordering(
        {"code": ("code",), "name": ("pinyin",)},
        default="code",
        labels={"code": gettext_lazy("code"), "name": gettext_lazy("name")},
    )

    class Meta:
        model = Division
        fields = ()

    def holding(self, queryset, name, kind):
        return queryset.filter(Exists(Designation.objects.filter(division__home=OuterRef("pk"), kind=kind)))

    def counting(self, queryset, name, wanted):
        counted = Exists(Designation.objects.counting().filter(division__home=OuterRef("pk")))
        return queryset.filter(counted if wanted else ~counted)


class _ByCity(ModelChoiceIterator):
    """Options of a select: each city as a whole, then its counties, which are the same for everybody."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups = {}
        for code, name, *city in _offered_by_name().ask():
            groups.setdefault(tuple(city), []).append((code, name))
        for (code, city), counties in groups.items():
            yield city or "", [(code, _("%s (whole)") % city), *counties] if city else counties


TODAY = Case(When(valid_to=None, then=F("pk")), default=F("home"))
"""The key of the unit of today that a unit is, or that it lies in now; NULL where nobody knows."""


def _last_of_its_code(units):
    return units.order_by("code", "-valid_from", "-pk").distinct("code")


def places():
    """{code: the unit of today that `PlaceField` takes it for}."""
    found = dict(_last_of_its_code(Division.objects.all()).values_list("code", TODAY))
    units = Division.objects.in_bulk({key for key in found.values() if key})
    return {code: units[key] for code, key in found.items() if key}


class PlaceField(forms.ModelChoiceField):
    """A code of GB/T 2260, of a county or of a city or province as a whole; an old code leads to today's unit."""

    iterator = _ByCity
    widget = LongSelect

    def to_python(self, value):
        if value in self.empty_values:
            return None
        code = compact(str(value))
        found = _unit_of_today().ask(code=code) if ascii_digits_only(code) else []
        if not found:
            raise ValidationError(_("No unit of today has the code “%s”.") % code[:12], code="invalid_choice")
        return found[0]


@extend_schema_field(str)
class PlaceFilter(django_filters.ModelChoiceFilter):
    """Rows of a county, city or province: handed to the QuerySet's own `in_county`."""

    field_class = PlaceField

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("County"))
        super().__init__(queryset=listed_counties().order_by("code"), **kwargs)

    def filter(self, qs, value):
        return qs.in_county(value.code) if value else qs


@cache
def _unit_of_today():
    """What gives the unit that `places` has under a code."""
    last = _last_of_its_code(Division.objects.filter(code=Asked("code")))
    return PreparedRows(Division.objects.filter(pk=Subquery(last.values_list(TODAY))))


@cache
def _offered_by_name():
    counties = listed_counties().order_by("code")
    return Prepared(counties.values_list("code", "name", "parent__code", "parent__name"))
