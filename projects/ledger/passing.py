"""Rows below a head that are no projects: blank ones, totals, notes, headings, the head repeated."""

import re
from dataclasses import dataclass, field

from registry.core.sheets.grid import NUMBER, TEXT
from registry.core.text import compact

from . import words

_NOTE = re.compile(words.NOTE)
_SECTION = re.compile(words.SECTION)
_TOTAL = re.compile(rf"(?:{'|'.join(words.TOTALS)})(?P<rest>.*)")
_LATE_TOTAL = re.compile(rf".{{1,12}}(?:{'|'.join(words.TOTALS)})[:]?")
_GIVEN = ("code", "county", "county_code")
"""What a project's row states and a note or a total does not."""


@dataclass(frozen=True)
class Passed:
    """A row that is no project. `kind`: blank, total, note or head; `after`: how many projects stand above it."""

    number: int
    kind: str
    text: str = ""
    cells: dict = field(default_factory=dict)
    after: int = 0


def kind_of_row(row, cells, head, *, is_wide=False):
    """The `Passed` of a row that is no project, None for a project's. `cells`: those of known columns by key."""
    written = {number: compact(cell.value) for number, cell in row.cells.items() if cell.kind == TEXT}
    held = [number for number, cell in row.cells.items() if cell.kind != TEXT or written[number]]
    counted = head.columns.get("seq")
    if all(number == counted and _is_number(row.cells[number], written.get(number)) for number in held):
        return Passed(row.number, "blank")
    text = written.get(min(held), "")
    given = [key for key in _GIVEN if key in cells and not is_blank(cells[key])]
    if text and _is_total(text, given):
        return Passed(row.number, "total", text)
    if _repeats_head(written, held, head):
        return Passed(row.number, "head", text)
    if text and not given and _is_note(text, held, head, is_wide):
        return Passed(row.number, "note", " ".join(written[number] for number in sorted(written)))
    return None


def is_blank(cell):
    """Nothing but spaces of all kinds and what has no width."""
    return cell.kind == TEXT and not compact(cell.value)


def _is_number(cell, written):
    return cell.kind == NUMBER or (written or "").isdecimal()


def _is_total(text, given):
    """A word for a total, and no project of which it is the name (小计算机)."""
    found = _TOTAL.fullmatch(text)
    if found:
        return not found["rest"] or not given
    return not given and bool(_LATE_TOTAL.fullmatch(text))


def _repeats_head(written, held, head):
    """The head once more, as on the next printed page."""
    same = [number for number, text in written.items() if text in head.words.get(number, ())]
    return len(same) >= 3 and len(same) * 2 > len(held)


def _is_note(text, held, head, is_wide):
    if _NOTE.match(text):
        return True
    if len(held) > 1:
        return False
    alone = held[0]
    is_off = alone == head.columns.get("seq") or alone not in head.columns.values()
    return is_wide or is_off or bool(_SECTION.fullmatch(text))
