"""The rows of a check as the preview shows them: faults with their cells and suggestions, differences side by side."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from projects.ledger.columns import COLUMNS
from projects.ledger.columns import MONEY as MONEY_KEYS
from projects.models import LedgerRow
from registry.core.dates import format_date, format_instant, parse_date
from registry.core.history import masked
from registry.core.quantity import Money, Quantity, format_quantity
from registry.core.text import mask_numbers
from registry.core.translations import in_own_language

KEYS = {column.word: key for key, column in COLUMNS.items()}
"""Column keys by the words by which reports name them."""

LAMPS = {
    LedgerRow.Outcome.NEW: "on_time", LedgerRow.Outcome.DIFFERS: "due", LedgerRow.Outcome.UNCHANGED: "signed_off",
    LedgerRow.Outcome.SKIPPED: "waived", LedgerRow.Outcome.REJECTED: "overdue",
}  # fmt: skip
"""Outcomes look like the lamps that people know: shape, word and colour."""

MOST_SUGGESTED = 5
PERSONAL = {"contact": "name", "phone": "phone"}


@dataclass(frozen=True)
class Suggestion:
    """What a click puts right: `texts` are the cells' new contents by column key, `value` names it to the server."""

    value: str
    texts: dict

    def __str__(self):
        return " · ".join(self.texts.values())


@dataclass(frozen=True)
class Fault:
    key: str
    field: str
    cell: str
    written: str
    message: str
    suggestions: list[Suggestion]


@dataclass(frozen=True)
class Difference:
    """`base`: as the register was at the export, "" where nobody knows; `other`: who changed it since."""

    key: str
    field: str
    there: str
    here: str
    base: str
    is_conflict: bool
    other: str
    refusal: str
    is_chosen: bool


class ShownRow:
    """One row, ready to print. `several`: the ledger has more than one sheet, so that a row must name its own;
    `masks`: contacts are read masked."""

    def __init__(self, row, several=False, masks=False):
        self.row, self.position, self.masks = row, row.position, masks
        self.place = f"{row.sheet}!{row.row}" if several else str(row.row)
        self.values, self.said = row.told.get("values", {}), in_own_language(row.said, {}) or {}
        self.lamp, self.label = LAMPS[row.outcome], row.get_outcome_display()

    def text(self, key):
        """A text as it will be stored; as it is written where it will not be."""
        return self._read(key, self.values.get(key) or self.row.cells.get(key, ""))

    def _read(self, key, text):
        """The text as the person may read it: no numbers of identity papers, contacts masked for who only looks on."""
        return masked(text, PERSONAL[key]) if self.masks and key in PERSONAL else mask_numbers(str(text))

    @property
    def name(self):
        return self.text("project") or _("(without a name)")

    @property
    def org(self):
        return self.text("org")

    @property
    def county(self):
        return self.text("county")

    @property
    def amount(self):
        return _money(self.values.get("fund_yuan"), self._qualifier("fund"))

    @property
    def people(self):
        people = self.values.get("people")
        return (
            format_quantity(Quantity(Decimal(people), "人次", self._qualifier("people") or "exact")) if people else ""
        )

    def _qualifier(self, key):
        return self.values.get("qualifiers", {}).get(key)

    @property
    def stored(self):
        """[(column, what is stored)] of everything that the row states, as it will be stored."""
        told = []
        for key, column in COLUMNS.items():
            value = self.values.get(f"{key}_yuan" if key in MONEY_KEYS else key)
            if value in (None, "", []):
                continue
            if key in MONEY_KEYS:
                value = _money(value, self._qualifier(key))
            elif key in ("start", "end"):
                value = format_date(parse_date(value), "table")
            told.append((column.word, self._read(key, value)))
        return told

    @property
    def faults(self):
        return [
            Fault(
                KEYS.get(told["field"], ""), told["field"], told["cell"],
                self._read(KEYS.get(told["field"], ""), self.row.cells.get(KEYS.get(told["field"], ""), "")),
                told["message"],
                self._suggestions(number, told["suggestions"]),
            )
            for number, told in enumerate(self.said.get("errors", ()))
        ]  # fmt: skip

    def _suggestions(self, fault, told):
        return [Suggestion(f"{self.position}:{fault}:{number}", texts) for number, texts in enumerate(grouped(told))][
            :MOST_SUGGESTED
        ]

    @property
    def warnings(self):
        return self.said.get("warnings", ())

    @property
    def corrections(self):
        """[(column, as written in the file, what stands in its place)]."""
        return [
            (COLUMNS[key].word, self._read(key, self.row.cells.get(key, "")), self._read(key, text))
            for key, text in self.row.fix.items()
        ]

    @property
    def act(self):
        return self.row.pick.get("act", "skip")

    @property
    def may_be_new(self):
        """Whether it may be another project with the same number: one of another name or by another organisation."""
        return self.row.pick.get("act") == "new" or bool({"project", "code"} & {one.key for one in self.differences})

    @property
    def is_open(self):
        """Whether something can be decided about it."""
        return bool(self.differences) or self.row.pick.get("act") == "new"

    @property
    def differences(self):
        chosen = self.row.pick.get("cells")
        return [
            Difference(
                KEYS[told["field"]], told["field"], _shown(told, "there"), _shown(told, "here"),
                _shown(told, "base") if told.get("conflict") else "", bool(told.get("conflict")), _changed_by(told),
                told.get("refusal") or "",
                KEYS[told["field"]] in chosen if chosen is not None else bool(told.get("offered")),
            )
            for told in self.said.get("differences", ())
        ]  # fmt: skip

    @property
    def can_update(self):
        return any(not one.refusal for one in self.differences)

    @property
    def same_as(self):
        """The earlier row of the same project, where the file holds it twice."""
        return self.row.told.get("same_as_row")

    @property
    def number(self):
        """The number of the project that the register has."""
        return self.row.told.get("project", "")


def grouped(suggestions):
    """[{key: text}] of a fault's suggestions: those for several columns stand together, until a column comes again."""
    groups = []
    for one in suggestions:
        key = KEYS.get(one["field"], "")
        if not groups or key in groups[-1]:
            groups.append({})
        groups[-1][key] = one["value"]
    return groups


def only_suggestions(said):
    """The texts that would put a row right where each of its faults has exactly one suggestion, else None."""
    texts = {}
    for told in said.get("errors", ()):
        groups = grouped(told["suggestions"])
        if len(groups) != 1:
            return None
        texts |= groups[0]
    return texts or None


def offered_cells(said):
    """The columns of a row's differences that can be taken over without going against anybody's change."""
    return [
        KEYS[told["field"]]
        for told in said.get("differences", ())
        if not told.get("refusal") and not told.get("conflict")
    ]


def _money(text, qualifier):
    return format_quantity(Money(Decimal(text), qualifier=qualifier or "exact"), "exact") if text else ""


def _shown(told, name):
    """A value of a difference: money exact to the fen, texts with identity numbers masked."""
    value = told.get(name)
    if value in (None, ""):
        return _("not stated")
    is_money = (
        KEYS[told["field"]] in MONEY_KEYS and " " not in value
    )  # with a word for its precision it is told as it is
    return _money(value, None) if is_money else mask_numbers(str(value))


def _changed_by(told):
    if not told.get("at"):
        return ""
    when = format_instant(datetime.datetime.fromisoformat(told["at"]), "table")
    return _("changed by %(who)s on %(when)s") % {"who": told.get("by") or _("somebody"), "when": when}
