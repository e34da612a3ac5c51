"""The one place where a quantity becomes text.

| style    | 2,188,000,000 元, about     | 30,000,000 元, "余"   | 2,800,000 人次, "多" | for              |
|----------|-----------------------------|-----------------------|----------------------|------------------|
| headline | 约 21.88 亿元               | 3,000 余万元          | 280 多万人次         | a page's figures |
| prose    | 约21.88亿元                 | 3000余万元            | 280多万人次          | papers           |
| table    | 约 218,800.00               | 超过 3,000.00         | 超过 2,800,000       | columns (万元)   |
| exact    | 约 2,188,000,000.00 元      | 超过 30,000,000.00 元 | 超过 2,800,000 人次  | titles, details  |

Headline and prose shorten money to two decimals of 亿元 or 万元: a headline goes with the exact figure in its
title (filter ``money``), prose says 约 where it had to round. Counts are shortened only where nothing is lost.
A lower bound is rounded down, so that it stays one.
"""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.utils.translation import get_language, gettext, override, pgettext

from .units import english_unit
from .words import AFTER, BEFORE, SCALES, USUAL_WORD, WITHIN, WORD_BEFORE, YUAN, Qualifier

if TYPE_CHECKING:
    from .values import Quantity

Style = Literal["headline", "table", "exact", "prose"]

_CENT = Decimal("0.01")
_LOWER_BOUNDS = (Qualifier.OVER, Qualifier.AT_LEAST)
_ENGLISH_SCALES = ((Decimal(10**9), "billion", 3), (Decimal(10**6), "million", 2))
_ENGLISH_WORD = {
    Qualifier.EXACT: "",
    Qualifier.ABOUT: "about ",
    Qualifier.OVER: "over ",
    Qualifier.AT_LEAST: "at least ",
}


class _Short(NamedTuple):
    """A number in a scale word, and whether digits were lost on the way."""

    number: Decimal
    scale: str
    is_rounded: bool


def format_quantity(quantity: "Quantity", style: Style = "headline", lang: str | None = None) -> str:
    """The quantity as text, in the active language or in ``lang`` ("zh-hans", "en")."""
    lang = lang or get_language() or "zh-hans"
    if quantity.value is None:
        with override(lang):
            return gettext("not stated")
    is_chinese = lang.startswith("zh")
    if style in ("table", "exact"):
        word = WORD_BEFORE[quantity.qualifier] + " " if quantity.qualifier != Qualifier.EXACT else ""
        number = _in_table(quantity) if style == "table" else _exact(quantity, is_chinese)
        return (word if is_chinese else _ENGLISH_WORD[quantity.qualifier]) + number
    return _chinese(quantity, style) if is_chinese else _english(quantity, style)


def unit_word(unit: str) -> str:
    """A unit as a head or a label names it, in the active language; a bare count has none of its own in English."""
    if (get_language() or "zh-hans").startswith("zh"):
        return unit
    return pgettext("unit", "yuan") if unit == YUAN else english_unit(unit, Decimal(2)) or pgettext("unit", "number")


def marks(quantity: "Quantity", lang: str | None = None) -> tuple[str, str]:
    """The words before and behind a number that say how exact it is; the source's own word where it has one."""
    if quantity.value is None or quantity.qualifier == Qualifier.EXACT:
        return "", ""
    if not (lang or get_language() or "zh-hans").startswith("zh"):
        return _ENGLISH_WORD[quantity.qualifier], ""
    word = quantity.wording.strip("".join(SCALES))
    if (BEFORE | WITHIN | AFTER).get(word) != quantity.qualifier:
        word = USUAL_WORD[quantity.qualifier]
    return ("", word) if word in WITHIN or word in AFTER else (word, "")


def column_number(quantity: "Quantity") -> Decimal | None:
    """The number as a column of numbers holds it: money in 万元, exact to the fen; no zeros behind its last decimal,
    and two decimals of money at least."""
    value = quantity.value
    if value is None:
        return None
    if quantity.unit == YUAN:
        value = value / SCALES["万"]
        short = value.quantize(_CENT)
        return short if short == value else value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _in_table(quantity: "Quantity") -> str:
    if quantity.unit == YUAN:
        return f"{_rounded(quantity, quantity.value / SCALES['万'], 2):,.2f}"
    return digits(quantity.value)


def _exact(quantity: "Quantity", is_chinese: bool) -> str:
    if quantity.unit == YUAN:
        number = f"{quantity.value:,.2f}"
        return f"{number} {YUAN}" if is_chinese else f"CNY {number}"
    unit = quantity.unit if is_chinese else english_unit(quantity.unit, quantity.value)
    return f"{digits(quantity.value)} {unit}".rstrip()


def _chinese(quantity: "Quantity", style: Style) -> str:
    marks = re.fullmatch("([万亿]?)([^万亿]*)([万亿]?)", quantity.wording)
    before, word, after = marks.groups() if marks else ("", quantity.wording, "")
    number, scale, is_rounded = _shortened(quantity, scale=before or after)
    if (BEFORE | WITHIN | AFTER).get(word) != quantity.qualifier:
        word = USUAL_WORD[quantity.qualifier]
    if is_rounded and style == "prose":
        word = word or USUAL_WORD[Qualifier.ABOUT]
    figure = _figure(quantity, number)
    gap, figure = (" ", figure) if style == "headline" else ("", figure.replace(",", ""))
    if word in WITHIN:
        splits_scale = after or (not before and number % 10 == 0)
        return figure + gap + (word + scale if splits_scale else scale + word) + quantity.unit
    if word in AFTER:
        return f"{figure}{gap}{scale}{quantity.unit}{word}"
    return f"{word}{gap if word else ''}{figure}{gap}{scale}{quantity.unit}"


def _shortened(quantity: "Quantity", scale: str = "") -> _Short:
    """The number in 亿 or 万 where it is large enough, or in the ``scale`` that the source chose."""
    scales = {scale: SCALES[scale]} if scale else SCALES
    for word, base in scales.items():
        number = quantity.value / base
        short = _rounded(quantity, number, 2)
        if abs(number) >= 1 and (short == number or quantity.unit == YUAN):
            return _Short(short, word, short != number)
    return _Short(quantity.value, "", False)


def _english(quantity: "Quantity", style: Style) -> str:
    is_money = quantity.unit == YUAN
    number, scale, is_rounded = quantity.value, "", False
    for base, word, places in _ENGLISH_SCALES:
        short = _rounded(quantity, quantity.value / base, places)
        if abs(quantity.value) >= base and (is_money or short * base == quantity.value):
            number, scale, is_rounded = short, f" {word}", short * base != quantity.value
            break
    qualifier = quantity.qualifier
    if is_rounded and style == "prose" and qualifier == Qualifier.EXACT:
        qualifier = Qualifier.ABOUT
    figure = f"{_ENGLISH_WORD[qualifier]}{'CNY ' if is_money else ''}{_figure(quantity, number)}{scale}"
    return figure if is_money else f"{figure} {english_unit(quantity.unit, quantity.value)}".rstrip()


def _rounded(quantity: "Quantity", number: Decimal, places: int) -> Decimal:
    rounding = ROUND_DOWN if quantity.qualifier in _LOWER_BOUNDS else ROUND_HALF_UP
    return number.quantize(_CENT.scaleb(2 - places), rounding=rounding)


def _figure(quantity: "Quantity", number: Decimal) -> str:
    """The number as a figure; yuan that are not shortened show both decimals of their fen or none."""
    if quantity.unit == YUAN and number == quantity.value and number != number.to_integral_value():
        return f"{number:,.2f}"
    return digits(number)


def digits(number: Decimal) -> str:
    """The number in full with thousands separators, without zeros behind its last decimal."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
