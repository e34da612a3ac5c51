"""What organisations and counties fill in: fields that understand how people write, on a phone too."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organisation
from projects.models import Difficulty, Funding, MonthlyReport, ReportedMoney
from projects.models.documents import DocumentKind
from projects.months import end_of
from registry.core.dates import today
from registry.core.forms import ChineseDateField, MoneyField, PlainTextField, QuantityField
from registry.core.quantity import Quantity, unit_word
from registry.core.text import compact

TEXTS = ("progress", "done", "problems", "next_steps")
LINES = 20
"""Lines of money in one report, at most."""

PICTURES = "image/jpeg,image/png"


class PercentField(forms.IntegerField):
    """0 to 100; 75, 75% and ７５％ are read."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=100, **kwargs)

    def to_python(self, value):
        return super().to_python(compact(value).removesuffix("%") if isinstance(value, str) else value)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; gives a list."""

    def __init__(self, **kwargs):
        super().__init__(max_length=255, widget=SeveralFiles(attrs=kwargs.pop("attrs", {})), **kwargs)

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(file, initial) for file in files]


def _area(name, rows):
    field = MonthlyReport._meta.get_field(name)
    return PlainTextField(
        label=field.verbose_name, required=False, multiline=True, max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class ReportForm(forms.Form):
    """The report's own fields. `seen_version` is 0 where there was no draft yet."""

    seen_version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    progress = PercentField(label=MonthlyReport._meta.get_field("progress").verbose_name, required=False)
    done = _area("done", 3)
    problems = _area("problems", 2)
    next_steps = _area("next_steps", 2)


class MoneyLineForm(forms.Form):
    """One sum that arrived or was spent. A line without anything typed is no line."""

    state = forms.ChoiceField(
        label=ReportedMoney._meta.get_field("state").verbose_name, choices=ReportedMoney.State.choices,
        initial=ReportedMoney.State.RECEIVED,
    )  # fmt: skip
    amount = MoneyField(
        label=gettext_lazy("amount"), required=False, help_text=gettext_lazy("72万, 0.5亿 and 约72万 are understood.")
    )
    organisation = forms.TypedChoiceField(
        label=ReportedMoney._meta.get_field("organisation").verbose_name, required=False, empty_value=None, coerce=int
    )
    occurred_on = ChineseDateField(label=gettext_lazy("date"), required=False)
    voucher = PlainTextField(label=gettext_lazy("voucher"), required=False, max_length=60)
    excess_reason = PlainTextField(
        label=ReportedMoney._meta.get_field("excess_reason").verbose_name, required=False, max_length=200,
        help_text=gettext_lazy("Only where more arrived than was committed, or was spent than arrived."),
    )  # fmt: skip

    def __init__(self, *args, parties, **kwargs):
        super().__init__(*args, **kwargs)
        self.parties = parties
        self.fields["organisation"].choices = [
            ("", _("jointly, shares unknown")), *((one.pk, str(one)) for one in parties.values())
        ]  # fmt: skip

    def clean(self):
        typed = self.cleaned_data
        if "amount" in typed and not typed["amount"].is_stated and any(
            typed.get(name) for name in ("occurred_on", "voucher", "excess_reason")
        ):  # fmt: skip
            self.add_error("amount", _("Enter the amount, or empty the whole line."))
        return typed

    @property
    def line(self):
        """The line for `save_report`, or None for an empty one."""
        typed = self.cleaned_data
        if not typed or not typed["amount"].is_stated:
            return None
        return {
            "state": typed["state"], "amount": typed["amount"].value, "qualifier": typed["amount"].qualifier,
            "organisation": self.parties.get(typed["organisation"]), "occurred_on": typed["occurred_on"],
            "voucher": typed["voucher"], "excess_reason": typed["excess_reason"],
        }  # fmt: skip


class ResultsForm(forms.Form):
    """How far each result of the project is, cumulative, in its own unit."""

    def __init__(self, *args, results, **kwargs):
        super().__init__(*args, **kwargs)
        self.results = {f"result-{result.pk}": result for result in results}
        for name, result in self.results.items():
            self.fields[name] = QuantityField(
                unit=result.unit, required=False, label=f"{result.indicator} ({unit_word(result.unit)})",
                help_text=_("Target: %s") % result.target if result.planned is not None else "",
            )  # fmt: skip

    def told(self):
        """{result: (reached, precision)} of what could be read."""
        read = {self.results[name]: value for name, value in self.cleaned_data.items()}
        return {result: (value.value, value.qualifier) for result, value in read.items()}


def as_quantity(result, reached, qualifier):
    return Quantity(reached, result.unit, qualifier=qualifier)


class PhotosForm(forms.Form):
    """Pictures taken on the spot; day and place are kept with each."""

    photos = FilesField(
        label=gettext_lazy("photos"), required=False, attrs={"accept": PICTURES},
        help_text=gettext_lazy("Several at once; JPEG or PNG."),
    )  # fmt: skip
    dated = ChineseDateField(label=gettext_lazy("taken on"), required=False)
    place = PlainTextField(label=gettext_lazy("place"), required=False, max_length=200)

    def __init__(self, *args, month, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = min(today(), end_of(month))


class EvidenceForm(forms.Form):
    """Files for a step: what is missing is chosen already."""

    files = FilesField(label=gettext_lazy("files"), required=False, help_text=gettext_lazy("Several at once."))
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=DocumentKind.choices)
    dated = ChineseDateField(label=gettext_lazy("date of the document"), required=False)
    place = PlainTextField(label=gettext_lazy("place"), required=False, max_length=200)
    note = PlainTextField(
        label=gettext_lazy("note for the one who signs off"), required=False, multiline=True, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class ReceivedForm(forms.Form):
    """Money that an organisation has paid: an instalment with its voucher."""

    organisation = forms.TypedChoiceField(label=gettext_lazy("organisation"), coerce=int)
    amount = MoneyField(label=gettext_lazy("amount"), help_text=gettext_lazy("72万 and 0.5亿 are understood."))
    origin = forms.ChoiceField(
        label=Funding._meta.get_field("origin").verbose_name,
        choices=[choice for choice in Funding.Origin.choices if choice[0] != Funding.Origin.MOBILISED],
    )
    occurred_on = ChineseDateField(label=gettext_lazy("date"), initial=today)
    voucher = PlainTextField(label=gettext_lazy("voucher number"), max_length=60)
    files = FilesField(label=gettext_lazy("scan of the voucher"), required=False)
    excess_reason = PlainTextField(
        label=gettext_lazy("why more than was committed"), required=False, max_length=200,
        help_text=gettext_lazy("Only where more arrived than was committed, or was spent than arrived."),
    )  # fmt: skip

    def __init__(self, *args, givers, **kwargs):
        super().__init__(*args, **kwargs)
        self.givers = givers
        self.fields["organisation"].choices = [(one.pk, str(one)) for one in givers.values()]


def givers_of(project, user):
    """{key: organisation} of the project's parties for which `user` may enter money."""
    rows = Organisation.objects.within_scope_of(user).filter(participations__project=project)
    return {one.pk: one for one in rows.distinct().order_by("name")}


class ProjectChoice(forms.ModelChoiceField):
    """A project by number and name: in one county several are called alike."""

    def label_from_instance(self, project):
        return f"{project.number} {project.name}"


class DifficultyForm(forms.Form):
    project = ProjectChoice(label=gettext_lazy("project"), queryset=None)
    title = PlainTextField(label=gettext_lazy("difficulty"), max_length=200)
    detail = PlainTextField(
        label=gettext_lazy("details"), required=False, multiline=True, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    side = forms.ChoiceField(label=gettext_lazy("raised by the side"))
    level = forms.ChoiceField(label=gettext_lazy("level"), choices=Difficulty.Level.choices)
    wanted_from = forms.ChoiceField(label=gettext_lazy("help wanted from"))
    wanted_by = ChineseDateField(label=gettext_lazy("wanted by"), required=False)

    def __init__(self, *args, projects, sides, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects
        self.fields["side"].choices, self.fields["wanted_from"].choices = sides, sources
        if len(sides) == 1:
            self.fields["side"].widget, self.fields["side"].initial = forms.HiddenInput(), sides[0][0]
