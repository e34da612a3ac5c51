"""The rule of the lamps on the desk: one row, which the bureau sets itself."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy

from projects.models import LampRule
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import RecordAdmin


@admin.register(LampRule)
class LampRuleAdmin(RecordAdmin):
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
        return super().has_add_permission(request) and not LampRule.objects.exists()

    def changelist_view(self, request, extra_context=None):
        """No list of one row: on to the row, or to the form that sets it for the first time."""
        rule = self.get_queryset(request).first()
        if rule is not None:
            return HttpResponseRedirect(desk_page(rule))
        if self.has_add_permission(request):
            return HttpResponseRedirect(desk_new(LampRule))
        return super().changelist_view(request, extra_context)
