"""Meetings and agreements on the desk."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import AgendaItem, Agreement, Attendance, Event, Signatory
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Panel, RecordAdmin, RecordInline, Way
from registry.core.admin.periods import PeriodOfFigures
from registry.core.dates import format_date

from .decisions import DecisionInline
from .documents import documents_panel
from .meetings import MeetingPages


def agreements_panel(request, owner):
    """The agreements of a project or a pledge."""
    panel = Panel(
        _("Agreements"),
        ((_("number"), ""), (_("title"), ""), (_("signed on"), "nowrap"), (_("signed at"), "")),
        _("No agreement has been entered yet."),
        "agreements",
        new=(desk_new(Agreement, f"?{owner._meta.model_name}={owner.pk}"), _("Enter an agreement"))
        if request.user.has_perm("projects.add_agreement")
        else None,
    )
    for agreement in owner.agreements.select_related("event"):
        panel.add(
            desk_page(agreement), agreement.number, agreement.name,
            format_date(agreement.signed_on, "table") if agreement.signed_on else "", str(agreement.event or ""),
        )  # fmt: skip
    return panel


class AttendanceInline(RecordInline):
    model = Attendance
    extra = 0
    fields = ("person", "title", "organisation", "body")
    autocomplete_fields = ("organisation",)
    select_related = ("organisation",)


class AgendaInline(RecordInline):
    model = AgendaItem
    extra = 0
    fields = ("position", "title", "need", "difficulty", "step", "notes")
    autocomplete_fields = ("need", "difficulty", "step")
    select_related = ("need", "difficulty", "step")


@admin.register(Event)
class EventAdmin(MeetingPages, RecordAdmin):
    change_list_template = "admin/projects/event/change_list.html"
    list_display = ("name", "kind", "starts_on", "place", "division", "attendees", "is_public", "status")
    list_filter = ("status", "kind", "campaign", "is_public", "starts_on", "is_demo", PeriodOfFigures)
    list_select_related = ("division",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name or place, pinyin or initials.")
    date_hierarchy = "starts_on"
    autocomplete_fields = ("division", "hosts")
    fieldsets = (
        (None, {"fields": ("name", ("campaign", "kind"), ("starts_on", "ends_on"), "date_note")}),
        (None, {"fields": (("place", "division"), "hosts", "summary", ("attendees", "attendees_qualifier"))}),
        (None, {"fields": ("is_public", "source")}),
        (gettext_lazy("State"), {"fields": ("status", "is_demo")}),
    )
    readonly_fields = ("status", "is_demo")
    inlines = (AttendanceInline, AgendaInline, DecisionInline)

    def panels(self, request, obj):
        return (documents_panel(request, obj),)


class SignatoryInline(RecordInline):
    model = Signatory
    fields = ("part", "organisation", "division", "body", "person", "title", "signed_on")
    autocomplete_fields = ("organisation", "division")
    select_related = ("organisation", "division")


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    list_display = ("number", "name", "project", "pledge", "signed_on", "event")
    list_filter = ("signed_on", "is_demo")
    list_select_related = ("project", "pledge", "event")
    search_fields = ("number", "name", "project__number", "project__name")
    date_hierarchy = "signed_on"
    autocomplete_fields = ("project", "pledge", "event")
    fields = ("number", "name", ("project", "pledge"), ("signed_on", "event"), "text")
    inlines = (SignatoryInline,)

    def buttons(self, request, obj):
        """The paper of one that was drafted from a pledge."""
        paper = [(Way(_("As a paper (docx)")), reverse("agreement-paper", args=(obj.pk,)))] if obj.pledge_id else []
        return [*super().buttons(request, obj), *paper]

    def panels(self, request, obj):
        return (documents_panel(request, obj),)
