"""The verdicts of a check as rows of their import: what was read, what is said of it, what the sender saw."""

import json

from django.db import connection

from projects.dataset.inserting import copy_in
from projects.ledger import report
from projects.ledger.values import as_written
from projects.ledger.verdicts import REJECT
from projects.models import LedgerRow
from registry.core.translations import in_each_language

SENTENCES = ("errors", "warnings", "differences")
"""Parts of a row's report that hold sentences."""


def keep_rows(ledger, book, outcome):
    """Write the verdicts of `outcome` in the place of those that the import had; what was decided on a row stays."""
    decided = {(row.sheet, row.row): (row.fix, row.pick) for row in ledger.rows.all() if row.fix or row.pick}
    ledger.rows.all().delete()
    lines = {(table.sheet, line.number): line for table in outcome.layout.tables for line in table.lines}
    whole = {(sheet.name, row.number): row.cells for sheet in book.sheets for row in sheet.rows}
    with connection.cursor() as cursor:
        copy_in(cursor, LedgerRow, (
            _row(ledger, position, verdict, lines, whole, decided)
            for position, verdict in enumerate(outcome.verdicts.rows, 1)
        ))  # fmt: skip


def _row(ledger, position, verdict, lines, whole, decided):
    entry = verdict.entry
    place = entry.sheet, entry.row
    told = report.row(verdict)
    said = {}
    if any(told.get(part) for part in SENTENCES):
        said = in_each_language(lambda: {part: report.row(verdict).get(part, []) for part in SENTENCES})
    fix, pick = decided.get(place, ({}, _usual_pick(verdict)))
    cells = {key: as_written(cell) for key, cell in lines[place].cells.items()}
    return {
        "ledger_id": ledger.pk, "position": position, "sheet": entry.sheet, "row": entry.row,
        "outcome": verdict.outcome, "told": _json({key: told[key] for key in told if key not in SENTENCES}),
        "said": _json(said), "cells": _json(cells),
        "raw": _json(raw_row(whole[place], lines[place], entry)) if verdict.outcome == REJECT else None,
        "fix": _json(fix), "pick": _json(pick), "digest": verdict.digest,
        "project": verdict.project.pk if verdict.project is not None else None, "was_written": False,
    }  # fmt: skip


def _usual_pick(verdict):
    """Of a ledger that the register has exported the cells that the sender has changed are offered: each stays to be
    seen, and to be left, before anything is written."""
    cells = [one.key for one in verdict.differences if one.offered and not one.refusal]
    return {"act": "update", "cells": cells} if cells else {}


def raw_row(cells, line, entry):
    """A row as it stands in the file, {column number: [kind, text, format]}; merged text filled down."""
    filled = {entry.columns[key]: cell for key, cell in line.cells.items() if key in entry.columns}
    return {number: raw_cell(cell) for number, cell in sorted((filled | cells).items())}


def raw_cell(cell):
    return [cell.kind, as_written(cell) if cell.value is not None else "", cell.format]


def top_told(book, table):
    """What stands above the rows of a table, title and head: {"rows": [[number, {column: raw cell}]], "merges", "head":
    [first, last row], "widest": last column, "keys": {column key: number}}."""
    sheet = next(sheet for sheet in book.sheets if sheet.name == table.sheet)
    rows = [row for row in sheet.rows if row.number <= table.head.bottom]
    return {
        "rows": [[row.number, {number: raw_cell(cell) for number, cell in sorted(row.cells.items())}] for row in rows],
        "merges": [[m.top, m.left, m.bottom, m.right] for m in sheet.merges if m.bottom <= table.head.bottom],
        "head": [table.head.top, table.head.bottom],
        "widest": max(max(row.cells) for row in sheet.rows),
        "keys": table.head.columns,
    }


def page_told(page):
    """A `survey.Page` as JSON keeps it."""
    columns = [vars(column) | {"letters": column.letters} for column in page.columns]
    return vars(page) | {"columns": columns, "refused": refusal_told(page.refused) if page.refused else None}


def refusal_told(refused):
    """A `Refused` as JSON keeps it: {"code", language: sentence}."""
    return {"code": refused.code} | in_each_language(lambda: str(refused.message))


def _json(value):
    return json.dumps(value, ensure_ascii=False)
