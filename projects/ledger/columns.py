"""The columns of the natural and the full ledger: their words, their usual synonyms, and how a head is read."""

import re
from dataclasses import dataclass

from registry.core.quantity import MONEY_UNITS
from registry.core.text import compact

from . import words


@dataclass(frozen=True)
class Column:
    """`key` is its name in reports, `word` what it is called when people are told of it.

    `is_money`: needs a unit; `is_shared`: a merged cell stands for every row that it covers.
    """

    key: str
    word: str
    is_money: bool
    is_shared: bool


MONEY = ("fund", "pledged", "promised", "committed", "received", "kind")
_OF_ONE_ROW = {*MONEY, "seq", "number", "people", "households"}
COLUMNS = {
    key: Column(key, heads.split()[0], is_money=key in MONEY, is_shared=key not in _OF_ONE_ROW)
    for key, heads in words.HEADS.items()
}
REQUIRED = (
    ("project",),
    ("org",),
    ("code",),
    ("county", "county_code"),
    ("fund", "received", "committed", "promised", "pledged"),
)
"""Of each group a ledger has at least one column; the first is named where it has none."""
_KEYS = {head: key for key, heads in words.HEADS.items() for head in heads.split()}
_BRACKETED = re.compile(r"[(\[{<【〔「《][^)\]}>】〕」》]*[)\]}>】〕」》]")
_SLASH = re.compile(r"[/／](?![^(（]*[)）])")
_SIGNS = re.compile(r"[\W_]+")
_UNIT_TAIL = re.compile(r"(?:单位)?(?:人民币)?(?:亿|百万|万|千|百)?元$")
_UNIT = re.compile(r"(?<![十百千万亿多])(亿元|万元|元)(?!氏)|[(\[](万|亿)[)\]]")
_UNIT_LINE = re.compile(r"单位[:为是]?(?=([^:]{0,12}))")


def plain(text):
    """A head without brackets and what they hold, spaces, line breaks, signs and width."""
    short = compact(text)
    return (_SIGNS.sub("", _BRACKETED.sub("", short)) or _SIGNS.sub("", short)).lower()


def recognise(path, chosen=None):
    """The key of the column under the heads `path` (from above), None where it is not known.

    The upper head may only gather what stands below it (资金 / 承诺), or be part of the word (受益 / 人次).
    `chosen`: what a person said of heads, {head as `label` writes it: key, "" for “leave out”}.
    """
    told = (chosen or {}).get(label(path))
    if told is not None:
        return told or None
    if plain(path[0]) == words.CHECKLIST:
        return None
    parts = [plain(piece) for part in path for piece in _SLASH.split(part) if plain(piece)]
    for word in ("".join(parts[place:]) for place in range(len(parts))):
        if found := _KEYS.get(word) or _KEYS.get(_UNIT_TAIL.sub("", word)):
            return found
    return None


def is_canonical(key, path):
    return plain("".join(path)) == COLUMNS[key].word or plain(path[-1]) == COLUMNS[key].word


def label(path):
    """The heads as people are shown them: 资金/承诺."""
    return "/".join(" ".join(part.split()) for part in path)


def units_in(text):
    """The units of money that a head names."""
    short = compact(text)
    return {found[1] or f"{found[2]}元" for found in _UNIT.finditer(short)} & MONEY_UNITS.keys()


def units_in_line(text):
    """The units of money that a line above the table states after 单位; 填报单位 is a body, not a unit."""
    units = set()
    for found in _UNIT_LINE.finditer(compact(text)):
        if not re.search(f"(?:{words.CHARGED})$", found.string[: found.start()]):
            units |= units_in(found[1])
    return units
