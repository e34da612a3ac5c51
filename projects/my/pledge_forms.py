"""What an organisation types to pledge: sums, goods, when they come, and whom to ring."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties.filters import listed_counties
from orgs.models import Organisation
from projects.models import Campaign, Field, Pledge, PledgeItem
from projects.models.items import ItemKind
from registry.core.forms import ChineseDateField, MoneyInput, PlainTextField, QuantityField, YuanField, echo_where
from registry.core.quantity import format_quantity, parse_quantity, unit_word
from registry.core.templatetags.values import percent
from registry.core.text import compact, excerpt

LINES = 20
"""Lines of one pledge beside what the need wants, and instalments, at most."""

NAMED = 5
"""Counties named where several are meant."""

FEN = Decimal("0.01")
STATED_VALUE = PledgeItem._meta.get_field("declared").verbose_name


class ShareInput(MoneyInput):
    """Money that also says which share of a gap it is; a script keeps both up to date by ``data-gap`` (yuan)."""

    def __init__(self, gap):
        super().__init__({"data-gap": f"{gap.value:.2f}"})
        self.gap = gap

    def echo(self, understood):
        words = super().echo(understood)
        if not self.gap.value:
            return words
        return words + _(" (%(share)s of the gap)") % {"share": percent(understood, self.gap)}


class ExactQuantityField(QuantityField):
    """A quantity of `unit` without 约, 余 and the like: a promise is exact."""

    def validate(self, value):
        super().validate(value)
        if value.is_stated and not value.is_exact:
            raise _inexact(value)


def _inexact(value):
    return ValidationError(_("“%s” is not exact. Enter the number alone.") % value, code="inexact")


def _more_than_nothing(form, name):
    value = form.cleaned_data.get(name)
    if value is not None and not value:
        form.add_error(name, _("Enter more than nothing, or leave it empty."))


class WantedForm(forms.Form):
    """How much is offered of one thing that the need wants. Empty: nothing of it."""

    def __init__(self, *args, gap, **kwargs):
        super().__init__(*args, prefix=f"wanted-{gap.item.pk}", **kwargs)
        self.gap, item = gap, gap.item
        label = item.what or item.get_kind_display()
        unmet = _("still unmet: %(unmet)s of %(wanted)s") % {
            "unmet": format_quantity(gap.unmet, "exact"), "wanted": format_quantity(gap.wanted, "exact"),
        }  # fmt: skip
        common = {"required": False, "help_text": unmet}
        if item.kind == ItemKind.MONEY:
            self.fields["much"] = YuanField(label=label, widget=ShareInput(gap.unmet), **common)
        else:
            self.fields["much"] = ExactQuantityField(
                label=f"{label} ({unit_word(item.unit)})", unit=item.unit, **common
            )
            self.fields["declared"] = YuanField(
                label=STATED_VALUE,
                required=False,
                help_text=_("As you state it; leave it empty where it is not known."),
            )

    def clean(self):
        typed = self.cleaned_data
        _more_than_nothing(self, "declared")
        if typed.get("declared") and "much" in typed and self._number is None:
            self.add_error("much", _("Enter how much it is, or empty the line."))
        if self._number is not None and not self._number:
            self.add_error("much", _("Enter more than nothing, or leave it empty."))
        return typed

    @property
    def _number(self):
        much = self.cleaned_data.get("much")
        return much if much is None or isinstance(much, Decimal) else much.value

    def items(self):
        item, number = self.gap.item, self._number
        if number is None:
            return []
        is_money = item.kind == ItemKind.MONEY
        return [
            _item(item.kind, item.what, number, item.unit, None if is_money else self.cleaned_data["declared"], item)
        ]


def _item(kind, what, number, unit, declared, need_item=None, company=""):
    """The fields of an item as `save_pledge` takes them."""
    is_money = kind == ItemKind.MONEY
    return {
        "kind": kind, "what": what, "amount": number if is_money else None, "quantity": None if is_money else number,
        "unit": "" if is_money else unit, "declared": declared, "need_item": need_item, "company": company,
    }  # fmt: skip


class LineForm(forms.Form):
    """Something else that is offered, or what a member company gives. A line without anything typed is no line."""

    company = PlainTextField(
        label=gettext_lazy("member company"), required=False, max_length=200,
        help_text=gettext_lazy("Whose money or goods these are; leave it empty for the organisation's own."),
    )  # fmt: skip
    towards = forms.ChoiceField(label=gettext_lazy("kind"), initial=ItemKind.MONEY)
    what = PlainTextField(
        label=gettext_lazy("what"), required=False, max_length=100,
        help_text=gettext_lazy("For goods, service and know-how: what it is."),
    )  # fmt: skip
    much = PlainTextField(
        label=gettext_lazy("how much"), required=False, max_length=60, widget=MoneyInput,
        help_text=gettext_lazy("A sum such as 72万, or a number with its unit such as 200张."),
    )  # fmt: skip
    declared = YuanField(label=STATED_VALUE, required=False)

    def __init__(self, *args, wanted, mobilises, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        kinds = ItemKind.choices
        if wanted:
            items = [(str(key), item.what or item.get_kind_display()) for key, item in wanted.items()]
            kinds = [(_("What the need wants"), items), (_("Something else"), kinds)]
            self.fields["towards"].initial = items[0][0] if mobilises else ItemKind.GOODS
        self.fields["towards"].choices = kinds
        money = (str(key) for key, item in (wanted or {}).items() if item.kind == ItemKind.MONEY)
        echo_where(self, "much", "towards", (ItemKind.MONEY, *money))
        if not mobilises:
            del self.fields["company"]

    def clean(self):
        typed = self.cleaned_data
        _more_than_nothing(self, "declared")
        if self.errors or self.is_empty:
            return typed
        if not typed["much"]:
            self.add_error("much", _("Enter how much it is, or empty the whole line."))
            return typed
        try:
            self.item = self._read()
        except ValidationError as fault:
            self.add_error(None if hasattr(fault, "error_dict") else "much", fault)
        return typed

    @property
    def is_empty(self):
        return not any(self.cleaned_data.get(name) for name in ("company", "what", "much", "declared"))

    def _read(self):
        typed = self.cleaned_data
        wanted = self.wanted.get(int(typed["towards"])) if typed["towards"].isdigit() else None
        kind = wanted.kind if wanted else typed["towards"]
        what, company = wanted.what if wanted else typed["what"], typed.get("company", "")
        if kind == ItemKind.MONEY:
            if typed["declared"]:
                raise ValidationError({"declared": _("Only goods and services have a stated value.")})
            return _item(kind, what, _positive(YuanField().clean(typed["much"])), "", None, wanted, company)
        if not what:
            raise ValidationError({"what": _("Say what it is.")})
        much = parse_quantity(typed["much"], wanted.unit if wanted else None)
        if much.is_stated and not much.is_exact:
            raise _inexact(much)
        return _item(kind, what, _positive(much.value), much.unit, typed["declared"], wanted, company)

    def items(self):
        return [self.item] if hasattr(self, "item") else []


def _positive(number):
    if not number:
        raise ValidationError(_("Enter more than nothing, or leave it empty."))
    return number


class CountyField(PlainTextField):
    """A county by its name, code, pinyin or initials; gives the one that is meant."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        counties = listed_counties()
        found = list(counties.filter(name=text)) or list(counties.search(text)[: NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(
                _("No county is called “%s”. Type its name or the initials of its pinyin.") % excerpt(text)
            )
        names = _(", ").join(county.name for county in found[:NAMED])
        raise ValidationError(
            _("“%(text)s” may be: %(names)s. Type more of it.") % {"text": excerpt(text), "names": names}
        )


class TargetForm(forms.Form):
    """Whom a free pledge is for."""

    county = CountyField(
        label=gettext_lazy("county"), max_length=60, help_text=gettext_lazy("Name or pinyin initials, such as fpx."),
        widget=forms.TextInput(attrs={"list": "counties", "autocomplete": "off"}),
    )  # fmt: skip
    field = forms.ModelChoiceField(label=gettext_lazy("field of help"), queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        campaign = Campaign.objects.current()
        self.fields["field"].queryset = Field.objects.active().filter(scheme=campaign.scheme if campaign else "")


class StartForm(forms.Form):
    """Who pledges; `once` makes one pledge of a button pressed twice."""

    organisation = forms.TypedChoiceField(label=gettext_lazy("organisation"), coerce=int)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, givers, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.choices = [(giver.pk, giver.name) for giver in givers]
        if len(givers) == 1:
            field.widget, field.initial = forms.HiddenInput(), givers[0].pk


def givers_of(user):
    """The active organisations that `user` speaks for."""
    rows = Organisation.objects.filter(
        memberships__in=user.memberships.approved(), status=Organisation.Status.ACTIVE
    )  # fmt: skip
    return list(rows.select_related("authority").distinct())


@dataclass(frozen=True)
class Share:
    """A part of the whole sum: 40%."""

    percent: Decimal


class PartField(YuanField):
    """An instalment as a sum or as a share of the whole (40%, ４０％); gives a Decimal of yuan, a `Share` or None."""

    widget = MoneyInput

    def to_python(self, value):
        text = compact(value) if isinstance(value, str) else ""
        if not text.endswith("%"):
            return super().to_python(value)
        part = forms.DecimalField(min_value=0, max_value=100, decimal_places=2).clean(text.removesuffix("%"))
        return Share(part)


class InstalmentForm(forms.Form):
    due_on = ChineseDateField(label=gettext_lazy("to arrive by"), required=False)
    amount = PartField(
        label=gettext_lazy("sum or share"), required=False, help_text=gettext_lazy("28.8万, or 40% of the whole.")
    )

    def clean(self):
        typed = self.cleaned_data
        if "amount" in typed and "due_on" in typed and bool(typed["amount"]) != bool(typed["due_on"]):
            self.add_error("due_on" if typed["amount"] else "amount", _("Each instalment needs a day and a sum."))
        return typed


class InstalmentsBase(forms.BaseFormSet):
    def clean(self):
        days = [form.cleaned_data.get("due_on") for form in self.forms if form.is_valid() and form.cleaned_data]
        days = [day for day in days if day]
        if len(days) != len(set(days)):
            raise ValidationError(_("Two instalments are to arrive on one day: put them together."))

    def parts(self, whole):
        """The instalments as `save_pledge` takes them, shares reckoned from the `whole` in yuan, to the fen. Shares
        that come to 100% come to the whole: what rounding leaves is the last one's."""
        typed = [form.cleaned_data for form in self.forms if form.cleaned_data.get("amount")]
        parts = [
            {"due_on": one["due_on"], "amount": _sum_of(one["amount"], whole)}
            for one in sorted(typed, key=lambda one: one["due_on"])
        ]
        shares = [one["amount"].percent for one in typed if isinstance(one["amount"], Share)]
        if parts and len(shares) == len(parts) and sum(shares) == 100:
            parts[-1]["amount"] += whole - sum(part["amount"] for part in parts)
        return parts


def _sum_of(amount, whole):
    if not isinstance(amount, Share):
        return amount
    return (whole * amount.percent / 100).quantize(FEN, ROUND_HALF_UP)


class TermsForm(forms.Form):
    """When it comes and whom to ring."""

    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    deliver_by = ChineseDateField(label=Pledge._meta.get_field("deliver_by").verbose_name, required=False)
    contact_name = PlainTextField(label=gettext_lazy("contact"), max_length=60)
    contact_phone = PlainTextField(
        label=gettext_lazy("contact's telephone"), max_length=30,
        help_text=gettext_lazy("The county learns them once it has confirmed, not before."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    text = PlainTextField(
        label=Pledge._meta.get_field("text").verbose_name, required=False, multiline=True, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In your own words, where the lines do not say it all."),
    )  # fmt: skip


class ReadForm(forms.Form):
    """The notice was read."""

    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=gettext_lazy(
            "I have read the notice: a pledge is voluntary, and can be withdrawn until the county has confirmed it."
        ),
        error_messages={"required": gettext_lazy("Read the notice and tick it, then submit.")},
    )


class ReasonForm(forms.Form):
    """Why something is declined or taken back, of the record as the person saw it."""

    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    reason = PlainTextField(label=gettext_lazy("reason"), required=False, max_length=300)
