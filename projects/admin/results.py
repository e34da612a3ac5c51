"""Results on the desk: what a project brought, approved by a second person before it counts."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.lamps import status_of
from projects.models import Result, StandardReason
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Panel
from registry.core.dates import format_date
from registry.core.quantity import format_quantity
from registry.core.templatetags.values import percent

from .documents import documents_panel
from .parts import OfProjectAdmin


def results_panel(request, project):
    panel = Panel(
        _("Results"),
        (
            (_("indicator"), ""), (_("level"), ""), (_("target"), "num"), (_("reached"), "num"),
            (_("of the target"), "num"), (_("as of"), "nowrap"), (_("status"), ""),
        ),
        _("No result has been entered yet."),
        "results",
        new=(desk_new(Result, f"?project={project.pk}"), _("Enter a result"))
        if request.user.has_perm("projects.add_result")
        else None,
    )  # fmt: skip
    for result in project.results.all():
        panel.add(
            desk_page(result), result.indicator, result.get_level_display(),
            format_quantity(result.target, "exact") if result.planned is not None else "",
            format_quantity(result.reached, "exact") if result.actual is not None else "",
            percent(result.actual, result.planned),
            format_date(result.occurred_on, "table") if result.occurred_on else "", status_of(result),
        )  # fmt: skip
    return panel


@admin.register(Result)
class ResultAdmin(OfProjectAdmin):
    slug = "results"
    list_display = ("indicator", "project", "level", "reached_", "unit", "occurred_on", "status")
    list_filter = ("status", "level", "occurred_on", "is_demo")
    search_fields = ("indicator", "project__number", "project__name")
    fieldsets = (
        (None, {"fields": ("project", "indicator", ("level", "unit"))}),
        (None, {"fields": (("planned", "actual"), ("qualifier", "wording"), "occurred_on", "note")}),
        (
            gettext_lazy("State"),
            {"fields": ("status", ("submitted_by", "submitted_at"), ("approved_by", "approved_at"))},
        ),
    )
    readonly_fields = ("status", "submitted_by", "submitted_at", "approved_by", "approved_at")

    def frozen(self, obj):
        """What is being judged or counts already is not rewritten: it is returned first."""
        return obj.status in (Result.Status.SUBMITTED, Result.Status.APPROVED)

    def standard_reasons(self, obj, target):
        if target != Result.Status.RETURNED:
            return ()
        return StandardReason.objects.filter(use=StandardReason.Use.RETURN_RESULT).values_list("text", flat=True)

    def panels(self, request, obj):
        return (documents_panel(request, obj),)

    @admin.display(description=gettext_lazy("reached"), ordering="actual")
    def reached_(self, result):
        return format_quantity(result.reached, "exact") if result.actual is not None else None
