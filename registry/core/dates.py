"""Days as people write them in China, and the day that it is there."""

import datetime
import re
from typing import Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateformat import format as django_format
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from registry.core.text import compact, excerpt

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1990, 2099

DateStyle = Literal["prose", "table"]

_NOT_STATED = {"", "-", "--", "—", "——", "/", "无", "未说明", "notstated"}
_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:"
    r"年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]"
    r"|(?P<sign>[-./])(?P<month2>[0-9]{1,2})(?P=sign)(?P<day2>[0-9]{1,2})"
    r"|(?P<month3>[0-9]{2})(?P<day3>[0-9]{2}))"
)
_DAY_FIRST = re.compile(r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{4}")
_SHORT_YEAR = re.compile(r"[0-9]{2}(?:年.*|([-./])[0-9]{1,2}\1[0-9]{1,2})")
_NO_DAY = re.compile(r"[0-9]{4}(?:年(?:[0-9]{1,2}月?)?|[-./][0-9]{1,2})")


def today() -> datetime.date:
    """Today in Shanghai, wherever the server stands."""
    return timezone.localdate(timezone=SHANGHAI)


def parse_date(text: str) -> datetime.date | None:
    """The day written as 2021年11月1日, 2021.11.1, 2021-11-01, 2021/11/1 or 20211101; None when nothing is stated.

    Raises ValidationError naming the fault: no such day, no day, a two-digit year, the day first, years outside
    1990 to 2099, anything else.
    """
    short = compact(text)
    if short.lower() in _NOT_STATED:
        return None
    found = _DAY.fullmatch(short)
    if not found:
        raise _fault(*_unreadable(short), text)
    year = int(found["year"])
    month, day = (int(found[name] or found[f"{name}2"] or found[f"{name}3"]) for name in ("month", "day"))
    try:
        date = datetime.date(year, month, day)
    except ValueError as error:
        message = _("There is no day “%(text)s” in the calendar. Check month and day.")
        raise _fault(message, "no_such_day", text) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("“%(text)s” is outside the years %(first)s to %(last)s. Check the year.")
        raise _fault(message, "out_of_range", text, first=FIRST_YEAR, last=LAST_YEAR)
    return date


def _unreadable(short: str) -> tuple[Promise, str]:
    """What is wrong with text that is no date: message and code."""
    if _DAY_FIRST.fullmatch(short):
        return _("“%(text)s” begins with the day or the month. Put the year first: 2021-11-01."), "day_first"
    if _SHORT_YEAR.fullmatch(short):
        return _("“%(text)s” has a year of two digits. Write all four: 2021-11-01."), "short_year"
    if _NO_DAY.fullmatch(short):
        return _("“%(text)s” does not name a day. Write year, month and day: 2021-11-01."), "no_day"
    return _("“%(text)s” cannot be read as a date. Write one such as 2021-11-01 or 2021年11月1日."), "unreadable"


def format_date(day: datetime.date, style: DateStyle = "prose", lang: str | None = None) -> str:
    """2021年11月1日 (1 November 2021 in English) in prose, 2021-11-01 in tables."""
    if style == "table":
        return f"{day:%Y-%m-%d}"
    lang = lang or get_language() or "zh-hans"
    if lang.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    with override(lang):
        return django_format(day, "j F Y")


def format_instant(instant: datetime.datetime, style: DateStyle = "prose", lang: str | None = None) -> str:
    """The same with hours and minutes in Shanghai: 2021年11月1日 08:00."""
    local = timezone.localtime(instant, SHANGHAI)
    return f"{format_date(local.date(), style, lang)} {local:%H:%M}"


def _fault(message: Promise, code: str, text: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params={"text": excerpt(text), **params})
