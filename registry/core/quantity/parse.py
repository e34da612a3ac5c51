"""The one place where what people type becomes a quantity.

Accepted: 1,200 · 1，200 · 12万 · 0.5亿 · 72万元 · ３０００ · 3千万 · 3000余万元 · 约21.88亿元 · 超过30亿 · 56万余元 ·
八十万 · 贰仟元整 · 1200.50元 · 9000多人 · 1.5万户. Blank, "-", "/" and 无 are "not stated". Everything else is refused
with a ValidationError that names the fault and the remedy; nothing is guessed.
"""

import re
from decimal import Decimal, localcontext
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.core.text import ascii_digits_only, compact, excerpt

from .format import digits, format_quantity
from .numerals import NUMERAL, numeral_value
from .units import WHOLE
from .values import FEN, Money, Quantity
from .words import AFTER, BEFORE, SIGNS, WITHIN, YUAN, Qualifier

MONEY_UNITS = {"元": Decimal(1), "万元": Decimal(10**4), "亿元": Decimal(10**8)}
MONEY_LIMIT = Decimal(10**10)
QUANTITY_LIMIT = Decimal(10**12)

_NOT_STATED = {"", "-", "--", "—", "——", "/", "无", "未说明", "notstated"}
_LONGEST = 60
_SCALE_VALUES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_NOISE = Decimal("1e-9")
_PLACES = 4

_NEGATIVE = re.compile(r"[-−–—负(][¥￥]?[0-9].*|负.+")
_RANGE = re.compile(rf"(?:[0-9]|{NUMERAL}|元)(?:[-−–—~至到]|\.\.)+(?:[0-9]|{NUMERAL})")
_FOREIGN = re.compile(
    "美元|美金|港元|港币|欧元|日元|英镑|韩元|台币|澳元|加元|卢布|法郎|[$€£]|USD|HKD|EUR|JPY|GBP|TWD|KRW", re.I
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_CURRENCY = "(?:人民币|RMB|CNY|[¥￥])?"


def _any(words: dict[str, Qualifier]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# 百 and 千 before 克, 瓦, 米 belong to the unit.
_READABLE = re.compile(
    rf"{_CURRENCY}(?P<lead>{_any(BEFORE)})?{_CURRENCY}"
    rf"(?:(?P<figures>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<step>[百千](?![克瓦米]))?|(?P<numeral>{NUMERAL}+))"
    rf"(?P<inner>{_any(WITHIN)})?(?P<scale>万亿|万|亿)?(?P<outer>{_any(WITHIN)})?"
    rf"(?P<tail>.*?)(?P<trail>{_any(AFTER)}|\+)?",
    re.I,
)
_YUAN_TAIL = re.compile(
    rf"(?P<yuan>元|圆)?(?:(?P<jiao>[0-9]|{NUMERAL})角)?(?:零?(?P<fen>[0-9]|{NUMERAL})分)?[整正]?(?:人民币|RMB|CNY)?",
    re.I,
)
_UNIT_TAIL = re.compile(r"[^\W\d_][^\W_]{0,19}")

_UNREADABLE = _("“%(text)s” cannot be read as a number. Enter one such as 1200, 12万 or 0.5亿.")
_FINER_THAN_FEN = _("“%(text)s” is finer than a fen. Enter at most two decimals of a yuan.")
_ABOVE_LIMIT = _("“%(text)s” is more than %(limit)s. Check the number and its unit (元, 万元, 亿元).")


class _Reading(NamedTuple):
    """A number as read: its value without a default unit, its words, and what follows it."""

    value: Decimal
    qualifier: Qualifier
    word: str
    scale: str
    is_split: bool
    has_scale: bool
    tail: str


def parse_money(text: str, default_unit: str = YUAN, limit: Decimal = MONEY_LIMIT) -> Money:
    """Money in yuan. A number without 元, 万 or 亿 is in ``default_unit`` (a key of MONEY_UNITS).

    Raises ValidationError for what is no amount, and for more than ``limit`` yuan.
    """
    short = compact(text)
    if short.lower() in _NOT_STATED:
        return Money(None)
    if _FOREIGN.search(short):
        raise _fault(_("“%(text)s” is in another currency. Enter the amount in yuan."), text, "currency")
    reading = _read(short, text)
    tail = _YUAN_TAIL.fullmatch(reading.tail)
    if not tail or (not tail["yuan"] and (tail["jiao"] or tail["fen"])):
        raise _fault(_UNREADABLE, text, "unreadable")
    value = reading.value
    with localcontext() as context:
        context.prec = 2 * _LONGEST
        if not (tail["yuan"] or reading.has_scale):
            value *= MONEY_UNITS[default_unit]
        value += Decimal(_digit(tail["jiao"], text)) / 10 + Decimal(_digit(tail["fen"], text)) / 100
        _check_money(value, text, limit)
    return Money(value, reading.qualifier, _wording(reading, value, YUAN))


def money_of_number(number: int | float | Decimal, default_unit: str = YUAN, limit: Decimal = MONEY_LIMIT) -> Money:
    """Money from a spreadsheet's number cell, in ``default_unit``.

    Noise of binary fractions (less than a billionth of the amount) is rounded to the fen; anything else finer than
    a fen is refused, as is all that ``parse_money`` refuses. Raises ValidationError.
    """
    text = str(number)
    value = Decimal(text)
    if not value.is_finite():
        raise _fault(_UNREADABLE, text, "unreadable")
    if value < 0:
        raise _negative(text)
    value *= MONEY_UNITS[default_unit]
    if value > limit:
        raise _above(text, format_quantity(Money(limit)))
    rounded = value.quantize(FEN)
    if isinstance(number, float) and abs(rounded - value) < _NOISE * value:
        value = rounded
    _check_money(value, text, limit)
    return Money(value)


def parse_quantity(text: str, unit: str | None = None, *, limit: Decimal = QUANTITY_LIMIT) -> Quantity:
    """A quantity in ``unit``, or in the unit written behind the number where ``unit`` is None.

    Raises ValidationError, also for another unit than ``unit`` (人 is not 人次), for halves of what is counted in
    whole numbers, for more than four decimals and for more than ``limit``.
    """
    short = compact(text)
    if short.lower() in _NOT_STATED:
        return Quantity(None, unit or "")
    reading = _read(short, text)
    if reading.tail and not _UNIT_TAIL.fullmatch(reading.tail):
        raise _fault(_UNREADABLE, text, "unreadable")
    if unit is None and not reading.tail:
        raise _fault(_("“%(text)s” has no unit. Write it behind the number, such as 9000人."), text, "unit_missing")
    if unit is not None and reading.tail not in ("", compact(unit)):
        message = _("“%(text)s” is not counted in %(unit)s. Enter the number in %(unit)s.")
        raise _fault(message, text, "unit_other", unit=unit)
    unit, value = unit or reading.tail, reading.value
    if value > limit:
        raise _above(text, digits(limit))
    whole = value.to_integral_value()
    if unit in WHOLE and value != whole:
        message = _("“%(text)s” is not a whole number, and %(unit)s is counted in whole numbers. Enter a whole number.")
        raise _fault(message, text, "fraction", unit=unit)
    if value.normalize().as_tuple().exponent < -_PLACES:
        message = _("“%(text)s” has too many decimals. Enter at most %(places)d.")
        raise _fault(message, text, "places", places=_PLACES)
    return Quantity(value, unit, reading.qualifier, _wording(reading, value, unit))


def _read(short: str, text: str) -> _Reading:
    """The number in compact text with its words; ``text`` is what the messages show."""
    if ascii_digits_only(short) and len(short) <= _LONGEST:
        return _Reading(Decimal(short), Qualifier.EXACT, "", "", False, False, "")
    for sign, word in SIGNS.items():
        short = short.replace(sign, word)
    if _NEGATIVE.fullmatch(short):
        raise _negative(text)
    if _RANGE.search(short):
        raise _fault(_("“%(text)s” is a range. Enter one number."), text, "range")
    found = _READABLE.fullmatch(short) if len(short) <= _LONGEST else None
    if not found:
        raise _fault(_UNREADABLE, text, "unreadable")
    words = [word for word in found.group("lead", "inner", "outer", "trail") if word]
    if len(words) > 1:
        message = _("“%(text)s” says more than once how exact it is. Keep one word, such as 约 or 余.")
        raise _fault(message, text, "two_words")
    word = "超过" if words == ["+"] else "".join(words)
    with localcontext() as context:
        context.prec = 2 * _LONGEST
        value = _number(found, text) * _SCALE_VALUES[found["scale"] or ""]
    return _Reading(
        value=value,
        qualifier=(BEFORE | WITHIN | AFTER).get(word, Qualifier.EXACT),
        word=word,
        scale=found["scale"] or "",
        is_split=bool(found["inner"] and found["scale"]),
        has_scale=bool(found["scale"]) or bool(re.search("[万亿]", found["numeral"] or "")),
        tail=found["tail"],
    )


def _number(found: re.Match[str], text: str) -> Decimal:
    """The number before its scale word."""
    if found["numeral"]:
        try:
            return numeral_value(found["numeral"])
        except ValueError as error:
            raise _fault(_UNREADABLE, text, "unreadable") from error
    figures = found["figures"]
    if "," in figures and not _GROUPED.fullmatch(figures):
        message = _("The thousands separators in “%(text)s” are misplaced. Write 1,200 or 1200.")
        raise _fault(message, text, "separators")
    return Decimal(figures.replace(",", "")) * _SCALE_VALUES[found["step"] or ""]


def _digit(character: str | None, text: str) -> int:
    """0 to 9 of a digit before 角 or 分."""
    if not character:
        return 0
    try:
        value = int(character) if character.isascii() else int(numeral_value(character))
    except ValueError as error:
        raise _fault(_UNREADABLE, text, "unreadable") from error
    if value > 9:
        raise _fault(_UNREADABLE, text, "unreadable")
    return value


def _wording(reading: _Reading, value: Decimal, unit: str) -> str:
    """The shortest wording with which prose prints the place of 多 or 余 as the source has it."""
    word, scale = reading.word, reading.scale
    if word not in WITHIN or len(scale) != 1:
        return word
    explicit = word + scale if reading.is_split else scale + word
    as_written, as_usual = (
        format_quantity(Quantity(value, unit, reading.qualifier, wording), "prose", "zh-hans")
        for wording in (explicit, word)
    )
    return word if as_written == as_usual else explicit


def _check_money(value: Decimal, text: str, limit: Decimal) -> None:
    if value > limit:
        raise _above(text, format_quantity(Money(limit)))
    if value != value.quantize(FEN):
        raise _fault(_FINER_THAN_FEN, text, "finer_than_fen")


def _negative(text: str) -> ValidationError:
    return _fault(_("“%(text)s” is negative. Enter 0 or more."), text, "negative")


def _above(text: str, limit: str) -> ValidationError:
    return _fault(_ABOVE_LIMIT, text, "above_limit", limit=limit)


def _fault(message: str | Promise, text: str, code: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params={"text": excerpt(text), **params})
