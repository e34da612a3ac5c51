"""Circulars on the desk: their figures are frozen, and an issued one is not touched again."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Circular
from registry.core.admin import Panel, RecordAdmin
from registry.core.quantity import format_quantity


def figures_panel(circular):
    panel = Panel(
        _("Figures as frozen"),
        ((_("figure"), ""), (_("value"), "num"), (_("counting rule"), ""), (_("rows behind it"), "num")),
        _("No figure has been computed yet."),
        "figures",
    )
    for figure in circular.figures.all():
        panel.add("", figure.label, format_quantity(figure.quantity, "exact"), figure.rule, str(len(figure.row_ids)))
    return panel


@admin.register(Circular)
class CircularAdmin(RecordAdmin):
    list_display = ("title", "number", "kind", "period_from", "period_until", "as_of", "status")
    list_filter = ("status", "kind", "campaign", "is_demo")
    search_fields = ("title", "number")
    date_hierarchy = "as_of"
    fieldsets = (
        (None, {"fields": ("title", ("campaign", "kind"), "number", ("period_from", "period_until"), "as_of")}),
        (None, {"fields": ("rule", "text", "corrects", "explanation")}),
        (
            gettext_lazy("State"),
            {"fields": ("status", ("checked_by", "checked_at"), ("issued_by", "issued_at"), "digest")},
        ),
    )
    autocomplete_fields = ("corrects",)
    readonly_fields = ("status", "checked_by", "checked_at", "issued_by", "issued_at", "digest")

    def frozen(self, obj):
        """What was checked goes out as it was checked."""
        return obj.status != Circular.Status.DRAFT

    def panels(self, request, obj):
        return (figures_panel(obj),)
