"""The report of an import as JSON, in the language that is active: contract.md, `import_ledger`."""

from registry.core.quantity import Money
from registry.core.sheets.grid import column_letters

from . import words
from .columns import COLUMNS, MONEY, label
from .money import fund_of
from .verdicts import DIFFERS, OUTCOMES, SKIPPED

_TEXTS = ("project", "org", "code", "registry", "contact", "phone", "note")


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
        told["differences"] = [
            {"field": COLUMNS[one.key].word, "there": one.there, "here": one.here} for one in verdict.differences
        ]
    return told


def _fault(fault, entry):
    column = entry.columns.get(fault.key)
    return {
        "field": COLUMNS[fault.key].word,
        "message": str(fault.said),
        "code": fault.code,
        "cell": f"{column_letters(column)}{entry.row}" if column else "",
        "suggestions": [{"field": COLUMNS[one.key].word, "value": one.value} for one in fault.suggestions],
    }


def stored_values(entry):
    """The values of a row as they are stored: money in yuan, days by ISO, None for what is not stated."""
    told = {key: entry[key] or None for key in _TEXTS}
    fund, kind = fund_of(entry), entry["kind"] or Money(None)
    told |= {
        "type": words.TYPE_WORDS.get(entry["type"]),
        "type_code": entry["type"] or None,
        "county": "、".join(unit.name for unit in entry["county"] or ()) or None,
        "domain": "、".join(field.name for field in entry["domain"] or ()) or None,
        "fund_yuan": fund.plain,
        "kind_yuan": kind.plain,
        "people": entry["people"].plain if entry["people"] else None,
        "start": _iso(entry["start"]),
        "end": _iso(entry["end"]),
        "status": words.STAGE_WORDS.get(entry["status"]),
        "status_code": entry["status"] or None,
        "number": entry["number"] or None,
        "households": entry["households"].plain if entry["households"] else None,
        "counties": [unit.code for unit in entry["county"] or ()],
    }
    told |= {f"{key}_yuan": entry[key].plain for key in MONEY if key not in ("fund", "kind") and entry[key] is not None}
    told["qualifiers"] = {
        key: str(entry[key].qualifier)
        for key in (*MONEY, "people", "households")
        if entry[key] and entry[key].is_stated and not entry[key].is_exact
    }
    return told


def _iso(day):
    return day.isoformat() if day else None


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
        "passed": {
            kind: [one.number for one in table.passed if one.kind == kind]
            for kind in ("total", "note", "head", "blank")
        },
        "rows": len(table.lines),
    }
