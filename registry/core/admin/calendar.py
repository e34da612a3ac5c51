"""Holidays and exchanged days: what counts as a working day, kept by the bureau year by year."""

import re

from django.contrib import admin
from django.utils.translation import gettext_lazy

from registry.core.models import CalendarDay

from .records import RecordAdmin


class YearFilter(admin.SimpleListFilter):
    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        years = CalendarDay.objects.dates("day", "year", order="DESC")
        return [(str(first.year), str(first.year)) for first in years]

    def queryset(self, request, queryset):
        value = self.value() or ""
        return queryset.filter(day__year=int(value)) if re.fullmatch("[1-9][0-9]{3}", value) else queryset


@admin.register(CalendarDay)
class CalendarDayAdmin(RecordAdmin):
    list_display = ("day", "weekday", "meaning", "name")
    list_filter = (YearFilter, "is_working")
    search_fields = ("name",)
    fields = ("day", "is_working", "name")

    def has_delete_permission(self, request, obj=None):
        """A day entered by mistake is taken out: nothing refers to it."""
        return request.user.has_perm("core.delete_calendarday")

    def delete_view(self, request, object_id, extra_context=None):
        with self._acting(request, "delete"):
            return super().delete_view(request, object_id, extra_context)

    def log_deletions(self, request, queryset):
        """Not here: the trail is the one history."""

    @admin.display(description=gettext_lazy("weekday"))
    def weekday(self, row):
        return WEEKDAYS[row.day.weekday()]

    @admin.display(description=gettext_lazy("counts as"), ordering="is_working")
    def meaning(self, row):
        return gettext_lazy("working day in exchange") if row.is_working else gettext_lazy("day off")


WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip
