"""What becomes of each row: taken, refused, or there already. Dry run and commit ask this and nothing else."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.core.quantity import Money
from registry.core.text import excerpt

from . import words
from .comparing import Difference, differences
from .decisions import NEW, SKIP, UPDATE
from .faults import Said
from .money import fund_of, is_excess
from .parties import check_parties, suggest_organisations
from .rows import ask_for_needed, read_line, readers_of
from .scope import Scope
from .stored import digest_of
from .totals import totals_told

SHOWN = 10

ACCEPT, REJECT, SKIPPED, UNCHANGED, DIFFERS = OUTCOMES = ("accept", "reject", "skipped", "unchanged", "differs")
"""A row is taken or rejected; or it stands in the file already (skipped), in the register as it is (unchanged), or in
one of them with other figures (differs). What is taken is written, and of what differs the cells that a person chose; a
row that a person leaves out is skipped too."""


@dataclass
class Verdict:
    """`first`: the verdict of the earlier row of the same project; `project`: the registered one.

    `act`: what a person decided, "" where nothing; `cells`: the keys of the differences to be written.
    """

    entry: object
    outcome: str = ACCEPT
    differences: list[Difference] = field(default_factory=list)
    first: "Verdict | None" = None
    project: object = None
    act: str = ""
    cells: tuple[str, ...] = ()

    @property
    def place(self):
        """How fixes, picks and digests name the row: "<sheet>!<row>"."""
        return self.entry.place

    @cached_property
    def digest(self):
        """A short hash of what the row was judged to be, before what was decided; the same as long as nothing has
        changed. Made when it is first asked for: the command never does."""
        return digest_of(self)


@dataclass
class Verdicts:
    rows: list[Verdict]
    warnings: list

    @property
    def summary(self):
        """How many rows there are of each status."""
        counted = Counter(verdict.outcome for verdict in self.rows)
        names = {ACCEPT: "accepted", REJECT: "rejected"}
        return {names.get(status, status): counted[status] for status in OUTCOMES}

    @property
    def accepted(self):
        """The entries that become new projects."""
        return [verdict.entry for verdict in self.rows if verdict.outcome == ACCEPT]

    @property
    def updates(self):
        """The verdicts whose chosen cells change a registered project."""
        return [verdict for verdict in self.rows if verdict.cells]


def judge(layout, known, progress=None, *, fixes=None, picks=None):
    """The `Verdicts` of a layout by what is `known`; `progress(n)` is told of every row read.

    `fixes` and `picks` as in `importing.Order`, checked already.
    """
    entries, warnings = [], list(layout.warnings)
    for table in layout.tables:
        read, readers = [], readers_of(table)
        for line in table.lines:
            fixed = fixes and fixes.get(f"{table.sheet}!{line.number}")
            read.append(read_line(line, table, known, fixed, readers))
            if progress:
                progress(1)
        warnings += totals_told(table, read)
        entries += read
    known.learn(entries)
    settling = _Settling(known, picks or {})
    new = [entry for entry in entries if not settling.is_update(entry)]
    for entry in new:
        if entry.moment:
            settling.ask(entry)
    check_parties(entries, known)
    for entry in new:
        settling.scope.check(entry, known.places)
        if is_excess(entry):
            entry.warn(
                _("More was received than committed. It is stored as the ledger says and shown in the data check.")
            )
    suggest_organisations(entries, known)
    verdicts = Verdicts([settling.verdict(entry) for entry in entries], warnings)
    warnings += _told_of_all(verdicts.accepted, known)
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
    unknown = [entry["officer"] for entry in accepted if entry["officer"] and known.officer_of(entry) is None]
    if unknown:
        message = _("Responsible persons that no single account is called like are not stored: %(names)s.")
        yield Said(message, {"names": "、".join(map(excerpt, dict.fromkeys(unknown[:SHOWN])))})


class _Settling:
    """The verdict of each row in turn: rejected, a duplicate, an update or taken, and what a person decided of it."""

    def __init__(self, known, picks):
        self.known, self.picks, self.scope = known, picks, Scope(known.by)
        self.first, self.numbers = {}, {}

    def is_update(self, entry):
        """Whether the row of an exported ledger names a project within the person's scope."""
        return bool(entry.moment) and entry["number"] in self.known.numbers

    def ask(self, entry):
        """A row of an exported ledger that names no such project is a new one, or not the person's."""
        if entry["number"] in self.known.taken:
            entry.fault("number", _("The project with this number is not one that you work with. Only your own rows "
                                    "are imported."), "scope")  # fmt: skip
        else:
            ask_for_needed(entry)

    def verdict(self, entry):
        verdict = Verdict(entry)
        if not entry.is_rejected:
            self._compare(verdict)
        if entry.is_rejected:
            verdict.outcome = REJECT
        if pick := self.picks.get(entry.place):
            verdict.digest  # noqa: B018 - kept as it is before the decision
            self._decide(verdict, pick)
        if entry.is_rejected:
            verdict.outcome = REJECT
        elif verdict.act != SKIP:
            self._remember(verdict)
        if verdict.act == SKIP:
            verdict.outcome = SKIPPED
        return verdict

    def _remember(self, verdict):
        """Later rows of the same project, or with the same number, are compared with this one."""
        entry = verdict.entry
        if entry["code"]:
            self.first.setdefault(key_of(entry, self.known), verdict)
        if entry["number"]:
            self.numbers.setdefault(entry["number"], entry)

    def _compare(self, verdict):
        entry, known = verdict.entry, self.known
        key, number, is_update = key_of(entry, known), entry["number"], self.is_update(entry)
        if key in self.first and not is_update:
            verdict.first = self.first[key]
            verdict.differences = _between(entry, verdict.first.entry)
            verdict.outcome = DIFFERS if verdict.differences else SKIPPED
        elif number and number in self.numbers:
            said = _("The number stands in row %(row)s already, with another project.")
            if is_update:
                said = _("The number stands in row %(row)s already. Keep one of the two rows.")
            entry.fault("number", said, "twice", row=self.numbers[number].row_from(entry))
        elif number and number in known.taken:
            entry.fault("number", _("The number belongs to another project already."), "taken")
        elif registered := known.numbers.get(number) or next(iter(known.registered.get(key, ())), None):
            verdict.project = registered
            verdict.differences = differences(entry, registered, known)
            verdict.outcome = DIFFERS if verdict.differences else UNCHANGED

    def _decide(self, verdict, pick):
        verdict.act = pick.get("act", "")
        if verdict.act == UPDATE and verdict.outcome == ACCEPT:
            verdict.entry.fault("number", _("The register has no project that this row could change."), "no_project")
        elif verdict.act == UPDATE:
            verdict.cells = tuple(one.key for one in verdict.differences if one.key in pick.get("cells", ()))
        elif verdict.act == NEW and verdict.outcome not in (ACCEPT, REJECT):
            self._make_new(verdict)

    def _make_new(self, verdict):
        """Let a row be a project of its own although its number is that of another, unless it is the same project."""
        entry = verdict.entry
        key = key_of(entry, self.known)
        if key in self.first or key in self.known.registered:
            entry.fault("project", _("The same project (organisation, name, county, start) is there already; it is not "
                                     "logged a second time."), "duplicate")  # fmt: skip
            return
        entry.values["number"] = None
        if entry.moment:
            ask_for_needed(entry)
        self.scope.check(entry, self.known.places)
        verdict.outcome, verdict.differences, verdict.project = ACCEPT, [], None


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


def _money(money):
    return (money or Money(None)).plain


def _count(quantity):
    return quantity.plain if quantity else None


def _word(entry):
    return words.STAGE_WORDS.get(entry["status"])


def _day(day):
    return day.isoformat() if day else None
