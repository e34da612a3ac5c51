"""The period for which the figures above a list are counted: a parameter of the list's address that filters nothing."""

from django.contrib import admin
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.utils.translation import gettext_lazy

from registry.core.dates import today
from registry.core.periods import Period, choices_around


class PeriodOfFigures(admin.SimpleListFilter):
    """Lets `period` stand in the address of a list; its rows stay as they are."""

    title = gettext_lazy("period")
    parameter_name = "period"

    def lookups(self, request, model_admin):
        return [("", "")]

    def has_output(self):
        return False

    def queryset(self, request, queryset):
        return queryset


def period_of(request):
    """The period that the address names, else the quarter of today. A word that is no period is a bad request."""
    try:
        word = request.GET.get(PeriodOfFigures.parameter_name)
        return Period.read(word) if word else Period.containing(today(), "quarter")
    except ValidationError as fault:
        raise SuspiciousOperation(fault.message) from fault


def period_chips(period, address):
    """Chips of the periods to go on to; `address(parameters)` is the list's own address with them."""

    def chip(label, other, current=False):
        return {"label": label, "url": address({"period": str(other)}), "current": current, "count": None}

    (before, after), current = choices_around(period, today())
    return [
        chip(f"‹ {before.label}", before), chip(period.label, period, current=True), chip(f"{after.label} ›", after),
        *(chip(other.label, other) for other in current if other not in (before, after)),
    ]  # fmt: skip
