"""Campaigns, fields of help and standard reasons on the desk."""

from django.contrib import admin

from projects.models import Campaign, CampaignBureau, Field, StandardReason
from registry.core.admin import RecordAdmin, RecordInline


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


@admin.register(StandardReason)
class StandardReasonAdmin(RecordAdmin):
    list_display = ("text", "use", "position")
    list_filter = ("use",)
    search_fields = ("text",)
    fields = ("use", ("text", "text_en"), "position")
