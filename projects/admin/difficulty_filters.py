"""What the list of difficulties may be narrowed to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from projects.difficulties import NARROWINGS, PENDING
from registry.core.dates import today


class PendingFilter(admin.SimpleListFilter):
    title = gettext_lazy("urgency")
    parameter_name = "pending"

    def lookups(self, request, model_admin):
        return [(word, label) for word, (label, _rows) in PENDING.items()]

    def queryset(self, request, queryset):
        return PENDING[self.value()][1](queryset, request.user, today()) if self.value() in PENDING else queryset


class NarrowingFilter(admin.SimpleListFilter):
    """Says of which difficulties: the figures above the list follow it."""

    narrowing = None

    def lookups(self, request, model_admin):
        return self.narrowing.choices()

    def queryset(self, request, queryset):
        return self.narrowing.narrow(queryset, self.value()) if self.value() else queryset


NARROWING = tuple(
    type(
        f"{narrowing.name.capitalize()}Filter", (NarrowingFilter,),
        {"narrowing": narrowing, "title": narrowing.label, "parameter_name": narrowing.name},
    )
    for narrowing in NARROWINGS
)  # fmt: skip
