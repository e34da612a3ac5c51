"""Units of count: stored in Chinese, as the sources write them, and read in English through the table below.

A bare classifier (个, 座, 所) has no English word: the label beside the figure says what is counted.
"""

import re
from decimal import Decimal

HOUSEHOLD, PERSON_TIME = "户", "人次"
ITEM, CASE = "项", "件"

_ENGLISH = {
    "个": ("", ""),
    "座": ("", ""),
    "所": ("", ""),
    "项": ("item", "items"),
    "件": ("item", "items"),
    "笔": ("line", "lines"),
    "家": ("organisation", "organisations"),
    "人": ("person", "people"),
    "名": ("person", "people"),
    "人次": ("person-time", "person-times"),
    "户": ("household", "households"),
    "贫困户": ("poor household", "poor households"),
    "次": ("time", "times"),
    "场": ("session", "sessions"),
    "期": ("session", "sessions"),
    "副": ("pair", "pairs"),
    "头": ("head", "head"),
    "只": ("animal", "animals"),
    "台": ("unit", "units"),
    "套": ("set", "sets"),
    "本": ("copy", "copies"),
    "册": ("copy", "copies"),
    "辆": ("vehicle", "vehicles"),
    "亩": ("mu", "mu"),
    "吨": ("tonne", "tonnes"),
    "公斤": ("kg", "kg"),
    "千克": ("kg", "kg"),
    "米": ("m", "m"),
    "公里": ("km", "km"),
    "千米": ("km", "km"),
    "平方米": ("m²", "m²"),
    "千瓦": ("kW", "kW"),
    "小时": ("hour", "hours"),
    "课时": ("lesson", "lessons"),
    "天": ("day", "days"),
    "月": ("month", "months"),
    "年": ("year", "years"),
    "县": ("county", "counties"),
    "村": ("village", "villages"),
    "乡镇": ("township", "townships"),
    "项目": ("project", "projects"),
}

# What cannot be halved. Land, weight, length and time can.
WHOLE = frozenset(_ENGLISH) - {
    "亩",
    "吨",
    "公斤",
    "千克",
    "米",
    "公里",
    "千米",
    "平方米",
    "千瓦",
    "小时",
    "课时",
    "天",
    "月",
    "年",
}


def english_unit(unit: str, value: Decimal) -> str:
    """The English word for ``value`` of a unit; a unit that the table does not know stays in Chinese."""
    one, many = _ENGLISH.get(unit, (unit, unit))
    return one if value == 1 else many


_CHINESE = {word.lower(): unit for unit, words in reversed(_ENGLISH.items()) for word in words if word}
_CHINESE["persons"] = "人"


def stored_unit(word: str) -> str:
    """A unit as it is stored, whether it was typed in Chinese or in English; one that the table does not know stays."""
    return _CHINESE.get(word.strip().lower(), word)


_TIMES = ("小时", "课时", "天", "月", "年")
_MEASURED = re.compile(
    r"[0-9０-９][0-9０-９.,]*\s*[多余]?\s*(?:[万亿][多余]?)?(?:元|[%％]|"
    + "|".join(sorted(map(re.escape, _ENGLISH.keys() - set(_TIMES)), key=len, reverse=True))
    + ")"
)


def measured_numbers(text: str) -> list[str]:
    """The numbers of a text that have a unit behind them (37项, 5.6万元, 84%), each once; years and days aside."""
    return list(dict.fromkeys(found[0] for found in _MEASURED.finditer(text)))
