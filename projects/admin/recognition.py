"""Praise and awards, and sourced statements on the desk."""

from django.contrib import admin
from django.forms import Textarea
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Commendation, Objection, Statement
from registry.core.addresses import desk_page
from registry.core.admin import RecordAdmin
from registry.core.admin.deeds import ReasonForm
from registry.core.admin.panels import Panel
from registry.core.dates import format_instant
from registry.core.forms import PlainTextField
from registry.core.quantity import format_quantity

from .documents import documents_panel


@admin.register(Commendation)
class CommendationAdmin(RecordAdmin):
    list_display = ("title", "kind", "level", "nominee", "notice_from", "notice_until", "status")
    list_filter = ("status", "kind", "level", "campaign", "is_demo")
    list_select_related = ("organisation", "project")
    search_fields = ("title", "organisation__name", "project__name")
    autocomplete_fields = ("organisation", "project")
    fieldsets = (
        (None, {"fields": ("title", ("campaign", "kind", "level"), ("organisation", "project"), "grounds")}),
        (_("Public notice"), {"fields": (("notice_from", "notice_until"),)}),
        (
            _("State"),
            {
                "fields": (
                    "status", ("proposed_by", "proposed_at"), ("reviewed_by", "reviewed_at"),
                    ("granted_by", "granted_at"),
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "status", "proposed_by", "proposed_at", "reviewed_by", "reviewed_at", "granted_by", "granted_at",
    )  # fmt: skip

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]

    def frozen(self, obj):
        """What the public was shown stays as it was shown."""
        return obj.status in (*Commendation.PUBLIC, Commendation.Status.REFUSED)

    def save_model(self, request, obj, form, change):
        """Who enters it proposes it, and so does not review it."""
        if not change:
            obj.proposed_by, obj.proposed_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)

    def panels(self, request, obj):
        return objections_panel(request, obj), documents_panel(request, obj)

    @admin.display(description=_("nominee"))
    def nominee(self, commendation):
        return commendation.nominee


def objections_panel(request, commendation):
    """The objections that came in, and the way to the dossier that is drawn from the register."""
    panel = Panel(
        _("Objections"),
        ((_("receipt number"), ""), (_("received at"), "nowrap"), (_("status"), ""), (_("answer"), "")),
        _("No objection came in."),
        "objections",
        more=(reverse("praise-dossier", args=(commendation.pk,)), _("Dossier drawn from the register")),
    )
    for objection in commendation.objections.within_scope_of(request.user):
        panel.add(
            desk_page(objection), objection.receipt, format_instant(objection.received_at, "table"),
            objection.get_status_display(), objection.answer,
        )  # fmt: skip
    return panel


class AnswerForm(ReasonForm):
    """The answer to an objection: the reason of the move, which the public notice and the receipt show."""

    reason = PlainTextField(
        label=_("answer"), multiline=True, max_length=300, widget=Textarea(attrs={"rows": 4}),
        help_text=_("The public reads it at the notice, and who objected by the receipt number. Name no persons."),
    )  # fmt: skip


@admin.register(Objection)
class ObjectionAdmin(RecordAdmin):
    """Read and answered, never written: objections come by the page of the public notice."""

    list_display = ("receipt", "commendation", "received_at", "status", "answered_at")
    list_filter = ("status", "is_demo")
    list_select_related = ("commendation",)
    search_fields = ("receipt", "commendation__title")
    fields = ("receipt", "commendation", "text", ("name", "contact"), "received_at", "status", "status_reason",
              ("answered_by", "answered_at"))  # fmt: skip
    readonly_fields = ("receipt", "received_at", "status", "status_reason", "answered_by", "answered_at")

    def has_add_permission(self, request):
        return False

    def form_of_move(self, lawful):
        return lambda request, obj: AnswerForm


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    list_display = ("title", "value_", "source", "as_of", "as_of_text", "is_headline")
    list_filter = ("campaign", "is_headline")
    search_fields = ("title", "code", "source")
    fields = (
        ("campaign", "code"), ("title", "title_en"), ("value", "unit"), ("qualifier", "wording"), "text", "quote",
        "source", ("as_of", "as_of_text"), "note", ("is_headline", "position"),
    )  # fmt: skip

    @admin.display(description=_("value"))
    def value_(self, statement):
        return format_quantity(statement.quantity) if statement.quantity else statement.text
