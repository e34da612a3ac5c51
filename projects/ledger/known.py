"""What the register knows of what a ledger names: read once and set-wise, whatever the number of rows."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext as _

from orgs.models import Authority, FormerName, Organisation
from projects.dataset.fields import plain_word, terms_of
from projects.models import Field, Participation, Project
from projects.people import officers_for
from registry.core.history import masks_personal
from registry.core.models import Change, User
from registry.core.text import compact, mask_name

from .places import Gazetteer
from .registered import READ, Registered, build, changes_since, rows_at, rows_now

ALIKE, OFFERED, ASKED = 0.4, 3, 100
"""Organisations are offered from this similarity on, so many for a row, for so many rows."""


@dataclass
class Past:
    """What a project was at a moment, None if it was not there yet, and what has changed since."""

    project: Registered | None
    changes: list[Change]


class Known:
    """The reference data of a campaign, and, after `learn`, the organisations and projects that rows name.

    `by` limits projects to those that the person works with; None: all. `held`: places of the rows whose projects are
    locked before they are read, since they are going to be changed.
    """

    def __init__(self, campaign, by=None, held=()):
        self.campaign, self.by, self.held = campaign, by, held
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
        self.past, self.people, self._officers, self._leads = {}, {}, None, {}
        self.named = {}
        """{code: the first entry that names an organisation soundly}: a row may name its partners by their codes."""

    def field(self, word):
        """The field of help that a word means, the campaign's own first; None for no field."""
        return self._fields.get(plain_word(word))

    def learn(self, entries):
        """Read the organisations and projects that the entries name."""
        self._learn_organisations(entries)
        self._learn_projects(entries)
        self._learn_past(entries)

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
        named = Organisation.objects.filter(Q(code__in=codes) | Q(name__in=names))
        for found in named.values_list("pk", "code", "name", named=True):
            if found.code:
                self.by_code[found.code] = found
            self.by_name[compact(found.name)] = found
            self.names[found.pk].add(compact(found.name))
        for pk, name in FormerName.objects.filter(organisation__in=self.names).values_list("organisation", "name"):
            self.names[pk].add(compact(name))

    def _learn_projects(self, entries):
        numbers = {entry["number"] for entry in entries if entry["number"]}
        pairs = self._alike_by_name(entries)
        if self.held:
            self._hold([entry for entry in entries if entry.place in self.held])
        mine = self._projects().filter(Q(pk__in=pairs) | Q(number__in=numbers))
        keys = list(mine.order_by("pk").values_list("pk", flat=True))
        found = build(rows_now(keys)) if keys else {}
        for project in found.values():
            if project.number in numbers:
                self.numbers[project.number] = project
            for lead in project.leads:
                self.registered[lead, compact(project.name), project.homes, project.start].append(project)
        self.taken = numbers - self.numbers.keys()
        if self.taken and self.by is not None:
            self.taken &= set(Project.objects.filter(number__in=self.taken).values_list("number", flat=True))
        else:
            self.taken = set()

    def _projects(self):
        return Project.objects.all() if self.by is None else Project.objects.within_scope_of(self.by)

    def _alike_by_name(self, entries):
        """The keys of the projects that have the name of an entry and are led by one of its organisations."""
        leads = {found.pk for entry in entries if (found := self.organisation(entry))}
        names = {entry.name_key for entry in entries}
        short = Func(F("project__name"), Value(r"[\s\u00a0\u3000]+"), Value(""), Value("g"), function="regexp_replace")
        parts = Participation.objects.filter(role=Participation.Role.LEAD, organisation__in=leads)
        return set(parts.annotate(short=short).filter(short__in=names).values_list("project", flat=True))

    def _hold(self, entries):
        """Lock the projects that the entries may change, with all that is compared, until the transaction ends.

        Raises ValidationError where a row of a project is being changed on its page: waiting for it with the project
        locked would wait for ever, since the page asks for the project in the end.
        """
        numbers = {entry["number"] for entry in entries if entry["number"]}
        mine = Q(pk__in=self._alike_by_name(entries)) | Q(number__in=numbers)
        locked = self._projects().filter(mine).order_by("pk").select_for_update(of=("self",))
        keys = list(locked.values_list("pk", flat=True))
        for model in READ.keys() - {Project}:
            rows = model.objects.filter(project__in=keys).order_by("pk").select_for_update(of=("self",), nowait=True)
            try:
                list(rows.values_list("pk", flat=True))
            except OperationalError as refusal:
                raise ValidationError(
                    _("Nothing was written: a project of this ledger is being changed right now. Try again.")
                ) from refusal

    def _learn_past(self, entries):
        """Read what has changed of the entries' projects since the moments at which they were exported."""
        moments = defaultdict(set)
        for entry in entries:
            if entry.moment and (project := self.numbers.get(entry["number"])):
                moments[entry.moment].add(project.pk)
        for moment, keys in moments.items():
            changes = changes_since(moment, keys)
            past = build(rows_at(moment, changes)) if changes else {}
            for pk, found in changes.items():
                self.past[moment, pk] = Past(past.get(pk), found)
        actors = {change.actor_id for past in self.past.values() for change in past.changes} - {None}
        self.people = {person.pk: str(person) for person in User.objects.filter(pk__in=actors)} if actors else {}

    def who(self, change):
        """The name of the account that made a change, masked where people are; the system's where it had none."""
        name = self.people.get(change.actor_id)
        if name is None:
            return _("the system itself") if change.action else _("the database account %s") % change.db_user
        return mask_name(name) if self.by is not None and masks_personal(self.by) else name

    def lead(self, pk):
        """The leading organisation with this key."""
        if pk not in self._leads:
            self._leads[pk] = Organisation.objects.get(pk=pk)
        return self._leads[pk]

    def officer_of(self, entry):
        """The key of the one account that the entry names as responsible, None for none or several."""
        found = self.officers(entry["officer"]) if entry["officer"] else ()
        return next(iter(found)) if len(found) == 1 else None

    def officers(self, name):
        """The keys of the accounts of this name that may answer for a project."""
        if self._officers is None:
            self._officers = defaultdict(set)
            for person in officers_for(self.by):
                self._officers[compact(str(person))].add(person.pk)
        return self._officers.get(compact(name), set())

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
