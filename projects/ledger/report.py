"""The report of an import as JSON, in the language that is active: `import_ledger` prints it, imports keep its rows."""

import json

from registry.core.sheets.grid import column_letters

from .columns import COLUMNS, label
from .stored import stored_values
from .verdicts import DIFFERS, OUTCOMES, SKIPPED


def report(outcome):
    """What is told of a ledger that was read; `rows` in the order of the file."""
    verdicts = outcome.verdicts
    told = {
        "file_verdict": "import",
        "message": "",
        "campaign": outcome.campaign.code,
        "warnings": [*map(str, verdicts.warnings)],
        "summary": verdicts.summary,
        "sheets": [_sheet(table) for table in outcome.layout.tables],
        "rows": [row(verdict) for verdict in verdicts.rows],
    }
    if outcome.written is not None:
        told["written"] = outcome.written.counts
    return told


def as_text(told):
    """A report or refusal as JSON, each row in a line of its own: indented it would take five times as long."""
    parts = [f"{_json(key)}: {_in_lines(value) if key == 'rows' else _json(value)}" for key, value in told.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _in_lines(rows):
    return "[\n" + ",\n".join(map(_json, rows)) + "\n]"


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def refusal(refused):
    """What is told of a file that was not read."""
    return {
        "file_verdict": "refuse",
        "code": refused.code,
        "message": str(refused.message),
        "warnings": [],
        "summary": dict.fromkeys(("accepted", "rejected", *OUTCOMES[2:]), 0),
        "rows": [],
    }


def row(verdict):
    """One row: verdict, faults with what a click would put right, values as they are stored."""
    entry = verdict.entry
    told = {
        "sheet": entry.sheet,
        "row": entry.row,
        "status": verdict.outcome,
        "errors": [_fault(fault, entry) for fault in entry.faults],
        "warnings": [str(said) for said in entry.warnings],
        "values": stored_values(entry),
    }
    if verdict.outcome in (SKIPPED, DIFFERS) and verdict.first is not None:
        told["same_as_row"] = verdict.first.entry.row
    if verdict.project is not None:
        told["project"] = verdict.project.number
    if verdict.differences:
        told["differences"] = [_difference(one, is_exported=bool(entry.moment)) for one in verdict.differences]
    return told


def _difference(one, is_exported):
    """A difference; of an exported ledger with all that was found out, else with what there is to say."""
    told = {"field": COLUMNS[one.key].word, "there": one.there, "here": one.here}
    more = {
        "key": one.key, "base": one.base, "conflict": one.conflict, "by": one.by or None,
        "at": one.at.isoformat() if one.at else None, "offered": one.offered,
    }  # fmt: skip
    refusal = {"refusal": str(one.refusal) if one.refusal else None}
    return told | (more | refusal if is_exported else refusal if one.refusal else {})


def _fault(fault, entry):
    column = entry.columns.get(fault.key)
    return {
        "field": COLUMNS[fault.key].word,
        "message": str(fault.said),
        "code": fault.code,
        "cell": f"{column_letters(column)}{entry.row}" if column else "",
        "suggestions": [{"field": COLUMNS[one.key].word, "value": one.value} for one in fault.suggestions],
    }


def _sheet(table):
    head = table.head
    return {
        "name": table.sheet,
        "head_rows": [head.top, head.bottom],
        "columns": [
            {
                "column": column_letters(number),
                "head": label(head.paths[number]),
                "field": key,
                "unit": table.units.get(key, ""),
            }
            for key, number in sorted(head.columns.items(), key=lambda pair: pair[1])
        ],
        "unknown": head.unknown,
        "shown": head.shown,
        "moment": str(table.moment) if table.moment else None,
        "passed": {
            kind: [one.number for one in table.passed if one.kind == kind]
            for kind in ("total", "note", "head", "blank")
        },
        "rows": len(table.lines),
    }
