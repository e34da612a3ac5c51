"""What a book holds before anything is judged: its sheets, their heads and columns, the unit of their money.

Out of it a person says which sheets are meant, what unknown columns mean, and in which unit money stands where the
ledger does not say so.
"""

from dataclasses import dataclass, field

from registry.core.sheets.grid import Refused, column_letters

from . import words
from .columns import label
from .heads import find_head
from .layout import read_layout
from .values import as_written, is_empty

SAMPLES = 3
LONGEST_SAMPLE = 60


@dataclass
class Column:
    """`key`: the column's key, "" where it is not known or is left out; `samples`: the first texts below its head."""

    number: int
    head: str
    key: str
    samples: list[str] = field(default_factory=list)

    @property
    def letters(self):
        return column_letters(self.number)


@dataclass
class Page:
    """One sheet. `rows`: lines that are projects; `units`: {key of a money column: unit as the ledger says it};
    `refused`: why it cannot be read as it is, None where it can."""

    name: str
    is_hidden: bool = False
    head_rows: tuple[int, int] = (0, 0)
    columns: list[Column] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    refused: Refused | None = None

    @property
    def lacks_unit(self):
        return self.refused is not None and self.refused.code == "UNIT_UNKNOWN"


def survey(book, *, unit="", chosen=None):
    """The `Page` of every sheet of a book, as it would be read in `unit` with the meaning `chosen` of its heads."""
    return [_page(book, sheet, unit, chosen) for sheet in book.sheets]


def _page(book, sheet, unit, chosen):
    head = find_head(sheet, chosen)
    page = Page(sheet.name, sheet.is_hidden)
    if head is not None:
        meaning = {number: key for key, number in head.columns.items()}
        page.head_rows, page.missing = (head.top, head.bottom), head.missing
        named = ((number, label(path)) for number, path in head.paths.items())
        page.columns = [Column(number, name, meaning.get(number, "")) for number, name in named if name != words.REASON]
        _fill_samples(page, sheet)
    try:
        layout = read_layout(book, sheet=sheet.name, unit=unit, chosen=chosen)
    except Refused as refused:
        page.refused = refused
    else:
        (table,) = layout.tables
        page.units, page.rows = table.units, len(table.lines)
        for passed in table.passed:
            page.passed[passed.kind] = page.passed.get(passed.kind, 0) + 1
    return page


def _fill_samples(page, sheet):
    wanted = {column.number: column.samples for column in page.columns}
    for row in sheet.rows:
        if row.number > page.head_rows[1]:
            for number, cell in row.cells.items():
                samples = wanted.get(number)
                if samples is not None and len(samples) < SAMPLES and not is_empty(cell):
                    samples.append(as_written(cell)[:LONGEST_SAMPLE])
        if all(len(samples) == SAMPLES for samples in wanted.values()):
            break
