"""The standard ledger (台账): projects under the head that bureaux print, in the order of their list.

Its words are read back by `projects.ledger`. The line under its title names the moment of the register before its rows
were read, so that whoever uploads the edited file is told what has changed since.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db.models import CharField, Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counties.names import unambiguous_names
from projects.ledger.words import STAGE_WORDS, STAMP, STANDARD
from projects.models import MonthlyReport, Project, ProjectStep, Result
from projects.models.checklists import Side
from projects.tables import Row, ledger
from registry.core.lists_out import usual_facts
from registry.core.moments import Moment
from registry.core.quantity import HOUSEHOLD, PERSON_TIME, Quantity, sum_qualifier
from registry.core.workbooks import DAY, MONEY, WHOLE, Column, Page, numbered

from .filters import person_for
from .rows import WORST_FIRST, lamp_of_step

AT_A_TIME = 500
LISTED = "、"
"""What stands between several places or fields in one cell."""

UNITS = {"households": HOUSEHOLD, "person_times": PERSON_TIME}
STEP = ("project_id", "title", "status", "due_on", "depends_on__status", "side")
REPORT = Subquery(
    MonthlyReport.objects.filter(project=OuterRef("pk"))
    .approved()
    .order_by("-month")
    .values(row=JSONObject(done="done", problems="problems", next_steps="next_steps"))[:1]
)
"""What the last approved monthly report says."""


def _people():
    """Approved results that say who benefits: by unit, with the precision of their lines. One object a project."""
    parts = {}
    for name, unit in UNITS.items():
        here = Q(unit=unit)
        parts[name] = JSONObject(
            sum=Cast(Sum("actual", filter=here), CharField()),
            about=Count("pk", filter=here & Q(qualifier="about")),
            over=Count("pk", filter=here & Q(qualifier__in=("over", "at_least"))),
        )
    results = Result.objects.filter(project=OuterRef("pk"), level=Result.Level.BENEFICIARY, unit__in=UNITS.values())
    return Subquery(results.approved().order_by().values("project").annotate(parts=JSONObject(**parts)).values("parts"))


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One project of the ledger. `lamps`: {title of an item: its lamp}; `next_side`: who answers for the next step."""

    ledger: Row
    report: dict
    lamps: dict
    next_side: str | None

    def people(self, name):
        part = (self.ledger.values["people"] or {}).get(name) or {"sum": None}
        if part["sum"] is None:
            return None
        return Quantity(Decimal(part["sum"]), UNITS[name], sum_qualifier(part["about"], part["over"]))

    @property
    def party(self):
        """The leading organisation, else the first."""
        organisations = self.ledger.organisations
        return (self.ledger.lead or organisations[0])["name"] if organisations else ""

    @property
    def end(self):
        return self.ledger.values["actual_end"] or self.ledger.values["planned_end"]


def standard_ledger(listing, user, *, on, rule, items=()):
    """The `Page` of the projects that a listing has found, with the checklist `items` as columns; its rows are read
    after the moment that it names."""
    columns = _columns(items, unambiguous_names(), person_for(user))
    facts = [*usual_facts(columns), f"{STAMP}：{Moment.now()}"]
    rows = _rows(listing.found.values_list("pk", flat=True), on, rule)
    total = listing.page.paginator.count
    return Page(_("Ledger of projects"), columns, rows, total, facts, named=3, by=str(user))


def head(key):
    """A word of the standard ledger: in Chinese, by which readers of ledgers know it, and in English beside it."""
    chinese, english = STANDARD[key]
    return f"{chinese} ({english})" if get_language() == "en" else chinese


def _columns(items, counties, named):
    """The head as bureaux know it: these words in this order."""
    return [
        numbered(head("seq")),
        Column(head("number"), lambda row: row.ledger.number, width=14),
        Column(head("project"), lambda row: row.ledger.name, width=20),
        Column(head("org"), lambda row: row.party, width=18),
        Column(head("county"), lambda row: _places(row, counties), width=11),
        Column(head("domain"), _fields, width=9),
        *(
            Column(head(state), _sum_of(state), MONEY, width=13, upper=head("money"), is_totalled=True)
            for state in ("pledged", "committed", "received")
        ),
        Column(head("households"), lambda row: row.people("households"), WHOLE, upper=head("helped"), is_totalled=True),
        Column(head("people"), lambda row: row.people("person_times"), WHOLE, upper=head("helped"), is_totalled=True),
        Column(head("end"), lambda row: row.end, DAY, width=11),
        Column(head("progress"), lambda row: row.report.get("done"), width=20),
        Column(head("problems"), lambda row: row.report.get("problems"), width=16),
        Column(head("next"), lambda row: row.report.get("next_steps"), width=16),
        Column(head("unit"), lambda row: _unit(row), width=14),
        Column(head("officer"), lambda row: _officer(row, named), width=9),
        Column(head("status"), lambda row: STAGE_WORDS[row.ledger.stage], width=8),
        Column(head("note"), lambda row: row.ledger.values["summary"], width=18),
        *(Column(str(item), _lamp_of(item.title), width=7.5, upper=head("items")) for item in items),
    ]


def _sum_of(state):
    return lambda row: row.ledger.sum(state)


def _lamp_of(title):
    def lamp(row):
        found = row.lamps.get(title)
        return found and found.label

    return lamp


def _places(row, counties):
    return LISTED.join(counties.get(place["code"], place["name"]) for place in row.ledger.counties)


def _fields(row):
    """The fields by the names by which a ledger is read back, each once."""
    return LISTED.join(dict.fromkeys(field["name"] for field in row.ledger.values["field_rows"]))


def _officer(row, named):
    officer = row.ledger.values["officer__name"] or row.ledger.values["officer__username"]
    return named(officer) if officer else None


def _unit(row):
    """Who answers for the next step: the body of its side, by name where the project names it."""
    if row.next_side is None:
        return None
    bodies = {Side.ORGANISATION: row.party, Side.COUNTY: _(", ").join(one["name"] for one in row.ledger.counties)}
    return bodies.get(row.next_side) or Side(row.next_side).label


def _rows(keys, on, rule):
    """The rows in the order of `keys`, some hundred at a time: two queries each time."""
    keys = keys.iterator(chunk_size=AT_A_TIME)
    while portion := list(islice(keys, AT_A_TIME)):
        extra = ("officer__name", "officer__username", "actual_end", "planned_end", "summary")
        projects = Project.objects.filter(pk__in=portion).order_by()
        found = {values["id"]: values for values in ledger(projects, extra, report=REPORT, people=_people())}
        steps = {key: [] for key in portion}
        for key, *step in ProjectStep.objects.filter(project__in=portion).order_by("position").values_list(*STEP):
            steps[key].append(step)
        for key in portion:
            if key in found:  # else it left while the file was being made
                yield _row(found[key], steps[key], on, rule)


def _row(values, steps, on, rule):
    lamps, waiting = {}, []
    for title, status, due_on, before, side in steps:
        lamp = lamp_of_step(on, rule, status=status, due_on=due_on, before=before)
        if title not in lamps or WORST_FIRST[lamp] < WORST_FIRST[lamps[title]]:
            lamps[title] = lamp
        if status in ProjectStep.UNSETTLED:
            answers = Side.BUREAU if status == ProjectStep.Status.DONE else side
            waiting.append((due_on is None, due_on, len(waiting), answers))
    return StandardRow(Row(values), values["report"] or {}, lamps, min(waiting)[-1] if waiting else None)
