"""The values of a row as they are stored, as plain data for reports, and what tells two judgements apart."""

import hashlib
import json

from registry.core.quantity import Money

from . import words
from .columns import MONEY
from .money import fund_of

_TEXTS = ("project", "org", "code", "registry", "contact", "phone", "note")


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


def digest_of(verdict):
    """A short hash of all that a verdict says: the same for the same row as long as the register says the same."""
    entry = verdict.entry
    said = [
        verdict.outcome,
        stored_values(entry),
        entry["officer"],
        verdict.project and verdict.project.number,
        [(one.key, one.base, one.there, one.here) for one in verdict.differences],
        [(fault.key, fault.code) for fault in entry.faults],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]
