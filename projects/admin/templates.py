"""Checklist templates on the desk: their steps, and a copy for another field or year."""

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.templates import copy_template
from projects.models import ChecklistTemplate, Field, TemplateStep
from projects.models.documents import DocumentKind
from projects.models.templates import EARLIER_ONLY
from registry.core.admin import Deed, ReasonForm, RecordAdmin, RecordInline
from registry.core.admin.records import RowForm
from registry.core.dates import FIRST_YEAR, LAST_YEAR
from registry.core.forms import PlainTextField


class TemplateStepForm(RowForm):
    evidence = forms.MultipleChoiceField(
        label=gettext_lazy("evidence required"), choices=DocumentKind.choices, required=False,
        widget=forms.SelectMultiple(attrs={"size": 3}),
    )  # fmt: skip


class TemplateStepFormSet(BaseInlineFormSet):
    """A step waits for an earlier one only, by the positions as they are typed now."""

    def clean(self):
        super().clean()
        rows = [form for form in self.forms if form.is_valid() and not self._should_delete_form(form)]
        places = {form.instance.pk: form.cleaned_data.get("position") for form in rows}
        for form in rows:
            before, place = form.cleaned_data.get("depends_on"), form.cleaned_data.get("position")
            if before and place is not None and places.get(before.pk, before.position) >= place:
                form.add_error("depends_on", EARLIER_ONLY)


class TemplateStepInline(RecordInline):
    model = TemplateStep
    form = TemplateStepForm
    formset = TemplateStepFormSet
    fk_name = "template"
    fields = (
        "position", "stage", "title", "title_en", "guidance", "side", "evidence", "due_after", "in_working_days",
        "depends_on",
    )  # fmt: skip

    def get_formset(self, request, obj=None, **kwargs):
        self.of_template = TemplateStep.objects.filter(template=obj)
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "depends_on":
            kwargs["queryset"] = self.of_template
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def copy_form(request, template):
    """What the copy is called and whom it is for."""

    class CopyForm(ReasonForm):
        name = PlainTextField(label=_("name"), max_length=200, initial=template.name)
        code = forms.SlugField(
            label=_("code"), max_length=40, initial=f"{template.code}-copy"[-40:],
            help_text=_("Letters, digits and hyphens; no other template may have it."),
        )  # fmt: skip
        field = forms.ModelChoiceField(
            label=_("field of help"), required=False, queryset=Field.objects.active(), initial=template.field_id,
            empty_label=_("all fields"),
        )  # fmt: skip
        year = forms.IntegerField(
            label=_("campaign year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, initial=template.year,
            help_text=_("Empty: for all years."),
        )  # fmt: skip

    return CopyForm


@admin.register(ChecklistTemplate)
class ChecklistTemplateAdmin(RecordAdmin):
    list_display = ("name", "kind", "field", "year", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("field",)
    search_fields = ("name", "code")
    fields = (("name", "name_en"), ("code", "kind"), ("field", "year"), "is_active")
    inlines = (TemplateStepInline,)
    deeds = (
        Deed(
            "copy", gettext_lazy("Copy for another year or field"), "projects.add_checklisttemplate",
            lambda obj, **data: copy_template(template=obj, **data), form=copy_form, asks_reason=False,
            explains=gettext_lazy("A template of its own with the same steps. Lists that are open stay as they are."),
        ),
    )  # fmt: skip
