"""Number formats: which of them show a number as a day."""

import datetime
import math
import re

GENERAL = ""
_YEAR_MONTH, _MONTH_DAY, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'

BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m/d/yy",
    31: _DAY, 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: _YEAR_MONTH, 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH, 53: _MONTH_DAY, 54: _MONTH_DAY, 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: _YEAR_MONTH, 58: _MONTH_DAY,
}  # fmt: skip
"""The formats that a file names by number only, as a Chinese Excel shows them (ECMA-376 part 1, 18.8.30)."""

_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SCIENTIFIC = re.compile(r"e[+-]")
_GENERAL_WORDS = ("general", "g/通用格式")

_LAST_SERIAL = {False: 2_958_466, True: 2_957_004}  # 1 January 10000
_ORIGIN = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}  # noqa: DTZ001 - no zone in Excel
_LAST_BEFORE_LEAP = 60
"""Excel's 29 February 1900, which never was; days before it are one further from the origin."""


def is_date(code):
    """Whether the format shows a day: with a year, a day or a month. Times of day and durations are numbers."""
    first = _NOT_SHOWN.sub("", code).split(";")[0].lower()
    for word in _GENERAL_WORDS:
        first = first.replace(word, "")
    first = _SCIENTIFIC.sub("", first)
    if "y" in first or "d" in first or "e" in first or "aaa" in first:
        return True
    return "m" in first.replace("am/pm", "") and "h" not in first and "s" not in first


def day_of(number, is_1904):
    """The day, or day and time to the second, that a serial number means; None where it means none."""
    if not 0 <= number < _LAST_SERIAL[is_1904] or (not is_1904 and math.floor(number) in (0, _LAST_BEFORE_LEAP)):
        return None
    if not is_1904 and number < _LAST_BEFORE_LEAP:
        number += 1
    days, seconds = divmod(round(number * 86_400), 86_400)
    try:
        instant = _ORIGIN[is_1904] + datetime.timedelta(days=days, seconds=seconds)
    except OverflowError:  # the last half second of the year 9999
        return None
    return instant if seconds else instant.date()
