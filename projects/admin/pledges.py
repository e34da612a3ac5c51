"""Pledges on the desk: accepted or declined by the bureau, with what they offer and the gap at the moment."""

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.matching import move_pledge
from projects.actions.signing import take_back_signing
from projects.models import Pledge, StandardReason
from projects.signings import why_not_taken_back
from registry.core.admin import Deed, Panel, RecordAdmin
from registry.core.dates import format_date, today
from registry.core.quantity import Money, format_quantity

from .documents import documents_panel
from .events import agreements_panel
from .fitting import fitting_needs
from .needs import gaps_panel

WAITS_FOR_BUREAU = (Pledge.Status.SUBMITTED, Pledge.Status.CONFIRMED)


def items_panel(pledge):
    panel = Panel(
        _("What is offered"),
        (
            (_("kind"), ""), (_("what"), ""), (_("quantity"), "num"), (_("stated value"), "num"),
            (_("towards item"), ""), (_("given by"), ""),
        ),
        _("Nothing has been offered yet."),
        "items",
    )  # fmt: skip
    items = pledge.items.select_related("need_item", "enterprise").order_by(F("enterprise").asc(nulls_first=True), "pk")
    for item in items:
        towards = (item.need_item.what or item.need_item.get_kind_display()) if item.need_item else ""
        giver = _("mobilised: %s") % item.enterprise if item.enterprise else str(pledge.organisation)
        value = format_quantity(Money(item.declared), "exact") if item.declared is not None else ""
        measure = format_quantity(item.measure, "exact")
        panel.add("", item.get_kind_display(), item.what, measure, value, towards, giver)
    return panel


def instalments_panel(pledge):
    panel = Panel(
        _("Instalments"),
        ((_("to arrive by"), "nowrap"), (_("amount"), "num")),
        _("The money comes at once."),
        "instalments",
    )
    for part in pledge.instalments.all():
        panel.add("", format_date(part.due_on, "table"), format_quantity(Money(part.amount), "exact"))
    return panel


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("waits for")
    parameter_name = "queue"
    queues = {
        "us": (gettext_lazy("the bureau"), lambda rows: rows.filter(status__in=WAITS_FOR_BUREAU)),
        "decide": (gettext_lazy("the bureau's decision"), lambda rows: rows.filter(status=Pledge.Status.SUBMITTED)),
        "county": (gettext_lazy("the county"), lambda rows: rows.filter(status=Pledge.Status.ACCEPTED)),
        "sign": (gettext_lazy("the signing"), lambda rows: rows.filter(status=Pledge.Status.CONFIRMED)),
        "late": (gettext_lazy("an answer that is overdue"), lambda rows: rows.late(today())),
    }

    def lookups(self, request, model_admin):
        return [(word, label) for word, (label, _rows) in self.queues.items()]

    def queryset(self, request, queryset):
        return self.queues[self.value()][1](queryset) if self.value() in self.queues else queryset


@admin.register(Pledge)
class PledgeAdmin(RecordAdmin):
    """The organisation's words are not rewritten here: the bureau only says which project carries them."""

    list_display = ("number", "organisation", "need", "county", "field", "answer_by", "status")
    list_filter = (QueueFilter, "status", "campaign", "field", "deliver_by", "is_demo")
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
                    ("status", "answer_by"), ("submitted_by", "submitted_at"), ("accepted_by", "accepted_at"),
                    ("confirmed_by", "confirmed_at"), ("signed_by", "signed_at"), "project", "is_demo",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "number", "organisation", "campaign", "need", "county", "field", "text", "deliver_by", "contact_name",
        "contact_phone", "status", "answer_by", "submitted_by", "submitted_at", "accepted_by", "accepted_at",
        "confirmed_by", "confirmed_at", "signed_by", "signed_at", "is_demo",
    )  # fmt: skip

    deeds = (
        Deed(
            "unsign", gettext_lazy("Take the signing back"), "projects.sign_pledge",
            lambda pledge, **data: take_back_signing(pledge=pledge, **data), needs_reason=True, danger=True,
            offered=lambda pledge, user: pledge.status == Pledge.Status.CARRIED,
            explains=gettext_lazy(
                "Everything that this signing made goes again, also for the pledges signed together with this one: "
                "projects, checklists, funding lines and the dates of the agreements. All of them are confirmed again."
            ),
            lacks=lambda pledge, user: filter(None, [why_not_taken_back(pledge)]),
        ),
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
        own = [items_panel(obj), instalments_panel(obj)]
        if obj.need_id:
            own.append(gaps_panel(obj.need))
        return (*own, *fitting_needs(request, obj), agreements_panel(request, obj), documents_panel(request, obj))
