"""Pledges on the desk: accepted or declined by the bureau, carried into a project once signed."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.matching import move_pledge
from projects.models import Pledge, StandardReason
from registry.core.admin import Panel, RecordAdmin
from registry.core.quantity import format_quantity

from .documents import documents_panel


def items_panel(pledge):
    panel = Panel(
        _("What is offered"),
        ((_("kind"), ""), (_("what"), ""), (_("quantity"), "num"), (_("towards item"), "")),
        _("Nothing has been offered yet."),
        "items",
    )
    for item in pledge.items.select_related("need_item"):
        towards = (item.need_item.what or item.need_item.get_kind_display()) if item.need_item else ""
        panel.add("", item.get_kind_display(), item.what, format_quantity(item.measure, "exact"), towards)
    return panel


@admin.register(Pledge)
class PledgeAdmin(RecordAdmin):
    """The organisation's words are not rewritten here: the bureau only says which project carries them."""

    list_display = ("number", "organisation", "need", "county", "field", "deliver_by", "status")
    list_filter = ("status", "campaign", "field", "deliver_by", "is_demo")
    list_select_related = ("organisation", "need", "county", "field")
    search_fields = ("number",)
    search_help_text = gettext_lazy("Number, organisation or need; pinyin or initials.")
    autocomplete_fields = ("project",)
    fieldsets = (
        (None, {"fields": ("number", "organisation", "campaign", "need", ("county", "field"), "text", "deliver_by")}),
        (gettext_lazy("Contact"), {"fields": (("contact_name", "contact_phone"),)}),
        (
            gettext_lazy("State"),
            {
                "fields": (
                    "status", ("submitted_by", "submitted_at"), ("accepted_by", "accepted_at"),
                    ("confirmed_by", "confirmed_at"), ("signed_by", "signed_at"), "project", "is_demo",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "number", "organisation", "campaign", "need", "county", "field", "text", "deliver_by", "contact_name",
        "contact_phone", "status", "submitted_by", "submitted_at", "accepted_by", "accepted_at", "confirmed_by",
        "confirmed_at", "signed_by", "signed_at", "is_demo",
    )  # fmt: skip

    @staticmethod
    def move(record, *, to, by, reason=""):
        return move_pledge(pledge=record, to=to, by=by, reason=reason)

    def has_add_permission(self, request):
        """An organisation pledges for itself."""
        return False

    def frozen(self, obj):
        return obj.status in (Pledge.Status.CARRIED, Pledge.Status.DECLINED, Pledge.Status.WITHDRAWN)

    def standard_reasons(self, obj, target):
        if target != Pledge.Status.DECLINED:
            return ()
        return StandardReason.objects.filter(use=StandardReason.Use.DECLINE_PLEDGE).values_list("text", flat=True)

    def panels(self, request, obj):
        return (items_panel(obj), documents_panel(request, obj))
