"""What becomes of each row: taken, refused, or there already. Dry run and commit ask this and nothing else."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.core.quantity import Money
from registry.core.text import compact

from . import words
from .faults import Said, Suggestion
from .money import fund_of, funding_lines, is_excess
from .rows import read_line
from .scope import Scope
from .totals import totals_told

ACCEPT, REJECT, SKIPPED, UNCHANGED, DIFFERS = OUTCOMES = ("accept", "reject", "skipped", "unchanged", "differs")
"""A row is taken or rejected; or it stands in the file already (skipped), in the register as it is (unchanged), or in
one of them with other figures (differs). Only rows that are taken are written."""


@dataclass(frozen=True)
class Difference:
    """What a row says otherwise than the register, or than an earlier row: figures as text, None for not stated."""

    key: str
    there: str | None
    here: str | None


@dataclass
class Verdict:
    """`first`: the verdict of the earlier row of the same project; `project`: the registered one."""

    entry: object
    outcome: str = ACCEPT
    differences: list[Difference] = field(default_factory=list)
    first: "Verdict | None" = None
    project: object = None


@dataclass
class Verdicts:
    rows: list[Verdict]
    warnings: list[str]

    @property
    def summary(self):
        """How many rows there are of each status."""
        counted = Counter(verdict.outcome for verdict in self.rows)
        names = {ACCEPT: "accepted", REJECT: "rejected"}
        return {names.get(status, status): counted[status] for status in OUTCOMES}

    @property
    def accepted(self):
        return [verdict.entry for verdict in self.rows if verdict.outcome == ACCEPT]


def judge(layout, known, progress=None):
    """The `Verdicts` of a layout by what is `known`; `progress(n)` is told of every row read."""
    entries, warnings = [], list(layout.warnings)
    for table in layout.tables:
        read = []
        for line in table.lines:
            read.append(read_line(line, table, known))
            if progress:
                progress(1)
        warnings += map(str, totals_told(table, read))
        entries += read
    known.learn(entries)
    scope = Scope(known.by)
    _check_parties(entries, known)
    for entry in entries:
        scope.check(entry, known.places)
        if is_excess(entry):
            entry.warn(
                _("More was received than committed. It is stored as the ledger says and shown in the data check.")
            )
    _suggest_organisations(entries, known)
    verdicts = Verdicts(_settle(entries, known), warnings)
    warnings += map(str, _told_of_all(verdicts.accepted, known))
    return verdicts


def _told_of_all(accepted, known):
    """What holds for many rows is said once."""
    if unstated := sum(1 for entry in accepted if not entry["status"]):
        message = ngettext_lazy(
            "%(count)d row states no status: its project is logged as planned, its money as pledged.",
            "%(count)d rows state no status: their projects are logged as planned, their money as pledged.",
            "count",
        )
        yield Said(message, {"count": unstated})
    if any(entry["contact"] or entry["phone"] for entry in accepted if known.organisation(entry)):
        yield Said(_("Contacts of organisations that are in the register already are left as they are there."))


def _check_parties(entries, known):
    """One code has one name and one name one code, in the file and against the register; the later row is at fault, and
    what a faulty row says is held against no other."""
    names, codes = {}, {}
    for entry in entries:
        if not entry["code"] or not entry["org"] or not _is_sound(entry):
            continue
        _check_register(entry, known)
        if _is_sound(entry):
            _check_file(entry, names, codes)
        if _is_sound(entry):
            known.named.setdefault(entry["code"], entry)
    for entry in entries:
        for code in entry["joint"] or ():
            if code not in known.by_code and code not in known.named:
                entry.fault("joint", _("The organisation with the code %(code)s is neither in the register nor named "
                                       "in this file. Register it first."), "unknown", code=code)  # fmt: skip


def _is_sound(entry):
    return not any(fault.key in ("code", "org", "type") for fault in entry.faults)


def _check_file(entry, names, codes):
    code, name, short = entry["code"], entry["org"], compact(entry["org"])
    of_code, of_name = names.get(code, entry), codes.get(short, entry)
    if compact(of_code["org"]) != short:
        entry.fault("org", _("In row %(row)s the code %(code)s belongs to “%(name)s”. One of the two is wrong."),
                    "two_names", [of_code["org"]],
                    row=of_code.row_from(entry), code=code, name=of_code["org"])  # fmt: skip
    elif of_name["code"] != code:
        entry.fault("code", _("In row %(row)s “%(name)s” has the code %(code)s. One of the two is wrong."),
                    "two_codes", [of_name["code"]],
                    row=of_name.row_from(entry), code=of_name["code"], name=name)  # fmt: skip
    else:
        names.setdefault(code, entry)
        codes.setdefault(short, entry)


def _check_register(entry, known):
    code, name = entry["code"], entry["org"]
    registered = known.by_code.get(code)
    if registered is not None:
        if compact(name) not in known.names[registered.pk]:
            entry.fault("org", _("The register knows the code %(code)s as “%(name)s”. Correct the name or the code."),
                        "other_name", [registered.name], code=code, name=registered.name)  # fmt: skip
        elif compact(name) != compact(registered.name):
            entry.warn(_("“%(name)s” is registered as “%(today)s” today."), name=name, today=registered.name)
        return
    namesake = known.by_name.get(compact(name))
    if namesake is None:
        return
    if namesake.code:
        entry.fault("code", _("“%(name)s” is registered with the code %(code)s. Correct the code or the name."),
                    "other_code", [namesake.code], name=name, code=namesake.code)  # fmt: skip
    else:
        entry.warn(_("“%(name)s” is registered without a code; the row is added to it, and its code is to be entered "
                     "there."), name=name)  # fmt: skip


def _suggest_organisations(entries, known):
    """Offer the registered organisations that come nearest to a name or code that cannot be right."""
    asked = [
        (entry, place)
        for entry in entries
        for place, fault in enumerate(entry.faults)
        if fault.key in ("org", "code") and not fault.suggestions and fault.code != "scope" and entry["org"]
    ]
    near = known.alike((entry["org"], entry["code"] or "") for entry, _place in asked)
    for entry, place in asked:
        fault = entry.faults[place]
        offered = near.get((entry["org"], entry["code"] or ""), ())
        pairs = [Suggestion(key, value) for name, code in offered for key, value in (("org", name), ("code", code))]
        entry.faults[place] = type(fault)(fault.key, fault.said, fault.code, tuple(pairs))


def _settle(entries, known):
    """The verdict of each row: rejected, a duplicate, or taken."""
    verdicts, first, numbers = [], {}, {}
    for entry in entries:
        verdict = Verdict(entry)
        verdicts.append(verdict)
        if not entry.is_rejected:
            _settle_one(verdict, first, numbers, known)
        if entry.is_rejected:
            verdict.outcome = REJECT
    return verdicts


def _settle_one(verdict, first, numbers, known):
    entry = verdict.entry
    key = key_of(entry, known)
    number = entry["number"]
    if key in first:
        verdict.first = first[key]
        verdict.differences = _between(entry, verdict.first.entry)
        verdict.outcome = DIFFERS if verdict.differences else SKIPPED
    elif number and number in numbers:
        entry.fault("number", _("The number stands in row %(row)s already, with another project."), "twice",
                    row=numbers[number].row_from(entry))  # fmt: skip
        return
    elif number and number in known.taken:
        entry.fault("number", _("The number belongs to another project already."), "taken")
        return
    elif registered := known.numbers.get(number) or next(iter(known.registered.get(key, ())), None):
        verdict.project = registered
        verdict.differences = _from_register(entry, registered, known)
        verdict.outcome = DIFFERS if verdict.differences else UNCHANGED
    first.setdefault(key, verdict)
    if number:
        numbers.setdefault(number, entry)


def key_of(entry, known):
    """What two rows of one project have in common: organisation, name without spaces, counties of today, start."""
    homes = frozenset(unit.home_id for unit in entry["county"])
    return known.party(entry), entry.name_key, homes, entry["start"]


def _between(entry, earlier):
    """What a second row of the same project says otherwise than the first."""
    pairs = [("fund", _money(fund_of(earlier)), _money(fund_of(entry)))]
    pairs += [(key, _money(earlier[key]), _money(entry[key])) for key in ("kind", "pledged", "committed", "received")]
    pairs += [(key, _count(earlier[key]), _count(entry[key])) for key in ("people", "households")]
    pairs += [("end", _day(earlier["end"]), _day(entry["end"])), ("status", _word(earlier), _word(entry))]
    return [Difference(key, there, here) for key, there, here in pairs if there != here]


def _from_register(entry, project, known):
    """What a row says otherwise than the register. What it does not state, it does not say otherwise."""
    pairs = []
    for line in funding_lines(entry):
        there = project.amount(line.state, line.kind)
        pairs.append((line.key, None if there is None else f"{there:.2f}", _money(line.money)))
    for key in ("people", "households"):
        if entry[key] and entry[key].is_stated:
            figures = [f"{actual.normalize():f}" for actual, _qualifier in project.results[entry[key].unit]]
            pairs.append((key, "、".join(figures) or None, _count(entry[key])))
    pairs += [
        (key, there, here)
        for key, there, here in (
            ("start", _day(project.start), _day(entry["start"])),
            ("end", _day(project.end), _day(entry["end"])),
            ("status", words.STAGE_WORDS[project.stage], _word(entry)),
            ("number", project.number, entry["number"]),
        )
        if here
    ]
    if compact(project.name) != entry.name_key:
        pairs.append(("project", project.name, entry["project"]))
    if project.homes != {unit.home_id for unit in entry["county"]}:
        pairs.append(("county", "、".join(project.places) or None, "、".join(unit.name for unit in entry["county"])))
    if project.organisation is not None and project.organisation != known.party(entry):
        pairs.append(("code", None, entry["code"]))
    return [Difference(key, there, here) for key, there, here in pairs if there != here]


def _money(money):
    return (money or Money(None)).plain


def _count(quantity):
    return quantity.plain if quantity else None


def _word(entry):
    return words.STAGE_WORDS.get(entry["status"])


def _day(day):
    return day.isoformat() if day else None
