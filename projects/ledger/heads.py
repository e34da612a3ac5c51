"""Finding the head of a ledger by its words, in one row or in several merged ones."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from registry.core.sheets.grid import TEXT
from registry.core.text import compact

from . import words
from .columns import COLUMNS, REQUIRED, is_canonical, label, plain, recognise

FIRST_ROWS = 20
DEEPEST = 3
FEWEST = 3
"""A row with fewer known words is no head."""


@dataclass
class Head:
    """Where the head stands and which columns it names.

    `columns`: {key: column number}; `paths`: {column number: heads from above}; `unknown`: heads that name nothing
    known; `unused`: known ones beside a better one of the same meaning; `twice`: keys that two columns claim equally;
    `shown`: heads of an exported ledger that are for reading only; `left_out`: those that a person left out.
    """

    top: int
    bottom: int
    columns: dict[str, int] = field(default_factory=dict)
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    required: tuple = REQUIRED

    @cached_property
    def words(self):
        """{column number: its words without spaces}."""
        return {number: {compact(part) for part in path} for number, path in self.paths.items()}

    @property
    def missing(self):
        """The words of the required columns that are not there."""
        return [COLUMNS[group[0]].word for group in self.required if not any(key in self.columns for key in group)]

    @property
    def again(self):
        """The words of the required columns that stand there twice."""
        return [COLUMNS[key].word for group in (*REQUIRED, *self.required) for key in group if key in self.twice]

    @property
    def is_complete(self):
        return not (self.missing or self.again)

    def path(self, key):
        return self.paths[self.columns[key]]

    def exported(self, chosen=None):
        """Read it as the head of a ledger that the register has exported: a row names its project by the number. What a
        person `chosen` of heads stays."""
        self.required = (("number",),)
        open_ = {key: self.path(key) for key in self.columns if label(self.path(key)) not in (chosen or {})}
        is_promised = "committed" in open_ and recognise(open_["committed"]) == "promised"
        if is_promised and "pledged" not in self.columns:
            self.columns["pledged"] = self.columns.pop("committed")
        for key in [key for key, path in open_.items() if plain(path[-1]) in words.SHOWN_ONLY]:
            self.shown.append(label(self.path(key)))
            del self.columns[key]
        for labels in (self.unknown, self.unused):
            shown = [name for name in labels if _is_shown(name)]
            labels[:] = [name for name in labels if name not in shown]
            self.shown += shown
        if "org" in self.columns and "code" not in self.columns:
            self.shown.append(label(self.path("org")))


def _is_shown(name):
    upper, *lower = name.split("/")
    return plain(upper) == words.CHECKLIST or plain([upper, *lower][-1]) in words.SHOWN_ONLY


def find_head(sheet, chosen=None):
    """The `Head` with the most known words among the first rows, of several that in the fewest rows: a title above is
    no part of it. None where no row has enough words, and for the example of the template."""
    if is_example(sheet):
        return None
    page = _Page(sheet)
    heads = [_read(page, top, bottom, chosen) for top in page.rows if top <= FIRST_ROWS for bottom in page.bottoms(top)]
    found = [head for head in heads if len(head.columns) >= FEWEST]
    return max(found, key=lambda head: (len(head.columns) + len(head.left_out), head.top - head.bottom), default=None)


def is_example(sheet):
    return sheet.name.strip() == words.EXAMPLE


class _Page:
    """The rows of a sheet in which a head may stand, with what is merged there."""

    def __init__(self, sheet):
        last = FIRST_ROWS + DEEPEST
        self.rows = {row.number: row.cells for row in sheet.rows if row.number <= last}
        self.merges = [merge for merge in sheet.merges if merge.top in self.rows]
        self.widest = max((column for cells in self.rows.values() for column in cells), default=0)

    def bottoms(self, top):
        """How deep a head that begins at `top` may reach: as deep as its merged cells, else a row or two more."""
        merged = [min(merge.bottom, top + DEEPEST - 1) for merge in self.merges if merge.top == top]
        if max(merged, default=top) > top:
            return [max(merged)]
        return [top] + [number for number in range(top + 1, top + DEEPEST) if number in self.rows]

    def words(self, number, column):
        cell = self.rows.get(number, {}).get(column)
        return cell.value if cell is not None and cell.kind == TEXT and compact(cell.value) else ""

    def texts(self, number, top, bottom):
        """The words of one row of a head by column, merged cells spread over the columns and rows they cover."""
        texts = {column: text for column in self.rows.get(number, {}) if (text := self.words(number, column))}
        for merge in self.merges:
            if top <= merge.top <= number <= merge.bottom and (text := self.words(merge.top, merge.left)):
                texts |= dict.fromkeys(range(merge.left, min(merge.right, self.widest) + 1), text)
        if number < bottom and not self.merges:
            self._spread(texts, number + 1)
        return texts

    def _spread(self, texts, below):
        """In a CSV file the words of a merged head stand at the left of the columns that they cover."""
        for column in sorted(self.rows.get(below, {})):
            if self.words(below, column) and column not in texts and column - 1 in texts:
                texts[column] = texts[column - 1]


def _read(page, top, bottom, chosen):
    head, found = Head(top, bottom), defaultdict(list)
    head.paths = _paths(page, top, bottom)
    for column, path in head.paths.items():
        if key := recognise(path, chosen):
            found[key].append(column)
        elif label(path) != words.REASON:
            head.unknown.append(label(path))
            if label(path) in (chosen or {}):
                head.left_out.append(label(path))
    for key, columns in found.items():
        _settle(head, key, columns)
    _promises(head)
    return head


def _paths(page, top, bottom):
    """{column: the words of its head from the top down, none twice}, from the left."""
    texts = defaultdict(list)
    for number in range(top, bottom + 1):
        for column, text in page.texts(number, top, bottom).items():
            if text not in texts[column]:
                texts[column].append(text)
    return {column: tuple(texts[column]) for column in sorted(texts)}


def _settle(head, key, columns):
    """One column of several with the same meaning: that with the usual word; none where two claim it equally."""
    usual = [column for column in columns if is_canonical(key, head.paths[column])]
    best = usual or columns
    if len(best) > 1:
        head.twice.append(key)
    head.columns[key] = best[0]
    head.unused += [label(head.paths[column]) for column in columns if column != best[0]]


def _promises(head):
    """承诺 is what was committed, unless 签约 stands beside it: then it is what was pledged before the signing."""
    if "promised" not in head.columns:
        return
    key = "pledged" if "committed" in head.columns else "committed"
    if key in head.columns:
        head.twice.append(key)
    head.columns[key] = head.columns.pop("promised")
