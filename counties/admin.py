"""Divisions, designations and postings on the desk."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from counties.models import Designation, Division, Posting, Succession
from registry.core.admin import RecordAdmin, RecordInline
from registry.core.dates import today
from registry.core.roles import Role


class DesignatedFilter(admin.SimpleListFilter):
    title = _("counts among the 62")
    parameter_name = "designated"

    def lookups(self, request, model_admin):
        return [("yes", _("yes"))]

    def queryset(self, request, queryset):
        return queryset.designated() if self.value() == "yes" else queryset


class InForceFilter(admin.SimpleListFilter):
    title = _("validity")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [("today", _("in force today")), ("abolished", _("abolished or renamed"))]

    def queryset(self, request, queryset):
        conditions = {"today": {"valid_to__isnull": True}, "abolished": {"valid_to__isnull": False}}
        return queryset.filter(**conditions.get(self.value(), {}))


class DesignationInline(RecordInline):
    model = Designation
    extra = 0
    fields = (
        "kind", "basis", "starts_on", "ends_on", "assessment_year", "approved_on", "counts", "source", "certainty",
        "delisting_certainty",
    )  # fmt: skip
    select_related = ("division",)


class SuccessionInline(RecordInline):
    model = Succession
    fk_name = "predecessor"
    extra = 0
    autocomplete_fields = ("successor",)
    select_related = ("predecessor", "successor")
    verbose_name_plural = _("successors")


@admin.register(Division)
class DivisionAdmin(RecordAdmin):
    list_display = ("name", "code", "level", "parent", "home", "valid_from", "valid_to")
    list_filter = (DesignatedFilter, "level", InForceFilter)
    search_fields = ("name",)
    search_help_text = _("Name, former name, code, pinyin or initials (fpx).")
    list_select_related = ("parent", "home")
    autocomplete_fields = ("parent", "home")
    fields = (("name", "name_en"), "code", ("level", "parent", "home"), ("valid_from", "valid_to"), "note", "is_demo")
    readonly_fields = ("is_demo",)
    inlines = (DesignationInline, SuccessionInline)
    ordering = ("code", "-valid_from")


class ServingFilter(admin.SimpleListFilter):
    title = _("serving")
    parameter_name = "serving"

    def lookups(self, request, model_admin):
        return [("now", _("today"))]

    def queryset(self, request, queryset):
        return queryset.current(today()) if self.value() == "now" else queryset


@admin.register(Posting)
class PostingAdmin(RecordAdmin):
    list_display = ("user", "division", "duty", "starts_on", "ends_on")
    list_filter = (ServingFilter,)
    search_fields = ("user__name", "user__username", "division__name")
    list_select_related = ("user", "division")
    autocomplete_fields = ("division",)
    fields = ("user", "division", "duty", ("starts_on", "ends_on"))

    def people(self, request):
        """Those whose scope is cut by a division."""
        return get_user_model().objects.filter(is_active=True).holding(Role.COUNTY, Role.PARTNER).order_by("name")
