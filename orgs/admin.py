"""Authorities, organisations, enterprises and memberships on the desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from orgs.actions import merge, rename
from orgs.credit_code import code_warnings, told_by
from orgs.joining import decide_membership
from orgs.models import Authority, Enterprise, FormerName, Membership, Organisation
from registry.core.actions import move
from registry.core.admin import Deed, ReasonForm, RecordAdmin, RecordInline
from registry.core.admin.versions import RecordForm
from registry.core.forms import ChineseDateField, PlainTextField
from registry.core.history import masked, name_actions
from registry.core.models import User
from registry.core.roles import Role

name_actions(
    {
        "organisation.rename": _("Renamed"),
        "organisation.merge": _("Merged into another"),
        "organisation.apply": _("Application received"),
        "membership.approved": _("Membership approved"),
        "membership.ended": _("Membership refused or ended"),
    }
)

FROM_CODE = ("kind", "level", "origin")
"""What a credit code tells, and so need not be asked."""


@admin.register(Authority)
class AuthorityAdmin(RecordAdmin):
    list_display = ("name", "level", "division")
    list_filter = ("level",)
    search_fields = ("name",)
    list_select_related = ("division",)
    autocomplete_fields = ("division",)
    fields = (("name", "name_en"), "level", "division")


class OrganisationForm(RecordForm):
    """Kind, level and place of registration may be left to the credit code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in FROM_CODE:
            if name in self.fields:
                self.fields[name].required = False

    def clean(self):
        cleaned = super().clean()
        told = told_by(cleaned.get("code") or "")
        for name in FROM_CODE:
            if name in self.fields and not cleaned.get(name) and name not in self.errors:
                if told.get(name):
                    cleaned[name] = told[name]
                else:
                    self.add_error(name, _("Choose one: the credit code does not tell it, or there is none."))
        return cleaned


class FormerNameInline(RecordInline):
    model = FormerName
    fields = ("name", "sort", "until", "source")


def merge_form(request, organisation):
    site = admin.site
    rows = site.get_model_admin(Organisation).get_queryset(request).exclude(pk=organisation.pk)

    class MergeForm(ReasonForm):
        into = forms.ModelChoiceField(
            label=_("merge into"),
            queryset=rows,
            widget=AutocompleteSelect(Organisation._meta.get_field("merged_into"), site),
            help_text=_("The organisation that remains. Projects, pledges and history of both stay as they are."),
        )

    return MergeForm


def rename_form(request, organisation):
    class RenameForm(ReasonForm):
        name = PlainTextField(label=_("new name"), max_length=200, initial=organisation.name)
        on = ChineseDateField(label=_("valid from"), required=False, help_text=_("Empty: from today."))

    return RenameForm


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    form = OrganisationForm
    list_display = ("name", "code", "kind", "level", "origin", "authority", "status", "is_demo")
    list_filter = ("status", "kind", "level", "origin", "is_charity", "is_chamber", "certainty", "is_demo")
    search_fields = ("name",)
    search_help_text = _("Name, former or short name, credit code, pinyin or initials.")
    list_select_related = ("authority",)
    autocomplete_fields = ("authority",)
    fieldsets = (
        (None, {"fields": ("name", "name_en", "code", ("kind", "level", "origin"), ("is_chamber", "is_charity"))}),
        (
            _("Registration"),
            {"fields": ("authority", "supervising_unit", "registered_on", "legal_representative", "address")},
        ),
        (_("Contact"), {"fields": (("contact_name", "contact_phone"),)}),
        (_("Sources"), {"fields": ("name_basis", "kind_basis", "registered_basis", "certainty", "note")}),
        (_("State"), {"fields": ("status", "merged_into", "is_demo")}),
    )  # fmt: skip
    readonly_fields = ("status", "merged_into", "is_demo")
    inlines = (FormerNameInline,)
    deeds = (
        Deed(
            "rename", _("Rename"), "orgs.change_organisation",
            lambda obj, **data: rename(organisation=obj, **data), form=rename_form,
            explains=_("The old name stays findable and is shown on papers of its time."),
        ),
        Deed(
            "merge", _("Merge into another"), "orgs.merge_organisation",
            lambda obj, **data: merge(organisation=obj, **data), needs_reason=True, danger=True, form=merge_form,
            offered=lambda obj, user: obj.status in Organisation.TAKING_PART,
            explains=_("For two entries of one organisation. It counts with the other from now on; nothing is lost."),
        ),
    )  # fmt: skip

    def within(self, rows, user):
        """The system administrator chooses among the registered ones, of which it sees what everybody sees."""
        return rows.visible_to(user) if user.holds(Role.SYSTEM_ADMIN) else super().within(rows, user)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if obj.code and "code" in form.changed_data:
            for warning in code_warnings(obj.code):
                messages.warning(request, warning)


@admin.register(Enterprise)
class EnterpriseAdmin(RecordAdmin):
    list_display = ("name", "code", "member_of")
    search_fields = ("name",)
    search_help_text = _("Name, credit code, pinyin or initials.")
    list_select_related = ("member_of",)
    autocomplete_fields = ("member_of",)
    fields = ("name", "code", "member_of", "note", "is_demo")
    readonly_fields = ("is_demo",)


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    list_display = ("user", "organisation", "status", "approved_by", "approved_at")
    list_filter = ("status",)
    search_fields = ("user__name", "user__username", "organisation__name")
    list_select_related = ("user", "organisation", "approved_by")
    autocomplete_fields = ("user", "organisation")
    fields = (
        "user", "username", "telephone", "organisation", "code", "organisation_status", "status", "status_reason",
        "approved_by", "approved_at",
    )  # fmt: skip
    readonly_fields = (
        "username", "telephone", "code", "organisation_status", "status", "status_reason", "approved_by", "approved_at",
    )  # fmt: skip

    def get_fields(self, request, obj=None):
        return super().get_fields(request, obj) if obj else ("user", "organisation")

    def has_change_permission(self, request, obj=None):
        """Who speaks for whom is applied for anew, not rewritten; the moves remain."""
        return obj is None and super().has_change_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        """With the applicant's telephone masked for who may not read it."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and self.masks(request):
            found.user.phone = masked(found.user.phone, User.personal["phone"])
        return found

    @staticmethod
    def move(membership, *, to, by, reason=""):
        if to == Membership.Status.APPLIED:
            return move(membership, to=to, by=by, reason=reason)
        return decide_membership(membership=membership, approve=to == Membership.Status.APPROVED, by=by, reason=reason)

    @admin.display(description=_("user name"))
    def username(self, membership):
        return membership.user.username

    @admin.display(description=_("telephone"))
    def telephone(self, membership):
        return membership.user.phone

    @admin.display(description=_("unified social credit code"))
    def code(self, membership):
        return membership.organisation.code

    @admin.display(description=_("status of the organisation"))
    def organisation_status(self, membership):
        return membership.organisation.get_status_display()
