"""The accepted rows into the register: few statements for any number of rows, in the caller's one transaction."""

from dataclasses import dataclass, field
from itertools import count

from django.db import connection
from django.utils import timezone

from orgs.credit_code import level_and_origin
from orgs.models import Organisation
from projects.dataset.inserting import account
from projects.models import Funding, Participation, Project, ProjectField, Result, Site
from projects.models.stages import LANDED, Stage
from registry.core.actions import next_number
from registry.core.dates import today
from registry.core.loading import write_all
from registry.core.text import compact

from . import words
from .lists import open_lists
from .money import funding_lines, is_excess

ENDED = LANDED[1:]
"""Stages in which the end of a row is a fact; before, it is a plan."""


@dataclass
class Written:
    """How many rows of each table were written, by its name, and the ids of the projects."""

    counts: dict[str, int] = field(default_factory=dict)
    projects: list[int] = field(default_factory=list)

    def note(self, model, records):
        self.counts[model._meta.model_name] = len(records)
        return records


def write(entries, known, *, by, with_lists=False):
    """Write `entries`, which `judge` has accepted; returns `Written`. `with_lists`: open a checklist for each project.

    Must be called in a transaction, under the locks of `importing.commit`.
    """
    written = Written()
    if not entries:
        return written
    parties = _organisations(entries, known, written)
    projects = written.note(Project, write_all(Project, _projects(entries, known)))
    written.projects = [project.pk for project in projects]
    rows = list(zip(entries, projects, strict=True))
    for model, make in ((ProjectField, _fields), (Site, _sites)):
        written.note(model, write_all(model, [record for entry, project in rows for record in make(entry, project)]))
    made = [record for entry, project in rows for record in _participations(entry, project, parties, known)]
    written.note(Participation, write_all(Participation, made))
    made = [record for entry, project in rows for record in _funding(entry, project, parties, known)]
    written.note(Funding, write_all(Funding, made))
    stamp = _stamp_of_results(by)
    made = [record for entry, project in rows for record in _results(entry, project, stamp)]
    written.note(Result, write_all(Result, made))
    if with_lists:
        written.counts["projectstep"] = open_lists(rows)
    return written


def _organisations(entries, known, written):
    """{what `known.party` gives or a code: id}; organisations whose code the register does not know are added."""
    parties = {found.pk: found.pk for found in (*known.by_code.values(), *known.by_name.values())}
    parties |= {code: found.pk for code, found in known.by_code.items()}
    new = {}
    for entry in entries:
        named = {known.party(entry): entry} | {code: known.named.get(code) for code in entry["joint"] or ()}
        for party, namer in named.items():
            if party not in parties:
                new.setdefault(party, namer)
    added = written.note(Organisation, write_all(Organisation, [_organisation(e, known) for e in new.values()]))
    return parties | {found.code: found.pk for found in added}


def _organisation(entry, known):
    """A new organisation: level, place and authority as its code tells them, the authority rather as stated."""
    code, stated = entry["code"], entry["registry"] or ""
    registration = level_and_origin(code)
    authority = known.authorities.get(stated) or known.authorities_by_code.get(code[2:8])
    return Organisation(
        code=code, name=entry["org"], kind=entry["type"], status=Organisation.Status.ACTIVE,
        is_chamber=bool(entry["chamber"]),
        level=registration.level, origin=registration.origin, authority=authority, certainty="single source",
        contact_name=entry["contact"] or "", contact_phone=entry["phone"] or "",
        note="" if not stated or stated in known.authorities else f"登记管理机关：{stated}",
    )  # fmt: skip


def _projects(entries, known):
    numbers, spare = {}, _spare_year(known.campaign)
    for entry in entries:
        year = year_of(entry) or spare
        if not entry["number"]:
            numbers.setdefault(year, []).append(entry)
    given = {}
    for year in sorted(numbers):
        first = next_number(Project, "XM", year)
        stem, _dash, start = first.rpartition("-")
        for entry, serial in zip(numbers[year], count(int(start)), strict=False):
            given[id(entry)] = f"{stem}-{serial:04d}"
    return [_project(entry, known, entry["number"] or given[id(entry)], year_of(entry) or spare) for entry in entries]


def _project(entry, known, number, year):
    """Days are facts where the stage says so (started once landed, ended once finished), else plans."""
    stage = entry["status"] or Stage.PLANNED
    left = Stage.UNDER_WAY if entry["start"] else Stage.SIGNED
    course = left if stage in (Stage.TERMINATED, Stage.SUSPENDED) else stage
    is_over = course in ENDED or stage == Stage.TERMINATED
    days = {
        "actual_start" if course in LANDED else "planned_start": entry["start"],
        "actual_end" if is_over else "planned_end": entry["end"],
    }
    return Project(
        number=number, name=entry["project"], campaign=known.campaign, year=year, stage=stage,
        left_stage=left if course != stage else "", summary=entry["note"] or "", source=words.SOURCE, **days,
    )  # fmt: skip


def year_of(entry):
    """The year that a row states, else that of its start or end; None where it names none."""
    day = entry["start"] or entry["end"]
    return entry["year"] or (day.year if day else None)


def _spare_year(campaign):
    """The year of projects without any: today's, within the campaign's period."""
    last = campaign.ends_on.year if campaign.ends_on else today().year
    return max(campaign.starts_on.year, min(today().year, last))


def _fields(entry, project):
    seen = set()
    for found in entry["domain"]:
        yield ProjectField(project=project, field=found, scheme=found.scheme, is_primary=found.scheme not in seen)
        seen.add(found.scheme)


def _sites(entry, project):
    return [Site(project=project, division=unit) for unit in entry["county"]]


def _participations(entry, project, parties, known):
    lead = parties[known.party(entry)]
    yield Participation(project=project, organisation_id=lead, role=Participation.Role.LEAD)
    for code in entry["joint"] or ():
        if parties[code] != lead:
            yield Participation(project=project, organisation_id=parties[code], role=Participation.Role.JOINT)


def _funding(entry, project, parties, known):
    lead, excess = parties[known.party(entry)], words.EXCESS if is_excess(entry) else ""
    for line in funding_lines(entry):
        is_goods = line.kind == Funding.Kind.GOODS
        yield Funding(
            project=project, organisation_id=lead, state=line.state, kind=line.kind, amount=line.money.value,
            qualifier=line.money.qualifier, wording=line.money.wording,
            value_basis=Funding.Basis.DECLARED if is_goods else Funding.Basis.NONE,
            excess_reason=excess if line.state == Funding.State.RECEIVED else "",
        )  # fmt: skip


def _stamp_of_results(by):
    """Who may approve results has approved what it imports; whoever else has submitted it. The command approves under a
    closed account of its own."""
    now = timezone.now()
    if by is None or by.has_perm("projects.approve_result"):
        return {"status": Result.Status.APPROVED, "approved_by": by or account(*words.IMPORTER), "approved_at": now}
    return {"status": Result.Status.SUBMITTED, "submitted_by": by, "submitted_at": now}


def _results(entry, project, stamp):
    for key in ("people", "households"):
        quantity = entry[key]
        if quantity and quantity.is_stated:
            yield Result(
                project=project, indicator=words.INDICATOR, level=Result.Level.BENEFICIARY, unit=quantity.unit,
                actual=quantity.value, qualifier=quantity.qualifier, wording=quantity.wording, **stamp,
            )  # fmt: skip


def lock(*what):
    """Hold the named things until the end of the transaction: whoever else wants one of them waits."""
    with connection.cursor() as cursor:
        for name in what:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ledger:{compact(name)}"])
