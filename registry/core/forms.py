"""Form fields that understand what people in China type, and say what they understood."""

import datetime
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import yesno
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from registry.core.dates import format_date, parse_date
from registry.core.quantity import (
    MONEY_LIMIT,
    QUANTITY_LIMIT,
    Money,
    Quantity,
    format_quantity,
    parse_money,
    parse_quantity,
)
from registry.core.text import clean_text, excerpt


class OpenForm(forms.Form):
    """A form that anybody may send. People do not see the field `website`: who fills it in is a program."""

    website = forms.CharField(
        label=_("Leave this empty"), required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    @property
    def asked(self):
        """The fields that people see."""
        return [field for field in self if field.name != "website"]

    @property
    def is_of_a_program(self):
        return bool(self.data.get("website"))


class PlainTextField(forms.CharField):
    """Text by the rules of ``clean_text``; ``multiline`` keeps line breaks."""

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        if multiline:
            kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text and (clean_text(text, multiline=self.multiline) or self.empty_value)


class ChineseDateField(forms.DateField):
    """A day, written in any of the ways of ``parse_date``; gives a date or None."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off", "placeholder": "2021-11-01"})

    def to_python(self, value: Any) -> datetime.date | None:
        return parse_date(value) if isinstance(value, str) else super().to_python(value)


class MoneyInput(forms.TextInput):
    """A text input followed by what it was understood to be (= 720,000.00 元).

    The server fills the echo for a value that it knows; a script may keep it up to date while somebody types, by
    the attributes ``data-echo`` (on the input) and ``data-echo-for`` (on the output).
    """

    is_money = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-echo": "yuan", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Text that ``parse_money`` reads back as the same value."""
        if isinstance(value, Decimal):
            value = Money(value)
        if not isinstance(value, Money):
            return super().format_value(value)
        if value.value is None:
            return ""
        if value.is_exact:
            return f"{value.value:,.2f}"
        text = format_quantity(value, "prose", "zh-hans")
        return text if _read(text) == value else format_quantity(value, "exact", "zh-hans")

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        understood = _read(value)
        echo = self.echo(understood) if self.is_money and understood and understood.is_stated else ""
        return format_html(
            '{} <output class="echo" for="{}" data-echo-for="{}">{}</output>',
            super().render(name, value, attrs, renderer),
            (attrs or {}).get("id", ""),
            name,
            echo,
        )

    def echo(self, understood: Money) -> str:
        return f"= {format_quantity(understood, 'exact')}"


def echo_where(form: forms.Form, field: str, beside: str, values: Collection[str]) -> None:
    """Have a `MoneyInput` echo only where the choice `beside` it is one of `values`: fifty beds are not 50.00 yuan."""
    widget, chosen = form.fields[field].widget, form[beside].value()
    widget.attrs["data-echo-when"] = f"{beside}:{','.join(values)}"
    widget.is_money = chosen is None or str(chosen) in values


def _read(value: Any) -> Money | None:
    """The money that a bound or initial value stands for; None where it cannot be read."""
    if isinstance(value, Money):
        return value
    if isinstance(value, Decimal):
        return Money(value)
    try:
        return parse_money(value, limit=Decimal("Infinity")) if isinstance(value, str) else None
    except ValidationError:
        return None


class _QuantityField(forms.Field):
    """What fields share that give a quantity: an empty one gives a quantity that is not stated."""

    def validate(self, value: Any) -> None:
        if self.required and not value.is_stated:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return not self.disabled and self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MoneyField(_QuantityField):
    """Money with its qualifier and wording, as people write it (约21.88亿元); gives ``Money``."""

    widget = MoneyInput

    def __init__(self, *, limit: Decimal = MONEY_LIMIT, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Money):
            return value
        if value is None or isinstance(value, Decimal):
            return Money(value)
        return parse_money(str(value), limit=self.limit)


class YuanField(MoneyField):
    """The amount alone, for a model that keeps the qualifier in a field of its own; gives a Decimal or None.

    Refuses 约, 余 and the like: dropping the word in silence would make the figure exact.
    """

    def to_python(self, value: Any) -> Decimal | None:
        money = super().to_python(value)
        if money.is_stated and not money.is_exact:
            message = _("“%(text)s” is not exact. Enter the number alone, and choose in its own field how exact it is.")
            raise ValidationError(message, code="inexact", params={"text": excerpt(str(value))})
        return money.value

    def validate(self, value: Decimal | None) -> None:
        forms.Field.validate(self, value)


class QuantityField(_QuantityField):
    """A number of ``unit``, or of the unit written behind it; gives a ``Quantity``."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, *, unit: str | None = None, limit: Decimal = QUANTITY_LIMIT, **kwargs: Any) -> None:
        self.unit, self.limit = unit, limit
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Quantity):
            return value
        return format_quantity(value, "prose", "zh-hans") if value.is_stated else ""

    def to_python(self, value: Any) -> Quantity:
        if isinstance(value, Quantity):
            return value
        return parse_quantity("" if value is None else str(value), self.unit, limit=self.limit)


def refused(form, refusal):
    """Put what an action answered, a ValidationError, beside the field that it names, or above the form."""
    named = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
    for name, words in named.items():
        for word in words:
            form.add_error(name if name in form.fields else None, word)


def both_versions(rows):
    """[(label, what stands now, what was typed)] in words, of those `rows` in which the two differ: what
    `partials/both_versions.html` shows where somebody else was faster. `rows` holds such triples of values."""
    told = ((label, plain_words(now), plain_words(typed)) for label, now, typed in rows)
    return [(label, now, typed) for label, now, typed in told if now != typed]


def plain_words(value):
    """A value as it is typed; nothing is "", a day has its short form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return yesno(value)
    return format_date(value, "table") if isinstance(value, datetime.date) else str(value)


def sees(form, version):
    """Let a form be sent again as it was filled in, over the `version` of its record that stands now."""
    form.data = form.data.copy()  # a `QueryDict` joined with `|` would be lists
    form.data[form.add_prefix("seen_version")] = str(version)
