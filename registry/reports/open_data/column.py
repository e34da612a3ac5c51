"""What a column and a set of open data are. Files, field list and package are all written from these."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry.core.quantity import YUAN, Qualifier
from registry.core.text import mask_numbers

SEPARATOR = ";"
"""Between several values in one cell."""

NEVER = _("never empty")
NOT_STATED = _("not stated, which is not zero")
NO_NUMBER = _("there is no number")
NOT_KNOWN = _("the day is not known")

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A credit code holds eleven digits in a row as well: what stands between letters or digits is no telephone.
_TELEPHONE = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?:(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}[ -]?[0-9]{7,8})"
    r"(?![0-9A-Za-z])"
)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def without_personal_data(text):
    """The text with identity, card and telephone numbers and e-mail addresses hidden, in whatever digits."""
    text = mask_numbers(text.translate(_WIDE))
    return _EMAIL.sub("***", _TELEPHONE.sub(lambda found: f"{found[0][:3]}****", text))


@dataclass(frozen=True)
class Column:
    """One column of a set.

    `of(row)` gives its value: a text, number or flag, None or "" where there is none. `type` is a type of Table Schema;
    numbers travel as decimals. `choices` are the codes that it can hold, with their labels; `several`: more than one at
    a time. `is_code`: an identifier by a public list or a word of ours, which is left as it is where texts have
    personal data hidden.
    """

    name: str
    label: Promise
    of: Callable[[Any], Any]
    meaning: Promise | str = ""
    type: str = "string"
    unit: str = ""
    empty: Promise = NEVER
    choices: tuple = ()
    is_code: bool = False
    several: bool = False

    def cell(self, row):
        """The value as JSON has it: decimals as text, nothing as None."""
        value = self.of(row)
        if value is None or value == "":
            return None
        if self.type == "number":
            return f"{Decimal(value):.2f}" if self.unit == YUAN else plain(value)
        if isinstance(value, str) and self.type == "string" and not self.is_code:
            return without_personal_data(value)
        return value

    @property
    def may_be_empty(self):
        return self.empty is not NEVER


def plain(number):
    """A decimal as text, without an exponent and without the zeros behind its point that the database keeps."""
    number = Decimal(number)
    if number == number.to_integral_value():
        return f"{number:.0f}"
    return f"{number.normalize():f}"


@dataclass(frozen=True)
class DataSet:
    """One set: its code is the name of its files; the first of its columns is the key."""

    code: str
    label: Promise
    about: Promise
    columns: tuple[Column, ...] = field(default=())

    @property
    def names(self):
        return [column.name for column in self.columns]

    @property
    def key(self):
        return self.columns[0].name

    def cells(self, row):
        return [column.cell(row) for column in self.columns]


def text(name, label, of, meaning="", **more):
    return Column(name, label, of, meaning, **more)


def code(name, label, of, meaning="", **more):
    return Column(name, label, of, meaning, is_code=True, **more)


def whole(name, label, of, meaning="", **more):
    return Column(name, label, of, meaning, "integer", **more)


def flag(name, label, of, meaning=""):
    return Column(name, label, of, meaning, "boolean")


def day(name, label, of, meaning="", empty=NOT_KNOWN):
    return Column(name, label, of, meaning, "date", empty=empty)


def choice(name, label, of, choices, meaning="", **more):
    """Two columns: the code, and the word for it in Chinese."""
    words = dict(choices)
    coded = format_lazy(_("{label} (code)"), label=label)
    yield Column(name, coded, of, meaning, choices=tuple(choices), is_code=True, **more)
    yield Column(
        f"{name}_name", label, lambda row: str(words[value]) if (value := of(row)) else None,
        _("The code before it, in Chinese."), is_code=True, **more,
    )  # fmt: skip


def measure(name, label, of, meaning="", unit=YUAN, **more):
    """Two columns: the number, and how exact it is. `of(row)` gives a `Quantity`."""
    more.setdefault("empty", NOT_STATED)
    yield Column(name, label, lambda row: of(row).value, meaning, "number", unit, **more)
    yield Column(
        f"{name}_precision", format_lazy(_("{label}: precision"), label=label),
        lambda row: of(row).qualifier.value if of(row).is_stated else None,
        _("How exact the number before it is; an inexact line makes its sum inexact."),
        choices=tuple(Qualifier.choices), empty=NO_NUMBER, is_code=True,
    )  # fmt: skip


def joined(values):
    """Several values in one cell, each once; None for none."""
    return SEPARATOR.join(dict.fromkeys(str(value) for value in values if value)) or None
