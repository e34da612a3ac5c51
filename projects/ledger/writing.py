"""The accepted rows into the register: few statements for any number of rows, in the caller's one transaction.

Rows go in by COPY: what the readers of `values` gave is clean already, and the database's own triggers and constraints
see every row.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from django.db import connection
from django.utils import timezone

from orgs.credit_code import level_and_origin
from orgs.models import Organisation
from projects.dataset.inserting import account, copy_in, copy_lines, lines_of
from projects.models import Funding, Participation, Project, ProjectField, Result, Site
from projects.models.stages import Stage
from registry.core import spelling
from registry.core.actions import next_number
from registry.core.dates import today
from registry.core.loading import take_ids
from registry.core.pinyin import search_keys
from registry.core.text import compact
from registry.core.turns import take_turns

from . import words
from .lists import open_lists
from .money import funding_lines, is_excess
from .registered import course_of


@dataclass
class Written:
    """How many rows of each table were written, by its name, and the ids of the new and of the changed projects."""

    counts: dict[str, int] = field(default_factory=dict)
    projects: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)

    def update(self, projects):
        """Tell of projects that were changed."""
        self.updated = projects
        if projects:
            self.counts["updated"] = len(projects)


def write(entries, known, *, by, with_lists=False):
    """Write `entries`, which `judge` has accepted; returns `Written`. `with_lists`: open a checklist for each project.

    Must be called in a transaction, under the locks of `importing.commit`.
    """
    written = Written()
    if not entries:
        return written
    written.projects = take_ids(Project, len(entries))
    years = [year_of(entry) or _spare_year(known.campaign) for entry in entries]
    stamp = stamp_of_results(by)
    spelling.take()
    with connection.cursor() as cursor, ThreadPoolExecutor(max_workers=1) as beside:

        def rows_of(make, *given):
            return (row | {"project_id": pk} for entry, pk in pairs for row in make(entry, *given))

        pairs = list(zip(entries, written.projects, strict=True))
        parties = _organisations(cursor, entries, known, written)
        projects = zip(pairs, years, _numbers(entries, years), strict=True)
        tables = (
            (Project, (_project(e, known, year, number) | {"id": pk} for (e, pk), year, number in projects)),
            (ProjectField, rows_of(_fields)),
            (Site, rows_of(_sites)),
            (Participation, rows_of(_participations, parties, known)),
            (Funding, rows_of(_funding, parties, known)),
            (Result, rows_of(_results, stamp)),
        )
        # The lines of the next tables are made while the server writes those of one.
        for ready in [beside.submit(lines_of, *table) for table in tables]:
            lines = ready.result()
            written.counts[lines.model._meta.model_name] = copy_lines(cursor, lines)
    if with_lists:
        written.counts["projectstep"] = open_lists(list(zip(entries, written.projects, years, strict=True)))
    return written


def _organisations(cursor, entries, known, written):
    """{what `known.party` gives or a code: id}; organisations whose code the register does not know are added."""
    parties = {found.pk: found.pk for found in (*known.by_code.values(), *known.by_name.values())}
    parties |= {code: found.pk for code, found in known.by_code.items()}
    new = {}
    for entry in entries:
        named = {known.party(entry): entry} | {code: known.named.get(code) for code in entry["joint"] or ()}
        for party, namer in named.items():
            if party not in parties:
                new.setdefault(party, namer)
    added = dict(zip(new, take_ids(Organisation, len(new)), strict=True))
    rows = (_organisation(entry, known) | {"id": added[party]} for party, entry in new.items())
    written.counts["organisation"] = copy_in(cursor, Organisation, rows)
    return parties | added


def _named(name):
    pinyin, initials = search_keys(name)
    return {"name": name, "pinyin": pinyin, "initials": initials}


def _organisation(entry, known):
    """A new organisation: level, place and authority as its code tells them, the authority rather as stated."""
    code, stated = entry["code"], entry["registry"] or ""
    registration = level_and_origin(code)
    authority = known.authorities.get(stated) or known.authorities_by_code.get(code[2:8])
    return _named(entry["org"]) | {
        "code": code, "kind": entry["type"], "status": Organisation.Status.ACTIVE.value,
        "is_chamber": bool(entry["chamber"]), "level": registration.level, "origin": registration.origin,
        "authority_id": authority.pk if authority else None, "certainty": "single source",
        "contact_name": entry["contact"] or "", "contact_phone": entry["phone"] or "",
        "note": "" if not stated or stated in known.authorities else f"登记管理机关：{stated}",
    }  # fmt: skip


def _numbers(entries, years):
    """The number of each project: its own, else the next free one of its year."""
    own = {entry["number"] for entry in entries}
    wanted = Counter(year for entry, year in zip(entries, years, strict=True) if not entry["number"])
    spare = {
        year: _series(next_number(Project, "XM", year, ahead=number + len(own)), own)
        for year, number in sorted(wanted.items())
    }
    return [entry["number"] or next(spare[year]) for entry, year in zip(entries, years, strict=True)]


def _series(first, taken):
    """`first` and the numbers after it, without those that the ledger itself gives."""
    stem, _dash, start = first.rpartition("-")
    return (number for serial in count(int(start)) if (number := f"{stem}-{serial:04d}") not in taken)


def _project(entry, known, year, number):
    """Days are facts where the stage says so (started once landed, ended once finished), else plans."""
    stage = entry["status"] or Stage.PLANNED
    left = Stage.UNDER_WAY if entry["start"] else Stage.SIGNED
    is_off = stage in (Stage.TERMINATED, Stage.SUSPENDED)
    has_started, has_ended = course_of(stage, left)
    return _named(entry["project"]) | {
        "number": number, "campaign_id": known.campaign.pk, "year": year, "stage": stage.value,
        "left_stage": left.value if is_off else "",
        "actual_start": entry["start"] if has_started else None,
        "planned_start": None if has_started else entry["start"],
        "actual_end": entry["end"] if has_ended else None,
        "planned_end": None if has_ended else entry["end"],
        "summary": entry["note"] or "", "officer_id": known.officer_of(entry), "source": words.SOURCE,
    }  # fmt: skip


def year_of(entry):
    """The year that a row states, else that of its start or end; None where it names none."""
    day = entry["start"] or entry["end"]
    return entry["year"] or (day.year if day else None)


def _spare_year(campaign):
    """The year of projects without any: today's, within the campaign's period."""
    last = campaign.ends_on.year if campaign.ends_on else today().year
    return max(campaign.starts_on.year, min(today().year, last))


def _fields(entry):
    seen = set()
    for found in entry["domain"]:
        yield {"field_id": found.pk, "scheme": found.scheme, "is_primary": found.scheme not in seen}
        seen.add(found.scheme)


def _sites(entry):
    return [{"division_id": unit.pk} for unit in entry["county"]]


def _participations(entry, parties, known):
    lead = parties[known.party(entry)]
    yield {"organisation_id": lead, "role": Participation.Role.LEAD.value}
    for code in entry["joint"] or ():
        if parties[code] != lead:
            yield {"organisation_id": parties[code], "role": Participation.Role.JOINT.value}


def _funding(entry, parties, known):
    lead, excess = parties[known.party(entry)], words.EXCESS if is_excess(entry) else ""
    for line in funding_lines(entry):
        is_goods, is_received = line.kind == Funding.Kind.GOODS, line.state == Funding.State.RECEIVED
        yield {
            "organisation_id": lead, "state": line.state.value, "kind": line.kind.value, "amount": line.money.value,
            "qualifier": line.money.qualifier.value, "wording": line.money.wording,
            "value_basis": Funding.Basis.DECLARED.value if is_goods else Funding.Basis.NONE.value,
            "excess_reason": excess if is_received else "",
        }  # fmt: skip


def stamp_of_results(by):
    """Who may approve results has approved what it imports; whoever else has submitted it. The command approves under a
    closed account of its own."""
    may = by is None or by.has_perm("projects.approve_result")
    person, now = (by or account(*words.IMPORTER)).pk, timezone.now()
    return {
        "status": Result.Status.APPROVED.value if may else Result.Status.SUBMITTED.value,
        "approved_by_id": person if may else None, "approved_at": now if may else None,
        "submitted_by_id": None if may else person, "submitted_at": None if may else now,
    }  # fmt: skip


def _results(entry, stamp):
    for key in ("people", "households"):
        quantity = entry[key]
        if quantity and quantity.is_stated:
            yield {
                "indicator": words.INDICATOR, "level": Result.Level.BENEFICIARY.value, "unit": quantity.unit,
                "actual": quantity.value, "qualifier": quantity.qualifier.value, "wording": quantity.wording,
            } | stamp  # fmt: skip


def lock(*what):
    """Hold the named things until the end of the transaction: whoever else wants one of them waits."""
    take_turns(*(f"ledger:{compact(name)}" for name in what))
