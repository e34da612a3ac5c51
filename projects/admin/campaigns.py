"""Campaigns, fields of help, checklist templates and standard reasons on the desk."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.models import Campaign, CampaignBureau, ChecklistTemplate, Field, StandardReason, TemplateStep
from projects.models.documents import DocumentKind
from registry.core.admin import RecordAdmin, RecordInline
from registry.core.admin.records import RowForm


class BureauInline(RecordInline):
    model = CampaignBureau
    fields = ("authority", "part")
    autocomplete_fields = ("authority",)
    select_related = ("authority",)


@admin.register(Campaign)
class CampaignAdmin(RecordAdmin):
    list_display = ("name", "code", "scheme", "starts_on", "ends_on", "successor")
    list_select_related = ("successor",)
    search_fields = ("name", "code")
    fields = (
        ("name", "name_en"), ("code", "scheme"), ("starts_on", "ends_on"), "start_note", "appeal", "counting_rules",
        "successor",
    )  # fmt: skip
    inlines = (BureauInline,)


@admin.register(Field)
class FieldAdmin(RecordAdmin):
    list_display = ("name", "name_en", "scheme", "code", "position", "is_active")
    list_filter = ("scheme", "is_active")
    search_fields = ("name", "code")
    fields = (("name", "name_en"), ("code", "scheme"), ("position", "is_active"))


class TemplateStepForm(RowForm):
    evidence = forms.MultipleChoiceField(
        label=_("evidence required"), choices=DocumentKind.choices, required=False,
        widget=forms.SelectMultiple(attrs={"size": 3}),
    )  # fmt: skip


class TemplateStepInline(RecordInline):
    model = TemplateStep
    form = TemplateStepForm
    fk_name = "template"
    fields = ("position", "stage", "title", "title_en", "guidance", "side", "evidence", "due_after")


@admin.register(ChecklistTemplate)
class ChecklistTemplateAdmin(RecordAdmin):
    list_display = ("name", "kind", "field", "year", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("field",)
    search_fields = ("name", "code")
    fields = (("name", "name_en"), ("code", "kind"), ("field", "year"), "is_active")
    inlines = (TemplateStepInline,)


@admin.register(StandardReason)
class StandardReasonAdmin(RecordAdmin):
    list_display = ("text", "use", "position")
    list_filter = ("use",)
    search_fields = ("text",)
    fields = ("use", ("text", "text_en"), "position")
