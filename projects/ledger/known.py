"""What the register knows of what a ledger names: read once and set-wise, whatever the number of rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import F, Func, Q, Value

from orgs.models import Authority, FormerName, Organisation
from projects.dataset.fields import plain_word, terms_of
from projects.models import Field, Funding, Participation, Project, Result, Site
from registry.core.text import compact

from .places import Gazetteer

ALIKE, OFFERED, ASKED = 0.4, 3, 100
"""Organisations are offered from this similarity on, so many for a row, for so many rows."""


@dataclass
class Registered:
    """A project of the register, as a row of a ledger is compared with it."""

    pk: int
    number: str
    name: str
    stage: str
    start: object
    end: object
    organisation: int | None
    homes: frozenset = frozenset()
    places: list[str] = field(default_factory=list)
    amounts: dict = field(default_factory=lambda: defaultdict(list))
    """{(state, kind): [(amount, qualifier)]} of the lines that stand."""
    results: dict = field(default_factory=lambda: defaultdict(list))
    """{unit: [(figure, qualifier)]} of beneficiaries."""

    def amount(self, state, kind):
        """The sum of the lines in a state and of a kind, None where none is stated."""
        stated = [amount for amount, _qualifier in self.amounts[state, kind] if amount is not None]
        return sum(stated, Decimal(0)) if stated else None


class Known:
    """The reference data of a campaign, and, after `learn`, the organisations and projects that rows name.

    `by` limits projects to those that the person works with; None: all.
    """

    def __init__(self, campaign, by=None):
        self.campaign, self.by = campaign, by
        self.places = Gazetteer(campaign)
        own = terms_of(campaign.scheme)
        others = {scheme for scheme in Field.objects.values_list("scheme", flat=True) if scheme != campaign.scheme}
        self._fields = {term: found for scheme in sorted(others) for term, found in terms_of(scheme).items()} | own
        self.field_names = list(dict.fromkeys(found.name for found in own.values()))
        bureaux = list(Authority.objects.select_related("division").order_by("-id"))
        self.authorities = {bureau.name: bureau for bureau in bureaux}
        self.authorities_by_code = {bureau.division.code if bureau.division else "100000": bureau for bureau in bureaux}
        self.by_code, self.by_name, self.names = {}, {}, defaultdict(set)
        self.registered, self.numbers, self.taken = defaultdict(list), {}, set()
        self.named = {}
        """{code: the first entry that names an organisation soundly}: a row may name its partners by their codes."""

    def field(self, word):
        """The field of help that a word means, the campaign's own first; None for no field."""
        return self._fields.get(plain_word(word))

    def learn(self, entries):
        """Read the organisations and projects that the entries name."""
        self._learn_organisations(entries)
        self._learn_projects(entries)

    def organisation(self, entry):
        """The registered organisation of an entry: by its code, else by a name that stands there without a code."""
        found = self.by_code.get(entry["code"])
        if found is None:
            found = self.by_name.get(compact(entry["org"] or ""))
            found = found if found is not None and found.code is None else None
        return found

    def party(self, entry):
        """What makes two rows be of one organisation."""
        found = self.organisation(entry)
        return found.pk if found else entry["code"]

    def _learn_organisations(self, entries):
        codes = {code for entry in entries for code in (entry["code"], *(entry["joint"] or ())) if code}
        names = {form for entry in entries if entry["org"] for form in _forms(entry["org"])}
        for found in Organisation.objects.filter(Q(code__in=codes) | Q(name__in=names)).select_related(
            "authority__division"
        ):
            if found.code:
                self.by_code[found.code] = found
            self.by_name[compact(found.name)] = found
            self.names[found.pk].add(compact(found.name))
        for pk, name in FormerName.objects.filter(organisation__in=self.names).values_list("organisation", "name"):
            self.names[pk].add(compact(name))

    def _learn_projects(self, entries):
        leads = {found.pk for entry in entries if (found := self.organisation(entry))}
        names = {entry.name_key for entry in entries}
        numbers = {entry["number"] for entry in entries if entry["number"]}
        short = Func(F("project__name"), Value(r"[\s\u00a0\u3000]+"), Value(""), Value("g"), function="regexp_replace")
        parts = Participation.objects.filter(role=Participation.Role.LEAD, organisation__in=leads)
        pairs = dict(parts.annotate(short=short).filter(short__in=names).values_list("project", "organisation"))
        found = self._read_projects(Q(pk__in=pairs) | Q(number__in=numbers), pairs)
        self._read_details(found)
        for project in found.values():
            if project.number in numbers:
                self.numbers[project.number] = project
            if project.organisation:
                key = (project.organisation, compact(project.name), project.homes, project.start)
                self.registered[key].append(project)
        self.taken = numbers - self.numbers.keys()
        if self.taken and self.by is not None:
            self.taken &= set(Project.objects.filter(number__in=self.taken).values_list("number", flat=True))
        else:
            self.taken = set()

    def _read_projects(self, condition, leads):
        rows = Project.objects.all() if self.by is None else Project.objects.within_scope_of(self.by)
        fields = ("pk", "number", "name", "stage", "actual_start", "planned_start", "actual_end", "planned_end")
        return {
            pk: Registered(pk, number, name, stage, first or first_planned, last or last_planned, leads.get(pk))
            for pk, number, name, stage, first, first_planned, last, last_planned in rows.filter(condition)
            .order_by("pk")
            .values_list(*fields)
        }

    def _read_details(self, found):
        sites = Site.objects.filter(project__in=found).order_by("pk")
        for pk, home, place in sites.values_list("project", "division__home", "division__name"):
            found[pk].homes |= {home}
            found[pk].places.append(place)
        lines = Funding.objects.standing().filter(project__in=found)
        for pk, state, kind, amount, qualifier in lines.values_list("project", "state", "kind", "amount", "qualifier"):
            found[pk].amounts[state, kind].append((amount, qualifier))
        results = Result.objects.filter(project__in=found, level=Result.Level.BENEFICIARY, actual__isnull=False)
        for pk, unit, actual, qualifier in results.values_list("project", "unit", "actual", "qualifier"):
            found[pk].results[unit].append((actual, qualifier))

    def alike(self, pairs):
        """{(name, code): [(name, code) of organisations that come nearest]} for pairs as written, in one query."""
        pairs = list(dict.fromkeys(pairs))[:ASKED]
        if not pairs:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT given.name, given.code, near.name, near.code
                FROM unnest(%s::text[], %s::text[]) AS given (name, code)
                CROSS JOIN LATERAL (
                    SELECT o.name, o.code, greatest(similarity(o.name, given.name), similarity(o.code, given.code)) AS s
                    FROM orgs_organisation o WHERE o.code IS NOT NULL AND o.status <> %s
                    ORDER BY s DESC, o.id LIMIT %s) near
                WHERE near.s >= %s
                """,
                [[name for name, _code in pairs], [code for _name, code in pairs], Organisation.Status.APPLIED,
                 OFFERED, ALIKE],
            )  # fmt: skip
            near = defaultdict(list)
            for name, code, close_name, close_code in cursor.fetchall():
                near[name, code].append((close_name, close_code))
        return near


def _forms(name):
    """The ways in which the register may write a name: with full-width brackets or narrow ones."""
    return {name, name.replace("(", "（").replace(")", "）"), name.replace("（", "(").replace("）", ")")}
