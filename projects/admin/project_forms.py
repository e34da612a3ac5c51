"""The form by which a project is logged."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties.models import Division
from orgs.models import Organisation
from projects.models import Campaign, Field, Participation, Project, Scheme, Site
from registry.core.admin.records import TypingSelect, TypingSelectMultiple
from registry.core.admin.versions import VersionedForm
from registry.core.dates import today


class LogProjectForm(VersionedForm):
    """What is asked when a project is logged; its number is given by the register.

    The page sets `user` and the `organisations` of the user's scope on its own subclass.
    """

    user = None
    organisations = Organisation.objects.none()

    lead = forms.ModelChoiceField(
        label=gettext_lazy("leading organisation"), required=False, queryset=Organisation.objects.none(),
        widget=TypingSelect(Participation._meta.get_field("organisation"), admin.site),
    )  # fmt: skip
    areas = forms.ModelMultipleChoiceField(
        label=gettext_lazy("fields of help"), required=False, queryset=Field.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The first of each scheme becomes the primary one."),
    )  # fmt: skip
    counties = forms.ModelMultipleChoiceField(
        label=gettext_lazy("counties"), required=False, queryset=Division.objects.none(),
        widget=TypingSelectMultiple(Site._meta.get_field("division"), admin.site),
        help_text=gettext_lazy("None is lawful, several are too: money is counted once all the same."),
    )  # fmt: skip
    details = (
        "name", "campaign", "year", "planned_start", "planned_end", "actual_start", "actual_end", "summary", "approach",
        "channel", "officer", "source", "quote", "caution",
    )  # fmt: skip

    class Meta:
        model = Project
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = self.organisations
        self.fields["areas"].queryset = fields = Field.objects.active()
        self.fields["areas"].choices = [
            (label, [(field.pk, str(field)) for field in fields if field.scheme == scheme])
            for scheme, label in Scheme.choices
        ]
        self.fields["counties"].queryset = Division.objects.today()
        self.fields["campaign"].initial = Campaign.objects.current()
        self.fields["year"].initial = today().year

    def clean(self):
        cleaned = super().clean()
        if not self.user.reads_everything and not cleaned.get("lead") and "lead" not in self.errors:
            self.add_error("lead", _("Name the organisation of your jurisdiction that leads the project."))
        return cleaned
