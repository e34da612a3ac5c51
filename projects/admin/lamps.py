"""The rule of the lamps on the desk: one row, which the bureau sets itself."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from projects.models import LampRule
from registry.core.admin import RecordAdmin


@admin.register(LampRule)
class LampRuleAdmin(RecordAdmin):
    list_display = ("__str__", "due_soon_days", "behind", "far_behind", "report_days", "palette")
    fieldsets = (
        (gettext_lazy("Steps"), {"fields": ("due_soon_days",)}),
        (
            gettext_lazy("Progress of a project against the straight line from its start to its planned end"),
            {"fields": (("behind", "far_behind"),)},
        ),
        (gettext_lazy("Monthly reports"), {"fields": ("report_days",)}),
        (gettext_lazy("Colours"), {"fields": ("palette",)}),
    )

    def has_add_permission(self, request):
        """Until there is one row, and not a second time."""
        match = request.resolver_match
        asked = match is not None and self.opts.model_name in (match.url_name or "")  # not for every page's menu
        return super().has_add_permission(request) and not (asked and LampRule.objects.exists())
