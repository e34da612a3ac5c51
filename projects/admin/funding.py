"""Funding lines on the desk: entered, confirmed, voided; never deleted and never moved."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.funding import confirm_receipt, excess_without, record_funding, void_funding
from projects.models import Funding
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Deed, Panel, ReasonForm, in_money
from registry.core.dates import format_date
from registry.core.forms import PlainTextField
from registry.core.templatetags.values import wan

from .documents import documents_panel
from .parts import OfProjectAdmin, adopt, typed

LINE = (
    "project", "state", "kind", "origin", "organisation", "enterprise", "is_joint", "amount", "qualifier", "wording",
    "goods", "quantity", "unit", "value_basis", "occurred_on", "voucher", "excess_reason", "note",
)  # fmt: skip


def party_of(line):
    return str(line.party) if line.party else _("joint, shares unknown")


def funding_panel(request, project, lines):
    """The lines of a project; voided ones stay, struck through."""
    panel = Panel(
        _("Funding lines (amounts in 10,000 yuan)"),
        (
            (_("state"), ""), (_("kind"), ""), (_("origin of the money"), ""), (_("party"), ""), (_("amount"), "num"),
            (_("date"), "nowrap"), (_("voucher"), ""), (_("receipt"), ""),
        ),
        _("No money, goods or service has been entered yet."),
        "funding",
        new=(desk_new(Funding, f"?project={project.pk}"), _("Enter a line"))
        if request.user.has_perm("projects.add_funding")
        else None,
    )  # fmt: skip
    for line in lines:
        panel.add(
            desk_page(line), line.get_state_display(), line.get_kind_display(), line.get_origin_display(),
            party_of(line), wan(line.money), format_date(line.occurred_on, "table") if line.occurred_on else "",
            line.voucher, " ".join(filter(None, (receipt_of(line), line.excess_reason))),
            css="voided" if line.is_voided else "",
        )  # fmt: skip
    return panel


def receipt_of(line):
    if line.is_voided:
        return _("voided: %s") % line.void_reason
    if line.confirmed_at:
        return _("confirmed on %s") % format_date(line.confirmed_at.date(), "table")
    return _("not confirmed yet") if line.state == Funding.State.RECEIVED else ""


class VoidedFilter(admin.SimpleListFilter):
    title = gettext_lazy("receipt")
    parameter_name = "receipt"

    def lookups(self, request, model_admin):
        return [("open", _("not confirmed yet")), ("confirmed", _("confirmed")), ("voided", _("voided"))]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return queryset.standing().filter(state=Funding.State.RECEIVED, confirmed_at__isnull=True)
        if self.value() == "confirmed":
            return queryset.standing().filter(confirmed_at__isnull=False)
        return queryset.filter(voided_at__isnull=False) if self.value() == "voided" else queryset


class BeyondFilter(admin.SimpleListFilter):
    """The data check of the money: what came to more than was committed, or was spent beyond what had arrived."""

    title = gettext_lazy("data check")
    parameter_name = "check"

    def lookups(self, request, model_admin):
        return [("beyond", _("beyond what was committed or received")), ("reason", _("with a reason for it"))]

    def queryset(self, request, queryset):
        if self.value() == "beyond":
            return queryset.filter(pk__in=Funding.objects.beyond().order_by().values("pk"))
        return queryset.standing().exclude(excess_reason="") if self.value() == "reason" else queryset


def void_form(request, line):
    """Where voiding leaves more than there is room for, the form asks for the reason of that too."""
    if excess_without(funding=line, by=request.user) is None:
        return ReasonForm

    class VoidForm(ReasonForm):
        excess_reason = PlainTextField(
            label=_("why what is left goes beyond its limit"), max_length=200,
            help_text=_("More would then be received than is committed, or more spent than received."),
        )  # fmt: skip

    return VoidForm


def may_confirm(line, user):
    return line.state == Funding.State.RECEIVED and not line.is_voided and line.confirmed_at is None


@admin.register(Funding)
class FundingAdmin(OfProjectAdmin):
    slug = "funding"
    list_display = (
        "project",
        "state",
        "kind",
        "origin",
        "party",
        "amount_wan",
        "occurred_on",
        "receipt",
        "excess_reason",
    )
    list_filter = ("state", VoidedFilter, BeyondFilter, "kind", "origin", "qualifier", "occurred_on", "is_demo")
    list_select_related = ("project", "organisation", "enterprise")
    autocomplete_fields = ("project", "organisation", "enterprise")
    fieldsets = (
        (None, {"fields": ("project", ("state", "kind", "origin"))}),
        (
            gettext_lazy("Who gives"),
            {
                "fields": ("organisation", "enterprise", "is_joint"),
                "description": gettext_lazy("Exactly one of the three. A company's money is mobilised money."),
            },
        ),
        (
            gettext_lazy("How much"),
            {"fields": ("amount", ("qualifier", "wording"), ("goods", "quantity", "unit"), "value_basis")},
        ),
        (gettext_lazy("Proof"), {"fields": (("occurred_on", "voucher"), "excess_reason", "note")}),
        (
            gettext_lazy("State"),
            {"fields": (("confirmed_by", "confirmed_at"), ("voided_by", "voided_at"), "void_reason")},
        ),
    )
    readonly_fields = ("confirmed_by", "confirmed_at", "voided_by", "voided_at", "void_reason")
    deeds = (
        Deed(
            "confirm", gettext_lazy("Confirm the receipt"), "projects.confirm_funding",
            lambda obj, by: confirm_receipt(funding=obj, by=by), offered=may_confirm, asks_reason=False,
            explains=gettext_lazy("You say that what this line names has arrived. The line takes no more edits then."),
        ),
        Deed(
            "void", gettext_lazy("Void the line"), "projects.void_funding",
            lambda obj, **data: void_funding(funding=obj, **data), needs_reason=True, danger=True, form=void_form,
            offered=lambda line, user: not line.is_voided,
            explains=gettext_lazy("The line stays visible, struck through, and leaves all totals. This is final."),
        ),
    )  # fmt: skip

    def frozen(self, obj):
        """What the county has confirmed, and what was voided, is not rewritten."""
        return obj.is_voided or obj.confirmed_at is not None

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            adopt(obj, record_funding(by=request.user, **typed(form, *LINE)))

    def panels(self, request, obj):
        return (documents_panel(request, obj),)

    @admin.display(description=gettext_lazy("party"))
    def party(self, line):
        return party_of(line)

    @admin.display(description=gettext_lazy("amount (10,000 yuan)"), ordering="amount")
    @in_money(lambda line: line.money)
    def amount_wan(self, line):
        return wan(line.money)

    @admin.display(description=gettext_lazy("receipt"))
    def receipt(self, line):
        return receipt_of(line)
