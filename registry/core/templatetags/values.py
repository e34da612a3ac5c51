"""Filters that print the register's values: always through the one formatter, always with the exact figure at hand."""

import datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from registry.core.dates import DateStyle, format_date, format_instant
from registry.core.markup import escaped
from registry.core.quantity import Money, Quantity, Style, Total, format_quantity, unit_word

register = template.Library()


@register.filter
def quantity(value: Quantity | None, style: Style = "headline") -> SafeString:
    """A quantity, money or total as ``<data>`` with its exact value in the title; a muted word where none is stated."""
    if value is None or value.value is None:
        return format_html('<span class="not-stated">{}</span>', gettext("not stated"))
    language = get_language()
    exact, told = format_quantity(value, "exact", language), format_quantity(value, style, language)
    return mark_safe(  # nosec B308 B703  # noqa: S308  a page has hundreds, and each part is escaped
        f'<data class="figure" value="{value.value:f}" title="{escaped(exact)}">{escaped(told)}</data>'
    )


@register.filter
def money(value: Quantity | Decimal | int | None, style: Style = "headline") -> SafeString:
    """An amount in yuan, given as a number or as money: 21.88 亿元, 3,000 万元, 7,200 元."""
    return quantity(Money(value) if isinstance(value, Decimal | int) else value, style)


@register.filter
def wan(value: Quantity | Decimal | int | None) -> SafeString:
    """An amount in 万元 with two decimals and no unit, for a column whose head names the unit."""
    return money(value, "table")


register.filter("unit", unit_word)


@register.filter
def caveat(value: Total) -> str:
    """How far a total is to be trusted: how many of its lines are inexact or not stated; "" when none is."""
    if not (value.inexact or value.not_stated):
        return ""
    return gettext("Of %(lines)d lines %(inexact)d are inexact and %(not_stated)d not stated.") % vars(value)


@register.filter
def day(value: datetime.date | None, style: DateStyle = "prose") -> str:
    """A day (2021年11月1日; with "table" 2021-11-01); of an instant also the time in Shanghai; "" for None."""
    if value is None:
        return ""
    return format_instant(value, style) if isinstance(value, datetime.datetime) else format_date(value, style)


@register.filter
def percent(part: Quantity | Decimal | int | None, whole: Quantity | Decimal | int | None) -> str:
    """``part`` of ``whole`` as 84.2%; — where either is not stated or the whole is zero."""
    part, whole = (value.value if isinstance(value, Quantity) else value for value in (part, whole))
    if part is None or not whole:
        return "—"
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{share:,}%"


@register.filter
def thousands(number: int) -> str:
    """A count with separators: 1,200."""
    return f"{number:,}"
