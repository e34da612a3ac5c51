"""What a row says otherwise than the register: cell by cell, and, for a ledger that the register has exported, against
what stood in the cell then.

A cell that is absent or blank says nothing, so it never erases anything.
"""

import datetime
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from projects.models import Funding, Participation, Project, ProjectField, Result, Site
from registry.core.dates import format_instant
from registry.core.quantity import Qualifier, sum_qualifier
from registry.core.quantity.words import WORD_BEFORE
from registry.core.text import compact, excerpt, mask_personal

from . import words
from .columns import COLUMNS, MONEY
from .money import funding_lines

_MASKED = re.compile(r".?\*+")
"""A name as auditors are shown it: what they export says nothing of who it is."""

_INSTANT = lazy(format_instant, str)
_COLUMNS = {
    "project": {"name"}, "start": {"actual_start", "planned_start"}, "end": {"actual_end", "planned_end"},
    "status": {"stage"}, "note": {"summary"}, "officer": {"officer_id"}, "number": {"number"},
}  # fmt: skip
_TABLES = {
    model._meta.db_table: keys
    for model, keys in (
        (Site, ("county",)), (ProjectField, ("domain",)), (Participation, ("code",)), (Funding, MONEY),
        (Result, ("people", "households")),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """What a row says otherwise than the register, or than an earlier row: figures as text, None for not stated.

    In a ledger that carries its moment `base` is what it was exported with; where the register says otherwise by now,
    that is a `conflict`, with who changed it last (`by`, masked where people are) and when (`at`). `refusal`: why the
    register would not take the cell, in words. `offered`: what a person is asked to confirm without choosing first.
    """

    key: str
    there: str | None
    here: str | None
    base: str | None = None
    conflict: bool = False
    by: str = ""
    at: datetime.datetime | None = None
    refusal: str | Promise | None = None
    offered: bool = False


def refused(one, words):
    """The same difference, with why the register would not take it; "" or None where it would."""
    return replace(one, refusal=words or None, offered=one.offered and not words)


@dataclass(frozen=True)
class Shown:
    """What the register holds for a cell: `text` for people, `forms` in which a cell says just that."""

    text: str | None
    forms: frozenset = frozenset()


NOTHING = Shown(None, frozenset({(Decimal(0), Qualifier.EXACT)}))
"""No line or figure: exported as a blank, and a nought put in its place says no more."""


def differences(entry, project, known):
    """[`Difference`] of an entry and its `Registered` project. What somebody else has changed since the export while
    the cell was left as it was is no difference: the entry is told of it."""
    past = known.past.get((entry.moment, project.pk))
    found = []
    for key, text, form in _stated(entry, project, known):
        there = shown(project, key, entry)
        if form in there.forms:
            continue
        if not entry.moment:
            found.append(Difference(key, there.text, text))
            continue
        base = there if past is None else shown(past.project, key, entry) if past.project else Shown(None)
        is_changed = base.forms != there.forms
        change = _last(past.changes, key, entry) if is_changed else None
        who, at = (known.who(change), change.at) if change else ("", None)
        if form in base.forms:
            _tell_of_other(entry, key, there, who, at)
        else:
            found.append(Difference(key, there.text, text, base.text, is_changed, who, at, offered=not is_changed))
    return found


def _tell_of_other(entry, key, there, who, at):
    params = {"word": COLUMNS[key].word, "there": excerpt(there.text or "-"), "who": who}
    if at is None:
        entry.warn(_("%(word)s: the register says “%(there)s” since the export; it stays so."), **params)
    else:
        entry.warn(_("%(word)s: %(who)s changed it to “%(there)s” on %(when)s, after the export; it stays so."),
                   when=_INSTANT(at), **params)  # fmt: skip


def _last(changes, key, entry):
    """The last of the changes that touched what a column shows, None where the trail knows none."""
    states = {line.state for line in funding_lines(entry) if line.key == key}
    unit = entry[key].unit if key in ("people", "households") else None
    return next((change for change in reversed(changes) if _touches(change, key, states, unit)), None)


def _touches(change, key, states, unit):
    row = (change.before or {}) | (change.after or {})
    if change.table_name == Project._meta.db_table:
        return bool(_COLUMNS.get(key, set()) & (change.before or change.after).keys())
    if key not in _TABLES[change.table_name]:
        return False
    if key in MONEY:
        return row["state"] in states or (change.before or {}).get("state") in states
    return unit is None or row["unit"] == unit


def _stated(entry, project, known):
    """(key, text, form) of each cell that says something."""
    yield from _stated_figures(entry)
    for key, text, form in (
        ("start", _iso(entry["start"]), entry["start"]),
        ("end", _iso(entry["end"]), entry["end"]),
        ("status", words.STAGE_WORDS.get(entry["status"]), entry["status"]),
        ("number", entry["number"], entry["number"]),
        ("project", entry["project"], entry.name_key),
        ("county", _places(entry), frozenset(unit.home_id for unit in entry["county"])),
        ("code", entry["code"] if project.leads else None, known.party(entry)),
    ):
        if text:
            yield key, text, form
    if entry.moment:
        yield from _stated_in_exports(entry)


def _places(entry):
    return "、".join(unit.name for unit in entry["county"])


def _stated_figures(entry):
    for line in funding_lines(entry):
        yield line.key, _amount(line.money.value, line.money.qualifier, entry), _form(line.money, entry)
    for key in ("people", "households"):
        if entry[key] and entry[key].is_stated:
            yield key, _count(entry[key].value, entry[key].qualifier, entry), _form(entry[key], entry)


def _stated_in_exports(entry):
    """Columns that are compared where the register has written them itself; elsewhere they are said in many ways."""
    if entry["domain"]:
        names = [field.name for field in entry["domain"]]
        yield "domain", "、".join(names), frozenset(names)
    if entry["note"]:
        yield "note", entry["note"], compact(entry["note"])
    if entry["officer"] and not _MASKED.fullmatch(entry["officer"]):
        yield "officer", entry["officer"], compact(entry["officer"])


def shown(project, key, entry):
    """The `Shown` of a column for a project, in the terms in which `entry` states it."""
    if key in MONEY:
        return _money(project, key, entry)
    if key in ("people", "households"):
        return _figures(project, entry[key].unit, entry)
    text, *forms = {
        "start": lambda: (_iso(project.start), project.start),
        "end": lambda: (_iso(project.end), project.end),
        "status": lambda: (words.STAGE_WORDS[project.stage], project.stage),
        "number": lambda: (project.number, project.number),
        "project": lambda: (project.name, compact(project.name), compact(mask_personal(project.name))),
        "county": lambda: ("、".join(project.places) or None, project.homes),
        "code": lambda: (None, *project.leads),
        "domain": lambda: ("、".join(dict.fromkeys(project.fields)) or None, frozenset(project.fields)),
        "note": lambda: (project.summary or None, compact(project.summary), compact(mask_personal(project.summary))),
        "officer": lambda: (project.officer or None, compact(project.officer)),
    }[key]()
    return Shown(text, frozenset(forms))


def kinds_of(key, entry):
    """The kinds of money that a column counts. An exported ledger without a column for goods shows all in one."""
    if key == "kind":
        return {Funding.Kind.GOODS}
    if not entry.moment:
        return {Funding.Kind.CASH}
    return set(Funding.Kind) - ({Funding.Kind.GOODS} if "kind" in entry.columns else set())


def _money(project, key, entry):
    state = next(line.state for line in funding_lines(entry) if line.key == key)
    lines = [line for line in project.lines_of(state, kinds_of(key, entry)) if line.amount is not None]
    if not lines:
        return NOTHING
    amount, qualifiers = sum(line.amount for line in lines), {line.qualifier for line in lines}
    qualifier = _qualifier_of(lines) if len(lines) > 1 else lines[0].qualifier
    forms = {amount} if not entry.moment else {(amount, one) for one in _said_as(qualifier, qualifiers, lines)}
    return Shown(_amount(amount, qualifier, entry), frozenset(forms))


def _figures(project, unit, entry):
    """The figures of a unit. Exports show what is approved, or all where nothing is."""
    own = project.beneficiaries(unit)
    if not entry.moment:
        figures = [f"{one.actual.normalize():f}" for one in own]
        return Shown("、".join(figures) or None, frozenset([own[0].actual] if len(own) == 1 else []))
    approved = [one for one in project.figures if one.unit == unit and one.status == Result.Status.APPROVED]
    sums = [ones for ones in (approved, own, [one for one in own if one in approved]) if ones]
    if not sums:
        return NOTHING
    forms = set()
    for ones in sums:
        actual, qualifiers = sum(one.actual for one in ones), {one.qualifier for one in ones}
        forms |= {(actual, one) for one in _said_as(_qualifier_of(ones), qualifiers, ones)}
    return Shown(_count(sum(one.actual for one in sums[0]), _qualifier_of(sums[0]), entry), frozenset(forms))


def _qualifier_of(lines):
    about = sum(line.qualifier == Qualifier.ABOUT for line in lines)
    over = sum(line.qualifier in (Qualifier.OVER, Qualifier.AT_LEAST) for line in lines)
    return sum_qualifier(about, over)


def _said_as(qualifier, qualifiers, lines):
    """How exact a sum may be said to be: as it was entered, or as sums are."""
    return {qualifier, _qualifier_of(lines)} | (qualifiers if len(lines) == 1 else set())


def _form(quantity, entry):
    return (quantity.value, quantity.qualifier) if entry.moment else quantity.value


def _amount(value, qualifier, entry):
    return _marked(f"{value:.2f}", qualifier, entry)


def _count(value, qualifier, entry):
    return _marked(f"{value.normalize():f}", qualifier, entry)


def _marked(text, qualifier, entry):
    """A figure with the word for its precision, which only exported ledgers are compared by."""
    word = WORD_BEFORE[qualifier] if entry.moment else ""
    return f"{word} {text}".strip()


def _iso(day):
    return day.isoformat() if day else None
