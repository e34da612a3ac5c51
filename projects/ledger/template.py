"""The workbook that people fill in: a ruled ledger with drop-down lists, an example, and what each column asks for.

It is made anew each time, since its lists are those of the register. What it refuses at once, the reader would refuse
later; what the reader takes but a list does not have (several counties in one cell, about 80) it only asks about.
"""

import io
from datetime import date

from xlsxwriter import Workbook

from counties.models import Division
from projects.models import Campaign, Field
from registry.core.dates import FIRST_YEAR, LAST_YEAR
from registry.core.quantity import MONEY_LIMIT, MONEY_UNITS
from registry.core.sheets.grid import column_letters
from registry.core.workbooks import FACE, TITLE_FACE

from . import words
from .columns import COLUMNS, REQUIRED
from .places import Gazetteer
from .rows import NAME, PHONE, SHORT
from .template_words import (
    ASKED,
    CHECK,
    EXAMPLE_TITLE,
    EXAMPLES,
    FOOTER,
    HEADS,
    NOTES,
    SHEET,
    TITLE,
    UNIT,
    UNIT_LINE,
    YES_NO,
)
from .values import MOST_PEOPLE

HEAD, PREPARED = 3, 500
"""The row of the head, and how many rows below it are ruled and have their lists."""

KEYS = tuple(ASKED)
NEEDED = {group[0] for group in REQUIRED}
WIDTHS = {
    "seq": 6, "project": 30, "org": 28, "code": 22, "type": 15, "registry": 20, "county": 22, "domain": 12, "fund": 13,
    "kind": 13, "people": 11, "start": 12, "end": 12, "status": 11, "contact": 10, "phone": 16, "note": 26,
}  # fmt: skip
TEXT, DAY, MONEY, WHOLE = "@", "yyyy-mm-dd", "#,##0.00", "#,##0"
SHOWN = {"code": TEXT, "phone": TEXT, "start": DAY, "end": DAY, "fund": MONEY, "kind": MONEY, "people": WHOLE}
LONGEST = {"project": NAME, "org": NAME, "registry": NAME, "contact": SHORT, "phone": PHONE}
ASKS_ONLY = {"county", "domain", "fund", "kind", "people"}
"""Columns in which a value that does not fit may stay: the reader takes several of a list, and approximate figures."""

CODE_LENGTH = 18
HEAD_FILL, NEEDED_FILL = "#EDF1F6", "#FFF2CC"
GUIDE_WIDTHS = (44, 10, 100, 30)
TITLE_HIGH, HEAD_HIGH, HIGH, LONG_LINE = 32, 34, 20, 95
"""Heights of rows in points, and how many letters stand in a line of the guide."""

A3 = 8
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "default_format_properties": {"font_name": FACE, "font_size": 11},
}  # fmt: skip


def template_book():
    """The template as an open binary file at its start."""
    campaign, file = Campaign.objects.current(), io.BytesIO()
    places = Gazetteer(campaign)
    choices = _choices(campaign, places)
    with Workbook(file, OPTIONS) as book:
        looks, examples = _Looks(book), _examples(choices, places)
        page = book.add_worksheet(SHEET)
        _write_ledger(page, looks, TITLE, [{}] * PREPARED)
        for column, key in enumerate(KEYS):
            page.data_validation(HEAD, column, HEAD + PREPARED - 1, column, _rule(key, choices) | _told(key))
        shown = book.add_worksheet(words.EXAMPLE)
        _write_ledger(shown, looks, EXAMPLE_TITLE, examples)
        for number, _row in enumerate(examples, HEAD):
            shown.set_row(number, HIGH)
        _write_guide(book.add_worksheet(words.GUIDE), looks, examples[0])
        lists = book.add_worksheet(words.LISTS)
        for column, listed in enumerate(choices.values()):
            lists.write_column(0, column, listed)
        lists.hide()
    file.seek(0)
    return file


def _choices(campaign, places):
    """{key: words of its list}, as the reader knows them without doubt."""
    fields = Field.objects.active().filter(scheme=campaign.scheme) if campaign else ()
    return {
        "type": list(words.TYPE_WORDS.values()),
        "county": [places.long_name(unit) for unit in places.today()],
        "domain": [field.name for field in fields],
        "status": list(words.STAGE_WORDS.values()),
    }


def _examples(choices, places):
    """The made-up rows, in counties that are helped, where the register knows any."""
    helped = set(Division.objects.designated().values_list("pk", flat=True))
    counties = [places.long_name(unit) for unit in places.today() if unit.pk in helped] or choices["county"]
    return [
        example | {
            "county": counties[place % len(counties)] if counties else "",
            "domain": next((word for word in example["domain"] if word in choices["domain"]), ""),
        }
        for place, example in enumerate(EXAMPLES)
    ]  # fmt: skip


def _rule(key, choices):
    """What a cell of the column may hold, as a spreadsheet is told."""
    if listed := choices.get(key):
        letters = column_letters(list(choices).index(key) + 1)
        return {"validate": "list", "source": f"={words.LISTS}!${letters}$1:${letters}${len(listed)}"}
    if key in ("start", "end"):
        return _between("date", date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
    if key in ("fund", "kind"):
        return _between("decimal", 0, int(MONEY_LIMIT / MONEY_UNITS[UNIT]))
    if key == "people":
        return _between("integer", 0, int(MOST_PEOPLE))
    if key == "code":
        return {"validate": "length", "criteria": "==", "value": CODE_LENGTH}
    if key in LONGEST:
        return {"validate": "length", "criteria": "<=", "value": LONGEST[key]}
    return {"validate": "any"}


def _between(kind, least, most):
    return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}


def _told(key):
    """What is said when a cell of the column is chosen, and when what was entered does not fit."""
    _english, asked, _asked_in_english = ASKED[key]
    return {
        "input_title": COLUMNS[key].word, "input_message": asked, "error_title": CHECK, "error_message": asked,
        "error_type": "warning" if key in ASKS_ONLY else "stop",
    }  # fmt: skip


class _Looks:
    """The formats of the workbook, each made once; called with what differs from plain text."""

    def __init__(self, book):
        self._book, self._made = book, {}

    def __call__(self, **look):
        key = tuple(look.items())
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "vcenter", "text_wrap": True} | look)
        return self._made[key]

    def title(self):
        return self(font_name=TITLE_FACE, font_size=18, align="center")

    def head(self, *, is_needed=False):
        return self(bold=True, align="center", border=1, bg_color=NEEDED_FILL if is_needed else HEAD_FILL)

    def cell(self, key, *, is_ruled=True):
        return self(num_format=SHOWN.get(key, "General"), border=int(is_ruled))


def _write_ledger(page, looks, title, rows):
    """A ledger under its head: `rows` of values by key, a cell for each, prepared where there is no value."""
    last = len(KEYS) - 1
    page.merge_range(0, 0, 0, last, title, looks.title())
    page.merge_range(1, 0, 1, last, UNIT_LINE, looks())
    page.set_row(0, TITLE_HIGH)
    page.set_row(HEAD - 1, HEAD_HIGH)
    for column, key in enumerate(KEYS):
        page.set_column(column, column, WIDTHS[key], looks.cell(key, is_ruled=False))
        page.write_string(HEAD - 1, column, head_of(key), looks.head(is_needed=key in NEEDED))
        for number, row in enumerate(rows, HEAD):
            _put(page, number, column, row.get(key), looks.cell(key))
    page.freeze_panes(HEAD, 0)
    page.set_paper(A3)
    page.set_landscape()
    page.repeat_rows(HEAD - 1)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&C{FOOTER}")


def head_of(key):
    """What stands above a column: *资金（万元）."""
    unit = f"（{UNIT}）" if COLUMNS[key].is_money else ""
    return f"{'*' if key in NEEDED else ''}{COLUMNS[key].word}{unit}"


def _put(page, number, column, value, look):
    if value in (None, ""):
        page.write_blank(number, column, None, look)
    elif isinstance(value, date):
        page.write_datetime(number, column, value, look)
    elif isinstance(value, str):
        page.write_string(number, column, value, look)
    else:
        page.write_number(number, column, value, look)


def _write_guide(page, looks, example):
    """What each column asks for, in Chinese and then in English."""
    for column, width in enumerate(GUIDE_WIDTHS):
        page.set_column(column, column, width)
    top = 0
    for place in range(len(NOTES)):
        top = _write_guide_in(page, looks, place, example, top) + 1
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_guide_in(page, looks, place, example, top):
    """The notes and the table of one language from row `top` on; returns the row below."""
    for number, note in enumerate(NOTES[place], top):
        look = looks() if number > top else looks.title()
        page.merge_range(number, 0, number, len(GUIDE_WIDTHS) - 1, note, look)
    page.set_row(top, TITLE_HIGH)
    top += len(NOTES[place])
    for column, head in enumerate(HEADS[place]):
        page.write_string(top, column, head, looks.head())
    for number, key in enumerate(KEYS, top + 1):
        texts = _asked(key, place, example)
        page.set_row(number, HIGH * (1 + max(map(len, texts)) // LONG_LINE))
        for column, text in enumerate(texts):
            page.write_string(number, column, text, looks(border=1))
    return top + len(KEYS) + 1


def _asked(key, place, example):
    """What is told of a column, in Chinese (`place` 0) or English (1)."""
    english, *asked = ASKED[key]
    name = f"{head_of(key)} · {english}" if place else head_of(key)
    value = example.get(key)
    return name, YES_NO[place][key not in NEEDED], asked[place], "" if value is None else str(value)
