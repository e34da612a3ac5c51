"""From a book to tables: which sheets are ledgers, where their rows are, in which unit their money is.

Nothing is asked of the register here: what stands on the page decides alone.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.core.moments import Moment
from registry.core.sheets.grid import TEXT, Refused
from registry.core.text import excerpt

from . import words
from .columns import COLUMNS, MONEY, units_in, units_in_line
from .faults import Said
from .heads import FIRST_ROWS, find_head, is_example
from .passing import Passed, kind_of_row

SHOWN = 20
_IS_EXAMPLE = _("Sheet “%s” holds the example of the template, which is never imported.")


@dataclass
class Line:
    """One row of a ledger: its cells by column key, merged text filled down.

    `merged`: keys of figures that share a cell with another row, and so belong to none.
    """

    number: int
    cells: dict
    merged: frozenset = frozenset()


@dataclass
class Table:
    """One sheet that is a ledger. `units`: {key of a money column: unit}; `passed`: rows that are no projects;
    `moment`: that at which the register exported it, None for a ledger of other origin."""

    sheet: str
    head: object
    units: dict[str, str]
    moment: Moment | None = None
    lines: list[Line] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


@dataclass
class Layout:
    """`warnings` are told in the language of whoever reads them."""

    tables: list[Table]
    warnings: list


def read_layout(book, *, sheet="", unit="", chosen=None):
    """The tables of a book, all sheets with a head or only `sheet`; money without a stated unit is in `unit`.

    `chosen`: {head: key} as in `columns.recognise`. Raises Refused.
    """
    heads, warnings = _heads(book, sheet, chosen)
    tables = []
    for page, head in heads:
        table = Table(page.name, head, _units(page, head, unit, warnings), _moment(page, head))
        _divide(page, table)
        tables.append(table)
        warnings += _told(page, table)
    if not any(table.lines for table in tables):
        raise Refused(_("Below the head stands no row with a project. Nothing is imported."), "NO_ROWS")
    return Layout(tables, [*book.warnings, *warnings])


def _heads(book, wanted, chosen):
    """[(sheet, head)] of what is read, and who is told what was left out. Raises Refused."""
    sheets = [page for page in book.sheets if not wanted or page.name.strip() == wanted.strip()]
    if not sheets:
        names = "、".join(page.name for page in book.sheets)
        message = _("There is no sheet “%(name)s”. The file has: %(names)s.")
        raise Refused(Said(message, {"name": excerpt(wanted), "names": names}), "NO_SHEET")
    if all(map(is_example, sheets)):
        raise Refused(Said(_IS_EXAMPLE, sheets[0].name), "EXAMPLE")
    found = [(page, find_head(page, chosen)) for page in sheets]
    for page, head in found:
        if head and _moment(page, head):
            head.exported(chosen)
        if head and head.again:
            message = _("Sheet “%(sheet)s”: the column %(words)s stands there twice. Remove or rename one of them.")
            raise Refused(Said(message, {"sheet": page.name, "words": "、".join(head.again)}), "COLUMN_TWICE")
    read = [(page, head) for page, head in found if head and head.is_complete]
    if not read:
        raise _no_ledger(found)
    left = [(page, head) for page, head in found if not (head and head.is_complete)]
    told = [_left_out(page, head) for page, head in left if head or page.name not in (words.GUIDE, words.LISTS)]
    if others := [page.name for page in book.sheets if page not in sheets]:
        told.append(Said(_("Sheets that were not chosen are left out: %s."), "、".join(others)))
    return read, told


def _moment(page, head):
    """The moment that an exported ledger names above its head; None where none stands there."""
    for row in page.rows:
        if row.number < head.top:
            for cell in row.cells.values():
                if cell.kind == TEXT and words.STAMP in cell.value:
                    return Moment.read(cell.value.partition(words.STAMP)[2])
    return None


def _no_ledger(found):
    """Why no sheet is a ledger, by the one that comes nearest."""
    near = max(((page, head) for page, head in found if head), key=lambda pair: len(pair[1].columns), default=None)
    if near is None:
        named = "、".join(COLUMNS[key].word for key in ("project", "org", "code", "county", "fund"))
        message = _(
            "No head was found in the first %(rows)d rows. A ledger has at least the columns %(words)s: "
            "add a row with these words above the projects."
        )
        return Refused(Said(message, {"rows": FIRST_ROWS, "words": named}), "NO_HEAD")
    page, head = near
    message = _("Sheet “%(sheet)s”: the column %(words)s is missing in the head (row %(row)d). Add it.")
    params = {"sheet": page.name, "words": "、".join(head.missing), "row": head.top}
    return Refused(Said(message, params), "COLUMN_MISSING")


def _left_out(page, head):
    if is_example(page):
        return Said(_IS_EXAMPLE, page.name)
    if head is None:
        return Said(_("Sheet “%s” has no head of a ledger and is left out."), page.name)
    message = _("Sheet “%(sheet)s” is left out: its head has no column %(words)s.")
    return Said(message, {"sheet": page.name, "words": "、".join(head.missing)})


def _units(page, head, given, warnings):
    """The unit of each money column. Raises Refused where it is not stated or stated in two ways."""
    keys = [key for key in MONEY if key in head.columns]
    everywhere = _units_above(page, head) | ({given} if given else set())
    units = {}
    for key in keys:
        stated = units_in("".join(head.path(key))) | everywhere
        if len(stated) > 1:
            message = _(
                "Sheet “%(sheet)s”: the unit of the column %(word)s is stated in unlike ways (%(units)s). "
                "Correct the head or the line with the unit."
            )
            params = {"sheet": page.name, "word": COLUMNS[key].word, "units": "、".join(sorted(stated))}
            raise Refused(Said(message, params), "UNIT_CONFLICT")
        units[key] = stated.pop() if stated else ""
    main = [key for key in keys if key != "kind"]
    if unstated := [COLUMNS[key].word for key in main if not units[key]]:
        message = _(
            "Sheet “%(sheet)s”: the unit of the column %(words)s is stated neither in the head nor in a line 单位： "
            "above it (UNIT_UNKNOWN). Write 元 or 万元 into the head, or say the unit."
        )
        raise Refused(Said(message, {"sheet": page.name, "words": "、".join(unstated)}), "UNIT_UNKNOWN")
    if not units.get("kind", "-"):
        units["kind"] = units[main[0]]
        message = _("Sheet “%(sheet)s”: the column %(word)s states no unit and is read in %(unit)s like the money.")
        params = {"sheet": page.name, "word": COLUMNS["kind"].word, "unit": units["kind"]}
        warnings.append(Said(message, params))
    return units


def _units_above(page, head):
    """The units that lines above the head state for all columns."""
    cells = [cell for row in page.rows if row.number < head.top for cell in row.cells.values()]
    return {unit for cell in cells if cell.kind == TEXT for unit in units_in_line(cell.value)}


def _divide(page, table):
    """Part the rows below the head into projects and what is passed over."""
    columns = {number: key for key, number in table.head.columns.items()}
    merged, wide = _Merged(page, columns), _wide(page, table.head)
    for row in page.rows:
        if row.number <= table.head.bottom:
            continue
        own = {columns[number]: cell for number, cell in row.cells.items() if number in columns}
        passed = kind_of_row(row, own, table.head, is_wide=row.number in wide)
        if passed:
            place = len(table.lines)
            table.passed.append(replace(passed, cells=own, after=place))
            continue
        filled, shared = merged.at(row.number)
        table.lines.append(Line(row.number, filled | own, shared))


def _wide(page, head):
    """Rows in which one cell reaches over three columns or more: headings and notes."""
    return {merge.top for merge in page.merges if merge.top > head.bottom and merge.right - merge.left >= 2}


class _Merged:
    """What merged cells below a head say of the rows that they cover."""

    def __init__(self, page, columns):
        self.rows = {row.number: row.cells for row in page.rows}
        self.numbers = sorted(self.rows)
        self.spans = defaultdict(list)
        for merge in page.merges:
            if merge.bottom > merge.top and merge.left in columns:
                self.spans[columns[merge.left]].append((merge.top, merge.bottom, merge.left))
        for spans in self.spans.values():
            spans.sort()

    def at(self, number):
        """(text cells filled down to the row, keys of figures that it shares with another row)."""
        filled, shared = {}, set()
        for key, spans in self.spans.items():
            place = bisect_right(spans, (number, float("inf"))) - 1
            if place < 0 or spans[place][1] < number:
                continue
            top, bottom, left = spans[place]
            if not COLUMNS[key].is_shared:
                if key != "seq" and self._rows_in(top, bottom) > 1:
                    shared.add(key)
            elif top != number and (cell := self.rows.get(top, {}).get(left)) is not None:
                filled[key] = cell
        return filled, frozenset(shared)

    def _rows_in(self, top, bottom):
        """How many rows between the two hold anything of their own."""
        return bisect_right(self.numbers, bottom) - bisect_right(self.numbers, top - 1)


def _told(page, table):
    """What people are told of a sheet before anything is written."""
    head, told = table.head, []
    name = {"sheet": page.name}
    if page.is_hidden:
        told.append(Said(_("Sheet “%(sheet)s” is hidden and is read too."), name))
    for message, labels in (
        (_("Sheet “%(sheet)s”: columns that are not known and are not imported: %(words)s."), head.unknown),
        (
            _("Sheet “%(sheet)s”: columns that say the same as another and are not imported: %(words)s."),
            head.unused,
        ),
        (_("Sheet “%(sheet)s”: columns that are for reading only and are not imported: %(words)s."), head.shown),
    ):
        if labels:
            told.append(Said(message, name | {"words": "、".join(excerpt(label) for label in labels)}))
    hidden = {row.number for row in page.rows if row.is_hidden} & {line.number for line in table.lines}
    if hidden:
        message = ngettext_lazy(
            "Sheet “%(sheet)s”: %(count)d hidden row is read too: row %(rows)s.",
            "Sheet “%(sheet)s”: %(count)d hidden rows are read too: rows %(rows)s.",
            "count",
        )
        told.append(Said(message, name | {"count": len(hidden), "rows": listed(sorted(hidden))}))
    for kind, message in (
        ("total", _("Sheet “%(sheet)s”: rows with totals, no projects: %(rows)s.")),
        ("head", _("Sheet “%(sheet)s”: the head again, no projects: rows %(rows)s.")),
    ):
        if numbers := [passed.number for passed in table.passed if passed.kind == kind]:
            told.append(Said(message, name | {"rows": listed(numbers)}))
    for passed in [passed for passed in table.passed if passed.kind == "note"][:SHOWN]:
        message = _("Sheet “%(sheet)s”, row %(row)d is a note, no project: %(text)s")
        told.append(Said(message, name | {"row": passed.number, "text": excerpt(passed.text)}))
    return told


def listed(numbers):
    """The first numbers of many, for a sentence."""
    shown = "、".join(map(str, numbers[:SHOWN]))
    return f"{shown} …" if len(numbers) > SHOWN else shown
