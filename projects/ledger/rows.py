"""One line of a ledger as an `Entry`: its values as they will be stored, and all its faults at once."""

import re
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orgs.credit_code import KIND_OF_CLASS, class_of, code_warnings, normalise_code, validate_code
from registry.core.sheets.grid import TEXT, Cell
from registry.core.text import compact, excerpt, fold_width, removed_from

from . import values, words
from .columns import COLUMNS, label
from .faults import Fault, Said, Suggestion, Wrong

NAME, SHORT, LONG, NUMBER_LENGTH = 200, 60, 20_000, 40
PHONE = 30
_CODES = re.compile(r"[;,、\s]+")
_NUMBER = re.compile(r"[^\s/?#]+")
_NEEDED = ("project", "org", "code", "county")
_TYPES, _STATUSES = list(words.TYPE_WORDS.values()), list(words.STAGE_WORDS.values())
_UNKNOWN_TYPE = _("“%(text)s” is no type of organisation that is known here. Use one of: %(words)s.")
_UNKNOWN_STATUS = _("“%(text)s” is no status that is known here. Use one of: %(words)s.")


@dataclass
class Entry:
    """A row as read. `values` by column key: `county` is a tuple of divisions, `domain` of fields, money is `Money`,
    people `Quantity`; what is not stated is None (money: Money(None))."""

    sheet: str
    row: int
    values: dict = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Said] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    """Column numbers by key, to name the cell at fault."""
    moment: object = None
    """The `Moment` at which the register exported the row, None for a row of other origin."""
    fixed: frozenset = frozenset()
    """Keys of the cells that a person has put right since."""

    def __getitem__(self, key):
        return self.values.get(key)

    def fault(self, key, text, code="", suggestions=(), /, **params):
        """Name a fault of column `key`; `suggestions`: texts for its cell, or `Suggestion`s for any."""
        self.add(key, Wrong(text, code, suggestions, **params))

    def add(self, key, wrong):
        offered = (s if isinstance(s, Suggestion) else Suggestion(key, s) for s in wrong.suggested)
        self.faults.append(Fault(key, wrong.said, wrong.code, tuple(offered)))

    def warn(self, text, /, **params):
        self.warnings.append(Said(text, params))

    def row_from(self, other):
        """The row as it is named in what is said of `other`: with the sheet where that is another one."""
        return str(self.row) if self.sheet == other.sheet else f"{self.sheet}!{self.row}"

    @property
    def place(self):
        """How decisions name the row: "<sheet>!<row>"."""
        return f"{self.sheet}!{self.row}"

    @property
    def is_rejected(self):
        return bool(self.faults)

    @property
    def name_key(self):
        """The project's name without spaces, as duplicates are told by."""
        return compact(self["project"] or "")


def read_line(line, table, known, fixes=None, readers=None):
    """The `Entry` of a line by itself; `known` is the `Known` of the register. `fixes`: {key: text}, read in place of
    the line's own cells; `readers` are those of the table without fixes, made once for all of its lines. What a row of
    an exported ledger lacks is asked when its project is known: `ask_for_needed`.
    """
    fixes = fixes or {}
    cells = line.cells | {key: Cell(TEXT, text) for key, text in fixes.items()}
    entry = Entry(table.sheet, line.number, columns=table.head.columns, moment=table.moment, fixed=frozenset(fixes))
    for key, read in (readers_of(table, fixes) if fixes or readers is None else readers).items():
        cell = cells.get(key)
        if key in line.merged and key not in fixes:
            entry.fault(key, _("The cell is merged over several rows, so its figure belongs to none of them. Unmerge "
                               "it and enter a figure in each row."), "merged")  # fmt: skip
        elif not values.is_empty(cell):
            told = _removed(cell)
            try:
                entry.values[key] = read(cell, told)
            except Wrong as wrong:
                entry.add(key, wrong)
            for said in told:
                entry.warn(_("%(word)s: %(said)s"), word=COLUMNS[key].word, said=said)
    if not entry.moment:
        ask_for_needed(entry)
    _check_dates(entry)
    _check_code(entry)
    entry.values["chamber"] = "type" in cells and compact(values.as_written(cells["type"])) in words.CHAMBERS
    _place(entry, known)
    _name_fields(entry, known)
    return entry


def _removed(cell):
    """Invisible characters that are taken out, to be told."""
    removed = removed_from(cell.value) if cell.kind == TEXT else ()
    if not removed:
        return []
    codes = ", ".join(dict.fromkeys(removed))
    return [Said(_("Characters that do not show were removed: %(codes)s."), {"codes": codes})]


def readers_of(table, fixes=()):
    """How the cells of each column of a table are read, and those of columns that only `fixes` have."""
    free = partial(values.text, limit=NAME, private=True)
    readers = {
        "number": _project_number, "project": free, "org": free, "code": values.credit_code, "joint": _joint_codes,
        "type": lambda cell, told: values.one_of(cell, words.ORG_TYPES, _TYPES, _UNKNOWN_TYPE), "registry": free,
        "county": values.looked_up, "county_code": lambda cell, told: values.digits(cell),
        "domain": partial(values.text, limit=NAME), "year": lambda cell, told: values.year(cell),
        "people": partial(values.people, unit=_people_unit(table)),
        "households": partial(values.people, unit="户", others=""),
        "start": values.day, "end": partial(values.day, is_end=True),
        "officer": partial(values.text, limit=SHORT),
        "status": lambda cell, told: values.one_of(cell, words.STAGES, _STATUSES, _UNKNOWN_STATUS),
        "contact": partial(values.text, limit=SHORT), "phone": _phone,
        "note": partial(values.text, limit=LONG, multiline=True, private=True),
    }  # fmt: skip
    readers |= {key: partial(values.money, unit=unit) for key, unit in table.units.items()}
    return {key: readers[key] for key in (*table.head.columns, *fixes) if key in readers}


def _people_unit(table):
    """人 where the head counts people, 人次 otherwise."""
    head = label(table.head.path("people")) if "people" in table.head.columns else ""
    return "人" if re.search("人(?!次)", head) and "人次" not in head else "人次"


def _project_number(cell, told):
    number = values.digits(cell)
    if len(number) > NUMBER_LENGTH or not _NUMBER.fullmatch(number):
        raise Wrong(_("“%(text)s” is no project number: up to 40 characters without spaces, / ? and #."), "number",
                    text=excerpt(number))  # fmt: skip
    return number


def _joint_codes(cell, told):
    parts = _CODES.split(fold_width(values.credit_text(cell)))
    codes = tuple(dict.fromkeys(normalise_code(part) for part in parts if part))
    for code in codes:
        try:
            validate_code(code, kind=class_of(code) or "association")
        except ValidationError as error:
            raise Wrong.of(error) from error
    return codes


def _phone(cell, told):
    phone = values.digits(cell)
    if len(phone) > PHONE:
        return values.text(cell, told, limit=PHONE)
    return phone


def ask_for_needed(entry):
    """A required cell that holds nothing."""
    wrong = {fault.key for fault in entry.faults}
    for key in _NEEDED:
        stands_in = ("county", "county_code") if key == "county" else (key,)
        if any(entry[name] or name in wrong for name in stands_in):
            continue
        if entry.moment and not any(name in entry.columns for name in stands_in):
            entry.fault(key, _("The column %(word)s is missing, and a new project needs it. New projects come by the "
                               "template."), "missing", word=COLUMNS[key].word)  # fmt: skip
        else:
            entry.fault(key, _("%(word)s is missing. Fill in the cell."), "missing", word=COLUMNS[key].word)


def _check_dates(entry):
    start, end = entry["start"], entry["end"]
    if start and end and end < start:
        entry.fault("end", _("The end (%(end)s) lies before the start (%(start)s). Correct one of the two days."),
                    "order", start=start, end=end)  # fmt: skip


def _check_code(entry):
    """The code by itself, and with the type; where no type is stated the code tells it."""
    code, kind = entry["code"], entry["type"]
    if not code:
        return
    try:
        validate_code(code, kind=kind or class_of(code) or "association")
    except ValidationError as error:
        wrong = Wrong.of(error)
        if wrong.code == "other_kind":
            wrong.suggested = (Suggestion("type", words.TYPE_WORDS[class_of(code)]),)
        entry.add("code", wrong)
        return
    for warning in code_warnings(code):
        entry.warn(_("%(word)s: %(said)s"), word=COLUMNS["code"].word, said=warning)
    if not kind and any(fault.key == "type" for fault in entry.faults):
        return
    entry.values["type"] = kind or KIND_OF_CLASS[code[:2]]
    if not entry["type"]:
        entry.fault("type", _("The code does not tell the type of the organisation. Fill in the column."), "missing")


def _place(entry, known):
    """The county-level units of the row, by name or by code; where both are stated they must agree."""
    written, code = entry.values.pop("county", ""), entry["county_code"]
    when = (entry["start"] or entry["end"]).year if (entry["start"] or entry["end"]) else entry["year"]
    told, units = [], ()
    try:
        units = known.places.find_all(written, when, told) if written else ()
    except Wrong as wrong:
        entry.add("county", wrong)
    for said in told:
        entry.warn(_("%(word)s: %(said)s"), word=COLUMNS["county"].word, said=said)
    if code:
        try:
            coded = known.places.by_code(code, when)
        except Wrong as wrong:
            entry.add("county_code", wrong)
        else:
            if units and coded.home_id not in {unit.home_id for unit in units}:
                entry.fault("county_code", _("The code %(code)s is that of %(name)s, not of the county named."),
                            "other", code=code, name=known.places.long_name(coded))  # fmt: skip
            units = units or (coded,)
    entry.values["county"] = units


def _name_fields(entry, known):
    """The fields of help, the first one primary. A word that names none is told and not stored."""
    fields, unknown = [], []
    for word in re.split(words.LIST_SIGNS, fold_width(entry["domain"] or "")):
        if not compact(word) or compact(word) in words.NOT_STATED:
            continue
        found = known.field(compact(word))
        if found is None:
            unknown.append(word)
        elif found not in fields:
            fields.append(found)
    if unknown:
        entry.warn(_("“%(text)s” is no field of help and is not stored. Fields are: %(names)s."),
                   text=excerpt("、".join(unknown)), names="、".join(known.field_names))  # fmt: skip
    entry.values["domain"] = tuple(fields)
