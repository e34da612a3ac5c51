"""Pinyin keys for search and for sorting: 阜平县 is found by "fupingxian" and by "fpx"."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module

from registry.core.text import fold_width

# Place names of GB/T 2260 that pypinyin's phrase table reads otherwise, or only when they stand alone.
READINGS = {
    "大城县": ("dai", "cheng", "xian"),
    "泊头": ("bo", "tou"),
    "信都": ("xin", "du"),
    "襄都": ("xiang", "du"),
    "望都": ("wang", "du"),
    "蔚县": ("yu", "xian"),
    "蔚州": ("yu", "zhou"),
    "乐亭": ("lao", "ting"),
    "井陉": ("jing", "xing"),
    "蠡县": ("li", "xian"),
    "柏乡": ("bai", "xiang"),
    "行唐": ("xing", "tang"),
    "大厂": ("da", "chang"),
    "宝坻": ("bao", "di"),
    # After 市 the table sees 市长 (mayor).
    "长安": ("chang", "an"),
    "长寿": ("chang", "shou"),
    "朝阳": ("chao", "yang"),
}
_PLACE = "|".join(READINGS)
_PIECES = re.compile(rf"(?P<word>[a-z0-9]+)|{_PLACE}|(?:(?!{_PLACE})[^\W_a-z0-9])+")


@cache
def tables():
    """(words of a text, syllables of a word), by tables of 50,000 phrases: to read them takes a seventh of the time in
    which a process starts, so they are read when the first name is."""
    return import_module("pypinyin.seg.mmseg").seg.cut, import_module("pypinyin").lazy_pinyin


spelt: dict[str, tuple[str, str]] = {}
"""What another process has made of names (spelling.py)."""


def search_keys(name: str) -> tuple[str, str]:
    """Pinyin and initials of a name, as columns for them hold: cut off where nobody types that many.

    Lower-case pinyin without tones or spaces, and the first letter of each syllable; in both ASCII letters and digits
    stay, everything else is dropped."""
    if name in spelt:
        return spelt[name]
    syllables = list(_syllables(name))
    return "".join(one for one, _ in syllables)[:600], "".join(initial for _, initial in syllables)[:200]


def _syllables(name: str) -> Iterator[tuple[str, str]]:
    """Pairs of a syllable and what stands for it among the initials."""
    for piece in _PIECES.finditer(fold_width(name).lower()):
        if piece["word"]:
            yield piece[0], piece[0]
            continue
        for word in (piece[0],) if piece[0] in READINGS else tables()[0](piece[0]):
            for syllable in _reading(word):
                yield syllable, syllable[0]


@lru_cache(maxsize=20_000)
def _reading(word: str) -> tuple[str, ...]:
    """The syllables of one word. Names share their words: kept, a bulk load is several times as fast."""
    return READINGS.get(word) or tuple(tables()[1](word, errors="ignore"))
