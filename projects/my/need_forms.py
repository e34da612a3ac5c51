"""What a county fills in about a need: its own facts, a line for each thing that is wanted, photos, a later day."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.field_filter import FieldChoice
from projects.models import Campaign, Field, Need
from projects.models.documents import DocumentKind
from projects.models.items import ItemKind
from registry.core.dates import today
from registry.core.forms import ChineseDateField, MoneyInput, PlainTextField, echo_where
from registry.core.quantity import Money, format_quantity, parse_money, parse_quantity

from .forms import PICTURES, FilesField

LINES, AT_ONCE = 20, 3
"""Things that one need can want, at most; and how many empty lines are offered at once."""

COLUMNS = (
    "name", "county", "place", "field", "campaign", "why", "urgency", "expires_on", "contact_name", "contact_phone",
)  # fmt: skip
"""What the form asks about the need itself, in its order."""


def _text(name, **kwargs):
    column = Need._meta.get_field(name)
    kwargs.setdefault("max_length", column.max_length)
    return PlainTextField(label=column.verbose_name, required=not column.blank, **kwargs)


class LastDayField(ChineseDateField):
    """A day that is not over yet."""

    def validate(self, value):
        super().validate(value)
        if value is not None and value < today():
            raise ValidationError(_("That day is over. Choose a later one."))


class NeedForm(forms.Form):
    """The need's own facts. `seen_version` is 0 where there is no draft yet."""

    seen_version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    name = _text("name", help_text=gettext_lazy("In a few words: what for, for whom."))
    county = forms.ModelChoiceField(label=gettext_lazy("county"), queryset=None, empty_label=None)
    place = _text("place", help_text=gettext_lazy("Township, village, school."))
    field = FieldChoice(label=gettext_lazy("field of help"), queryset=None, to_field_name="code", empty_label="—")
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("campaign"), queryset=Campaign.objects.order_by("-starts_on"), empty_label=None
    )
    why = _text(
        "why", multiline=True, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who is concerned, how many, what happens without it. No names of private persons."),
    )  # fmt: skip
    urgency = forms.ChoiceField(label=gettext_lazy("urgency"), choices=Need.Urgency.choices)
    expires_on = LastDayField(
        label=gettext_lazy("wanted until"), required=False,
        help_text=gettext_lazy("After this day it is flagged; you extend it or let it expire. Empty: no last day."),
    )  # fmt: skip
    contact_name = _text("contact_name")
    contact_phone = _text(
        "contact_phone", widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Shown to an organisation only after both sides have agreed; never published."),
    )  # fmt: skip

    def __init__(self, *args, counties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties
        self.fields["field"].queryset = Field.objects.active().order_by("scheme", "position", "code")


class ItemForm(forms.Form):
    """One thing that is wanted: money, or so much of something. A line without anything typed is no line."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=ItemKind.choices)
    what = PlainTextField(label=gettext_lazy("what"), required=False, max_length=100)
    measure = PlainTextField(
        label=gettext_lazy("how much"), required=False, max_length=60, widget=MoneyInput,
        help_text=gettext_lazy("Money: 72万. All else with its unit: 50张, 3场."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        echo_where(self, "measure", "kind", (ItemKind.MONEY,))

    def clean(self):
        typed = self.cleaned_data
        if typed.get("measure"):
            try:
                self._read(typed)
            except ValidationError as refusal:
                self.add_error("measure", refusal)
        elif typed.get("what") and "measure" not in self.errors:
            self.add_error("measure", _("Say how much is wanted, or empty the line."))
        return typed

    def _read(self, typed):
        is_money = typed.get("kind") == ItemKind.MONEY
        read = parse_money(typed["measure"]) if is_money else parse_quantity(typed["measure"], None)
        if not read.is_stated or not read.is_exact or read.value <= 0:
            raise ValidationError(_("Write an exact number, more than nothing."))
        if not is_money and not typed.get("what"):
            self.add_error("what", _("Say what it is: beds, lessons, advice."))
        typed["read"] = read

    @property
    def item(self):
        """The item for `save_need`, or None for an empty line."""
        typed = self.cleaned_data
        read = typed.get("read")
        if read is None:
            return None
        if typed["kind"] == ItemKind.MONEY:
            return {"kind": typed["kind"], "what": typed["what"], "amount": read.value}
        return {"kind": typed["kind"], "what": typed["what"], "quantity": read.value, "unit": read.unit}


def line_of(item):
    """An item as its line shows it."""
    measure = item.measure
    shown = measure if isinstance(measure, Money) else format_quantity(measure, "prose", "zh-hans")
    return {"kind": item.kind, "what": item.what, "measure": shown}


class NeedPhotosForm(forms.Form):
    """Pictures or the sealed need sheet; for those who work with the need, never public."""

    photos = FilesField(
        label=gettext_lazy("photos"), required=False, attrs={"accept": PICTURES},
        help_text=gettext_lazy("Several at once; JPEG or PNG. The public does not see them."),
    )  # fmt: skip
    sheets = FilesField(
        label=DocumentKind.NEED_SHEET.label, required=False, help_text=gettext_lazy("A scan with the seal, for one.")
    )


class LastDayForm(forms.Form):
    """A later day for a published need, or a new one for a need that is renewed."""

    seen_version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    expires_on = LastDayField(label=gettext_lazy("wanted until"))
    reason = PlainTextField(label=gettext_lazy("reason"), max_length=300)

    def __init__(self, *args, renews=False, **kwargs):
        super().__init__(*args, auto_id="id_day_%s", **kwargs)
        if renews:
            del self.fields["reason"]
            self.fields["expires_on"].required = False
