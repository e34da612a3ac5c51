"""One function for each kind of cell: what it means as it will be stored, or `Wrong` with the reason.

Each takes the cell and a list to which it adds what the person should be told although the cell is taken.
"""

import calendar
import datetime
import difflib
import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.credit_code import normalise_code
from registry.core.dates import FIRST_YEAR, LAST_YEAR, parse_date
from registry.core.quantity import MONEY_UNITS, Money, money_of_number, parse_money, parse_quantity
from registry.core.quantity.words import AFTER, BEFORE, SIGNS, WITHIN
from registry.core.sheets.grid import BOOL, DATE, ERROR, NO_RESULT, NUMBER, TEXT
from registry.core.text import ascii_digits_only, clean_text, compact, excerpt, mask_numbers

from . import words
from .faults import Said, Wrong

MOST_PEOPLE = Decimal(10**8)
MOST_DIGITS = 15
"""A number cell keeps so many digits and no more."""

_EPOCH = datetime.date(1899, 12, 30)
_FIRST_SERIAL = (datetime.date(FIRST_YEAR, 1, 1) - _EPOCH).days
_LAST_SERIAL = (datetime.date(LAST_YEAR, 12, 31) - _EPOCH).days

_MONTH = re.compile("([0-9]{4})年([0-9]{1,2})月")
_CLOCK = re.compile(r"(?<=[0-9日号])[ T]*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*$")
_DIGIT = re.compile("[0-9]")
_LOOSE_STEP = re.compile("[百千](?!万|亿|元|克|瓦|米)")
_PEOPLE_UNIT = re.compile("(?:人次|人)$")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_LOCALE = re.compile(r"\[\$([^\]-]*)-?([0-9A-Fa-f]*)\]")
_MARKS = BEFORE | WITHIN | AFTER
_ENGLISH_MARKS = {"about": "约", "over": "超过", "at least": "至少"}
"""What stands in the number formats of a ledger that was exported in English."""

_FORMAT_SIGNS = SIGNS | _ENGLISH_MARKS
_FORMAT_MARK = re.compile("|".join(sorted((*_MARKS, *_FORMAT_SIGNS), key=len, reverse=True)))
_FORMAT_UNIT = re.compile("亿元|万元|元|亿|万")
_JAPANESE = "411"


def is_empty(cell):
    return cell is None or (cell.kind == TEXT and not compact(cell.value))


def of_formula(cell):
    """Refuse what is no value: an error, a formula without its result."""
    if cell.kind == ERROR:
        raise Wrong(_("The cell holds the error %(error)s. Correct the formula or enter the value."), "error",
                    error=excerpt(str(cell.value)))  # fmt: skip
    if cell.kind == NO_RESULT:
        raise Wrong(
            _("The cell holds a formula without a stored result. Open the file in Excel or WPS, save it, and upload it "
              "again."), "no_result",
        )  # fmt: skip


def text(cell, told, *, limit, multiline=False, private=False):
    """Text as it is stored; "" for a sign that says "none". `private`: numbers of identity papers and bank cards in it
    are told."""
    value = _clean(cell, multiline)
    if value in words.NOT_STATED:
        return ""
    if len(value) > limit:
        raise Wrong(_("The text has %(length)d characters; at most %(limit)d are kept. Shorten it."), "too_long",
                    length=len(value), limit=limit)  # fmt: skip
    if private and mask_numbers(value) != value:
        told.append(
            Said(_("It seems to hold the number of an identity paper or a bank card. Such numbers are never published; "
                   "better take it out."))
        )  # fmt: skip
    return value


def as_written(cell):
    """The cell as text, numbers without exponent and days as 2021-11-01."""
    if cell.kind == NUMBER:
        value = f"{cell.value:f}"
        return value.rstrip("0").rstrip(".") if "." in value else value
    if cell.kind == DATE:
        value = cell.value
        if isinstance(value, datetime.datetime) and value.time() == datetime.time():
            value = value.date()
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return str(cell.value)


def looked_up(cell, told):
    """Text that is looked up, not stored."""
    return _clean(cell, multiline=True)


def digits(cell):
    """The digits or characters of a number that is no quantity: a code, a telephone. Spaces and width folded."""
    return compact(_clean(cell))


def _clean(cell, multiline=False):
    of_formula(cell)
    try:
        return clean_text(as_written(cell), multiline=multiline)
    except ValidationError as error:
        raise Wrong.of(error) from error


def credit_code(cell, told):
    """A normalised code; whether it can be right is asked together with the type."""
    return normalise_code(credit_text(cell))


def credit_text(cell):
    """Codes as they stand in a cell of text."""
    of_formula(cell)
    if cell.kind != TEXT:
        raise Wrong(
            _("The code stands in the cell as a number, and Excel keeps only %(digits)d digits of it. Set the cell to "
              "text and enter the code anew."), "number", digits=MOST_DIGITS,
        )  # fmt: skip
    return _clean(cell)


def money(cell, told, unit):
    """`Money` in yuan; a number alone is in `unit`. What is not stated is Money(None), never zero."""
    of_formula(cell)
    try:
        if cell.kind == NUMBER:
            found = money_of_number(float(cell.value), _unit_of_format(cell.format, unit))
            mark = mark_of_format(cell.format)
            return Money(found.value, _MARKS[mark], mark) if mark else found
        if cell.kind != TEXT:
            raise Wrong(_("“%(text)s” is no amount. Enter a number."), "unreadable", text=as_written(cell))
        short = compact(cell.value)
        found = parse_money(cell.value, unit)
        _in_figures(short, found, cell.value)
        if _LOOSE_STEP.search(short):
            raise Wrong(
                _("“%(text)s” can be read in two ways. Write the amount in figures."), "ambiguous",
                text=excerpt(cell.value),
            )  # fmt: skip
    except ValidationError as error:
        raise Wrong.of(error) from error
    if not found.is_exact and found.is_stated:
        told.append(Said(_("“%(text)s” is kept as an approximate amount."), {"text": excerpt(cell.value)}))
    return found


def _in_figures(short, found, written):
    """Refuse numerals in words (八十万) and offer the figures."""
    if found.is_stated and not _DIGIT.search(short):
        figures = f"{found.value:f}"
        figures = figures.rstrip("0").rstrip(".") if "." in figures else figures
        raise Wrong(
            _("“%(text)s” is written in words. Write it in figures."), "words",
            [f"{figures}{found.unit if found.unit == '元' else ''}"], text=excerpt(written),
        )  # fmt: skip


@lru_cache(maxsize=200)
def _unit_of_format(shown, unit):
    """The unit of a number cell: that of its column. Refuses formats that show another currency, unit or a percent."""
    for symbol, place in _LOCALE.findall(shown):
        if place == _JAPANESE and symbol:
            raise _foreign(shown)
    plain = _plain_format(shown)
    if re.search(r"[$€£]|USD|HKD|EUR|JPY|GBP|美元|港元|港币|欧元|日元|英镑", plain):
        raise _foreign(shown)
    if "%" in plain:
        raise Wrong(_("The cell is formatted as a percentage. Enter an amount."), "percent")
    found = _FORMAT_UNIT.search(plain)
    if found and found[0].rstrip("元") + "元" != unit:
        raise Wrong(
            _("The number is shown with the unit %(shown)s, but the column is in %(unit)s. Enter the unit behind the "
              "number, as text."), "unit_shown", shown=found[0], unit=unit,
        )  # fmt: skip
    return unit if unit in MONEY_UNITS else "元"


def _plain_format(shown):
    """A number format for positive numbers as it prints, without quotes and locales."""
    return _QUOTED.sub(lambda found: found[1] or found[2] or "", _LOCALE.sub(r"\1", shown.split(";")[0]))


@lru_cache(maxsize=200)
def mark_of_format(shown):
    """The word by which a number format shows that its numbers are inexact (#,##0.00"余"), "" for none."""
    found = _FORMAT_MARK.search(_plain_format(shown))
    return _FORMAT_SIGNS.get(found[0], found[0]) if found else ""


def _foreign(shown):
    return Wrong(_("The cell is formatted in another currency (%(shown)s). Enter the amount in yuan."), "currency",
                 shown=excerpt(shown))  # fmt: skip


def people(cell, told, unit="人次", others="人"):
    """A whole `Quantity` of people from 0 to a hundred million. The unit is `unit` unless the cell says `others`."""
    of_formula(cell)
    if cell.kind not in (TEXT, NUMBER):
        raise Wrong(_("“%(text)s” is no number. Enter a whole number."), "unreadable", text=as_written(cell))
    written = as_written(cell)
    mark = mark_of_format(cell.format) if cell.kind == NUMBER else ""
    short = compact(written)
    if others and (found := _PEOPLE_UNIT.search(short)):
        unit = found[0]
    try:
        quantity = parse_quantity(written, unit, limit=MOST_PEOPLE)
    except ValidationError as error:
        raise Wrong.of(error) from error
    _in_figures(short, quantity, written)
    if mark and quantity.is_stated:
        quantity = replace(quantity, qualifier=_MARKS[mark], wording=mark)
    elif quantity.is_stated and not quantity.is_exact:
        told.append(Said(_("“%(text)s” is kept as an approximate number."), {"text": excerpt(written)}))
    return quantity


def day(cell, told, *, is_end=False):
    """The day, None where it is not stated; a month alone is its first day as a start and its last as an end."""
    of_formula(cell)
    if cell.kind == BOOL:
        raise Wrong(_("“%(text)s” is no date. Write one such as 2021-11-01."), "unreadable", text=str(cell.value))
    if cell.kind == DATE:
        return _real_day(cell, told, is_end)
    if cell.kind == NUMBER:
        return _numbered_day(cell.value, told)
    short = compact(cell.value)
    if found := _MONTH.fullmatch(short):
        return _of_month(int(found[1]), int(found[2]), told, is_end, cell.value)
    if len(short) == 5 and ascii_digits_only(short):
        return _numbered_day(Decimal(short), told)
    try:
        return parse_date(_CLOCK.sub("", cell.value.strip()))
    except ValidationError as error:
        raise Wrong.of(error) from error


def _real_day(cell, told, is_end):
    value = cell.value.date() if isinstance(cell.value, datetime.datetime) else cell.value
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise _outside(value.isoformat())
    shown = _QUOTED.sub("", _LOCALE.sub("", cell.format)).lower()
    if value.day == 1 and "y" in shown and "m" in shown and "d" not in shown:
        return _of_month(value.year, value.month, told, is_end, f"{value:%Y}年{value.month}月")
    return value


def _of_month(year, month, told, is_end, written):
    if not 1 <= month <= 12:
        raise Wrong(_("There is no month “%(text)s” in the calendar. Check it."), "no_such_day", text=excerpt(written))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _outside(written)
    found = datetime.date(year, month, calendar.monthrange(year, month)[1] if is_end else 1)
    told.append(Said(_("“%(text)s” names a month and is read as %(day)s."), {"text": excerpt(written), "day": found}))
    return found


def _numbered_day(value, told):
    """20211101, or a day as Excel counts them from 1900; nothing else, so that 2018.3 is not taken for a day."""
    if value == value.to_integral_value() and 10**7 <= value < 10**8:
        try:
            return parse_date(f"{value:.0f}")
        except ValidationError as error:
            raise Wrong.of(error) from error
    if _FIRST_SERIAL <= value < _LAST_SERIAL + 1:
        found = _EPOCH + datetime.timedelta(days=int(value))
        told.append(Said(_("The number %(number)s is read as the day %(day)s, as Excel counts days."),
                         {"number": value, "day": found}))  # fmt: skip
        return found
    raise Wrong(
        _("The number %(number)s can be read as a date in several ways. Write the day as 2021-11-01."), "ambiguous",
        number=value,
    )  # fmt: skip


def _outside(written):
    return Wrong(_("“%(text)s” is outside the years %(first)s to %(last)s. Check the year."), "out_of_range",
                 text=excerpt(written), first=FIRST_YEAR, last=LAST_YEAR)  # fmt: skip


def one_of(cell, table, shown, what):
    """The value of a word in `table`, None where nothing is stated. A word that is not there is refused by the sentence
    `what`, with those `shown`."""
    of_formula(cell)
    short = compact(as_written(cell))
    if short.lower() in words.NOT_STATED:
        return None
    if short not in table:
        near = difflib.get_close_matches(short, shown, 1, 0.5)
        raise Wrong(what, "unknown_word", near, text=excerpt(short), words="、".join(shown))
    return table[short]


def year(cell):
    of_formula(cell)
    short = compact(as_written(cell)).removesuffix("年度").removesuffix("年")
    if short in words.NOT_STATED:
        return None
    if not (ascii_digits_only(short) and FIRST_YEAR <= int(short[:9]) <= LAST_YEAR):
        raise Wrong(_("“%(text)s” is no year from %(first)s to %(last)s."), "year", text=excerpt(short),
                    first=FIRST_YEAR, last=LAST_YEAR)  # fmt: skip
    return int(short)
