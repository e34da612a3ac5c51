"""Needs on the desk: published or returned by the bureau, with the gap that is still open."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.matching import move_need
from projects.lamps import status_of
from projects.models import Need, NeedItem, Pledge, StandardReason
from registry.core.actions import next_number
from registry.core.addresses import desk_page
from registry.core.admin import Panel, RecordAdmin, RecordInline
from registry.core.dates import today
from registry.core.quantity import format_quantity
from registry.core.roles import Role

from .documents import documents_panel
from .fitting import fitting_organisations


class NeedItemInline(RecordInline):
    model = NeedItem
    fields = ("kind", "what", "amount", "quantity", "unit")


def gaps_panel(need):
    """What is wanted, accepted and still unmet: computed, never typed."""
    panel = Panel(
        _("Gap"),
        ((_("item"), ""), (_("wanted"), "num"), (_("promised"), "num"), (_("still unmet"), "num")),
        _("Nothing has been said to be wanted yet."),
        "gap",
    )
    for gap in need.gaps():
        item = gap.item.what or gap.item.get_kind_display()
        panel.add("", item, *(format_quantity(part, "exact") for part in (gap.wanted, gap.accepted, gap.unmet)))
    return panel


def pledges_panel(request, need):
    panel = Panel(
        _("Pledges"),
        ((_("number"), ""), (_("organisation"), ""), (_("status"), "")),
        _("Nobody has pledged towards it yet."),
        "pledges",
    )
    if request.user.has_perm("projects.view_pledge"):
        for pledge in Pledge.objects.within_scope_of(request.user).filter(need=need).select_related("organisation"):
            panel.add(desk_page(pledge), pledge.number, str(pledge.organisation), status_of(pledge))
    return panel


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("waits for")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("us", _("the bureau"))]

    def queryset(self, request, queryset):
        return queryset.filter(status=Need.Status.SUBMITTED) if self.value() == "us" else queryset


class ExpiryFilter(admin.SimpleListFilter):
    title = gettext_lazy("expiry")
    parameter_name = "expiry"

    def lookups(self, request, model_admin):
        return [("past", _("past its day, still open"))]

    def queryset(self, request, queryset):
        return queryset.past_expiry(today()) if self.value() == "past" else queryset


@admin.register(Need)
class NeedAdmin(RecordAdmin):
    list_display = ("number", "name", "county", "field", "urgency", "expires_on", "status")
    list_display_links = ("number", "name")
    list_filter = (QueueFilter, "status", "urgency", "field", "campaign", ExpiryFilter, "expires_on", "is_demo")
    list_select_related = ("county", "field")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Title or county, pinyin or initials.")
    autocomplete_fields = ("county",)
    fieldsets = (
        (
            None,
            {"fields": ("number", "name", ("campaign", "county", "field"), "place", "why", ("urgency", "expires_on"))},
        ),
        (gettext_lazy("Contact"), {"fields": (("contact_name", "contact_phone"),)}),
        (
            gettext_lazy("State"),
            {"fields": ("status", ("submitted_by", "submitted_at"), ("published_by", "published_at"), "is_demo")},
        ),
    )
    readonly_fields = ("number", "status", "submitted_by", "submitted_at", "published_by", "published_at", "is_demo")
    inlines = (NeedItemInline,)

    @staticmethod
    def move(record, *, to, by, reason=""):
        return move_need(need=record, to=to, by=by, reason=reason)

    def within(self, rows, user):
        """A partner bureau sees the published ones, without their contacts."""
        return rows.visible_to(user) if user.holds(Role.PARTNER) else super().within(rows, user)

    def masks(self, request):
        return not request.user.holds(Role.BUREAU)

    def get_readonly_fields(self, request, obj=None):
        """What others have pledged towards stays: campaign, county and field are settled by the submission."""
        fields = super().get_readonly_fields(request, obj)
        settled = obj is not None and obj.status in (*Need.PUBLIC, Need.Status.EXPIRED)
        return (*fields, "campaign", "county", "field") if settled else fields

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        first = [name for name in fieldsets[0][1]["fields"] if name != "number"]
        return [(None, {"fields": first}), *fieldsets[1:-1]]

    def standard_reasons(self, obj, target):
        if target != Need.Status.RETURNED:
            return ()
        return StandardReason.objects.filter(use=StandardReason.Use.RETURN_NEED).values_list("text", flat=True)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.number = next_number(Need, "XQ", today().year)
        super().save_model(request, obj, form, change)

    def panels(self, request, obj):
        own = (gaps_panel(obj), pledges_panel(request, obj))
        return (*own, *fitting_organisations(request, obj), documents_panel(request, obj))
